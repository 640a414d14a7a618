"""Native functions under `torch.compile`, where neither passes nor selections are what costs.

A compiler keeps for the derivative what has the fewest bytes, and is slow to read a mask of bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, nan
from typing import Any

import torch

from ...constants import E_MINUS_100, NEUTRAL
from ..domain_factor import domain_factor
from ..numeric import Numeric
from .alignment_ops import alignment_log_likelihood, class_posteriors
from .binary import log1m_clamped, log_clamped
from .forward import shown, weighed
from .kernels import NATIVE, take_class
from .numeric import differentiable
from .private import in_transform

Tensor = torch.Tensor


def derived(x: Tensor) -> bool:
    """Whether a derivative may be taken; a tensor that `torch.func` differentiates does not tell so when compiled."""
    return (x.requires_grad and torch.is_grad_enabled()) or in_transform()


def is_read() -> bool:
    """Whether dynamo reads what is done, or a transform differentiates it: neither takes a derivative by hand."""
    return torch.compiler.is_dynamo_compiling() or in_transform()


is_exporting: Callable[[], bool] = getattr(torch.compiler, "is_exporting", lambda: False)  # since torch 2.7

# --- ids of classes -------------------------------------------------------------------------------------------------


def narrow(ids: Tensor) -> Tensor:
    """The ids in fewer bytes; in still fewer a CPU compares them one by one."""
    return ids.to(torch.int32)


def indices(ids: Tensor, count: int, ignored: int | None, valid: bool) -> tuple[Tensor, Tensor | None, Tensor | None]:
    """By narrow ids that tell the mask too, where a derivative may read them: then it reads them alone."""
    index = ids.clamp(0, max(count - 1, 0))
    right = None if valid else index == ids
    if ignored is None or not torch.is_grad_enabled():
        return index, None if ignored is None else ids != ignored, right
    known = narrow(torch.where(ids != ignored, index, -1))
    return known.clamp(min=0).long(), known >= 0, right


def one_hot(ids: Tensor, count: int, axis: int) -> Tensor:
    """The mask of the entries at ids."""
    ids = narrow(ids)
    each = torch.arange(count, device=ids.device, dtype=ids.dtype)
    return ids.unsqueeze(axis) == each.reshape((-1,) + (1,) * (ids.ndim - axis))


def scatter_class(g: Tensor, ids: Tensor, count: int, axis: int) -> Tensor:
    return torch.where(one_hot(ids, count, axis), g.unsqueeze(axis), 0.0)


def picked(x: Tensor, ids: Tensor, axis: int) -> Tensor:
    """`take_class` by torch's NLL, whose derivative a compiler writes in one pass: that of a gather takes two."""
    if x.shape[axis] == 0:
        return take_class(x, ids, axis)
    rows = x.movedim(axis, -1).reshape(-1, x.shape[axis])
    return -torch.nn.functional.nll_loss(rows, ids.reshape(-1), reduction="none").reshape(ids.shape)


# --- values and domains ---------------------------------------------------------------------------------------------


def softplus_sum(x: Tensor, a: Tensor, b: Tensor | None) -> Tensor:
    """The sum with 0 * inf = 0 by the weight alone: of it and the logit a selection takes twice the instructions."""
    size = x.abs()
    wrong, tail = torch.where(x > 0, 1 - a if b is None else b, a), torch.exp(-size).log1p()
    return torch.where(wrong == 0, 0.0, wrong * size) + (tail if b is None else (a + b) * tail)


def log_loss_slope(p: Tensor, a: Tensor, b: Tensor | None) -> Tensor:
    """One quotient, (b p - a (1 - p)) / (p (1 - p)), where neither logarithm is below -100; else that of the other."""
    not_p = 1 - p
    spread = p * not_p
    steep, end = (p - a, not_p - a) if b is None else (b * p - a * not_p, b * not_p - a * p)
    return torch.where(spread > E_MINUS_100, steep / spread, end)


def all_inside(x: Tensor, domain: Any) -> Tensor:
    """By a mask, which takes fewer instructions than extremes that pass NaN on."""
    return domain.holds(x).all()  # type: ignore[no-any-return]


def snap(x: Tensor, low: float, high: float) -> Tensor:
    """By the bounds that are finite: a compiler keeps what does nothing."""
    if high == inf:
        return x.clamp(min=low)
    return x.clamp(max=high) if low == -inf else x.clamp(low, high)


# --- masks ----------------------------------------------------------------------------------------------------------


def masked_fill(x: Tensor, kept: Tensor) -> Tensor:
    """The array, hidden where a derivative is taken: elsewhere, what is masked need not be hidden."""
    return torch.where(kept, x, NEUTRAL) if derived(x) else x


def where_positive(g: Tensor, x: Tensor) -> Tensor:
    """By a product: of the sign no mask is kept."""
    return g * torch.sign(x).clamp(min=0)


def nan_outside(loss: Tensor, arrays: Sequence[Tensor], domains: Any) -> Tensor:
    """The loss, NaN outside the domains, and so its derivative."""
    if not all(each.closed for each in domains):
        for x, domain in zip(arrays, domains, strict=True):
            loss = loss * torch.where(domain.holds(x.detach()), 1.0, nan)
        return loss
    return loss * domain_factor(torch, [each.detach() for each in arrays], domains)  # type: ignore[no-any-return]


PORTABLE = {"largest_magnitude", "largest_other", "log_softmax_at", "log_softmax_at_and_sum"}
"""What a compiler makes more of as it is written in the standard."""
COMPILED: dict[str, Callable[..., Any]] = {name: NATIVE[name] for name in NATIVE.keys() - PORTABLE} | {
    "all_inside": all_inside,
    "class_posteriors": class_posteriors,
    "indices": indices,
    "masked_fill": masked_fill,
    "log_softmax": torch.log_softmax,
    "nan_outside": nan_outside,
    "one_hot": one_hot,
    "scatter_class": scatter_class,
    "take_class": picked,
    "where_positive": where_positive,
}
"""What is differentiated as it is written."""
FORWARD: dict[str, Callable[..., Any]] = {
    "alignment_log_likelihood": alignment_log_likelihood,
    "log1m_clamped": log1m_clamped,
    "log_clamped": log_clamped,
    "log_loss_slope": log_loss_slope,
    "masked_fill": shown,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "snap": snap,
    "softplus_sum": softplus_sum,
    "take_class": take_class,
    "weighed": weighed,
    "where_positive": where_positive,
}
"""What has the derivative of its numeric, or is not differentiated, unless `is_read`."""


def compiled_form(numeric: Numeric) -> Callable[..., Any]:
    """What a compiler is given of a numeric: with its own derivative where that may be taken by hand."""
    body = COMPILED.get(numeric.name)
    if is_read():
        return body or numeric.portable
    forward = FORWARD.get(numeric.name)
    if numeric.derivative is None:
        return (None if torch.is_grad_enabled() else forward) or body or numeric.portable
    if forward is None and body is not None:
        return body
    return differentiable(numeric, forward or numeric.portable)
