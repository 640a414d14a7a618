"""torch's native functions: where array-api-compat's or the portable ones are slow, or compile badly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

import torch

from ..constants import E_MINUS_100, NEUTRAL
from . import large, torch_losses
from .inside import domain_factor
from .torch_lookalikes import PLAIN, is_distributed, on_mesh_of
from .torch_private import in_transform, is_transformed


def concrete_or_none(array: torch.Tensor) -> torch.Tensor | None:
    """The tensor where its values can be read at no cost, else None."""
    plain = type(array) is torch.Tensor or type(array) is torch.nn.Parameter
    if not plain or array.device.type != "cpu" or torch.compiler.is_compiling():
        return None
    if is_transformed(array):
        return None
    return array.detach()


def log1m_(x: torch.Tensor) -> torch.Tensor:
    return x.neg_().log1p_()


def sigmoid_neg_abs(x: torch.Tensor) -> torch.Tensor:
    return x.abs().neg_().sigmoid_()


def heaviside(x: torch.Tensor) -> torch.Tensor:
    """The step function, written as numbers: torch makes no vectors of booleans."""
    return torch.gt(x, 0, out=torch.empty_like(x))


def take_class(x: torch.Tensor, ids: torch.Tensor, axis: int) -> torch.Tensor:
    """The entries at `ids`, by a gather; by a mask on a mesh, which may have sharded the classes."""
    if type(x) not in PLAIN and is_distributed(x):
        classes = on_mesh_of(torch.arange(x.shape[axis], device=x.device), x).reshape(
            (-1,) + (1,) * (x.ndim - 1 - axis)
        )
        return torch.where(ids.unsqueeze(axis) == classes, x, 0.0).sum(axis)
    return torch.gather(x, axis, ids.unsqueeze(axis)).squeeze(axis)


def log_softmax(x: torch.Tensor, axis: int) -> torch.Tensor:
    if torch_losses.has_few_classes(x, axis) and not x.requires_grad:
        return torch.log_softmax(x.movedim(-1, 0).contiguous(), 0).movedim(0, -1)
    return torch.log_softmax(x, axis)


def first_argmax(x: torch.Tensor, axis: int) -> torch.Tensor:
    """The lowest index of the maximum, by `max`: torch's `argmax` is slow but along the last axis."""
    return torch.max(x, axis).indices


def kth_smallest(x: torch.Tensor, rank: torch.Tensor) -> torch.Tensor:
    """The entry at a rank, of as many sorted as needed where the rank can be seen."""
    seen = concrete_or_none(rank)
    ordered = x.sort() if seen is None or not seen.numel() else x.topk(int(seen.max()) + 1, largest=False)
    return take_class(ordered.values, rank, x.ndim - 1)


def sub_at_(x: torch.Tensor, ids: torch.Tensor, axis: int, amount: torch.Tensor | float | None) -> torch.Tensor:
    """The array x itself, less an amount at `ids`."""
    ids = ids.unsqueeze(axis)
    if isinstance(amount, torch.Tensor):
        return x.scatter_add_(axis, ids, -amount.unsqueeze(axis))
    amount = -1.0 if amount is None else -amount
    return x.scatter_add_(axis, ids, torch.full_like(ids, amount, dtype=x.dtype))


def linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """The linear map in the dtype of x, whatever autocast says: of logits in half precision no loss is right."""
    with large.no_autocast(x):
        return torch.nn.functional.linear(x, weight, bias)


def mul_(x: torch.Tensor, factor: torch.Tensor | float | None) -> torch.Tensor:
    return x if factor is None else x.mul_(factor)


def all_inside(x: torch.Tensor, domain: Any) -> torch.Tensor:
    """In one pass."""
    if x.numel() == 0:
        return torch.ones((), dtype=torch.bool, device=x.device)
    low, high = torch.aminmax(x)
    inside: torch.Tensor = (low >= domain.low) & (high <= domain.high)
    return inside


def log_softmax_at(x: torch.Tensor, ids: torch.Tensor, axis: int) -> torch.Tensor:
    """By torch's own two, whose derivatives are short."""
    return take_class(log_softmax(x, axis), ids, axis)


def log_clamped(p: torch.Tensor) -> torch.Tensor:
    return p.log().clamp_min_(-100)


def log1m_clamped(p: torch.Tensor) -> torch.Tensor:
    return p.neg().log1p_().clamp_min_(-100)


def shown(x: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:  # noqa: ARG001
    """X itself: forward, what is masked need not be hidden."""
    return x


def inf_below(p: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.threshold(p, E_MINUS_100, inf)


def softplus_sum(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor | None) -> torch.Tensor:
    """In place; torch's log-sigmoid of |x| is -ln(1 + e^-|x|)."""
    size = x.abs()
    wrong = (x > 0).to(x.dtype).sub_(a) if b is None else torch.where(x > 0, b, -a)  # of x
    loss = wrong.mul(x)
    if concrete_or_none(loss) is None:
        loss = torch.where(wrong == 0, 0, loss)
    elif loss.sum().isnan():
        loss[(wrong == 0) & x.isinf()] = 0
    tail = torch.nn.functional.logsigmoid(size)
    return loss.sub_(tail if b is None else tail.mul_(a + b))


def miss(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor | None) -> torch.Tensor:
    p, not_p = x.sigmoid(), x.neg().sigmoid_()
    return torch.lerp(p, not_p, a) if b is None else p.mul_(b).add_(not_p.mul_(a))


def log_loss(p: torch.Tensor, a: torch.Tensor, b: torch.Tensor | None) -> torch.Tensor:
    log_p, log_not_p = log_clamped(p), log1m_clamped(p)
    mixed = torch.lerp(log_not_p, log_p, a) if b is None else log_p.mul_(a).add_(log_not_p.mul_(b))
    return mixed.neg_()


def power(x: torch.Tensor, exponent: Any) -> torch.Tensor:
    """Without a selection where x^exponent has vanished before x."""
    if isinstance(exponent, int | float) and exponent >= 1:
        return x**exponent
    present = x >= torch.finfo(x.dtype).smallest_normal
    at_zero = (exponent == 0) * 1.0
    return torch.where(present, torch.where(present, x, 1.0) ** exponent, at_zero)


def focal_weighted(cross_entropy: torch.Tensor, miss: torch.Tensor, gamma: Any) -> torch.Tensor:
    """Where the cross-entropy is infinite, miss is 1."""
    return power(miss, gamma) * cross_entropy


NATIVE: dict[str, Callable[..., Any]] = {
    "abs_": torch.abs,
    "all_inside": all_inside,
    "kth_smallest": kth_smallest,
    "clip": torch.clamp,
    "exp_": torch.exp_,
    "first_argmax": first_argmax,
    "sub_at_": sub_at_,
    "sub_": torch.Tensor.sub_,
    "linear": linear,
    "log1m_": log1m_,
    "log_softmax": log_softmax,
    "log_softmax_at": log_softmax_at,
    "softmax": torch.softmax,
    "sigmoid_neg_abs": sigmoid_neg_abs,
    "heaviside": heaviside,
    "stop_gradient": torch.Tensor.detach,
    "mul_": mul_,
    "take_class": take_class,
    "relu": torch.relu,
}


def derived(x: torch.Tensor) -> bool:
    """Whether a derivative may be taken; a tensor that `torch.func` differentiates does not tell so when compiled."""
    return x.requires_grad or in_transform()


def picked(x: torch.Tensor, ids: torch.Tensor, axis: int) -> torch.Tensor:
    """`take_class` by torch's NLL: a compiler writes its derivative in one pass, that of a gather in two."""
    if x.shape[axis] == 0:
        return take_class(x, ids, axis)
    rows = x.movedim(axis, -1).reshape(-1, x.shape[axis])
    return -torch.nn.functional.nll_loss(rows, ids.reshape(-1), reduction="none").reshape(ids.shape)


def compiled_log_softmax_at(x: torch.Tensor, ids: torch.Tensor, axis: int) -> torch.Tensor:
    """The log-probabilities at `ids`, by a mask in the pass that adds up e^x: a gather's derivative takes two."""
    if x.shape[axis] == 0 or not derived(x):
        return take_class(torch.log_softmax(x, axis), ids, axis)
    classes = torch.arange(x.shape[axis], device=x.device, dtype=torch.int32)
    mine = ids.int().unsqueeze(axis) == classes.reshape((-1,) + (1,) * (x.ndim - 1 - axis))
    shifted = x - x.detach().amax(axis, keepdim=True)
    picked = torch.where(mine, shifted, 0.0).sum(axis)
    return picked - shifted.exp().sum(axis).log()


def masked_fill(x: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
    """The array, hidden from derivatives alone: forward, what is masked need not be hidden."""
    return torch.where(kept, x, NEUTRAL) if derived(x) else x


def nan_outside(loss: torch.Tensor, arrays: Sequence[torch.Tensor], domains: Any) -> torch.Tensor:
    """The loss, NaN outside the domains, and so its derivative."""
    return loss * domain_factor(torch, [each.detach() for each in arrays], domains)  # type: ignore[no-any-return]


COMPILED = {name: NATIVE[name] for name in NATIVE.keys() - {"abs_", "all_inside", "log_softmax"}} | {
    "masked_fill": masked_fill,
    "log_softmax": torch.log_softmax,
    "log_softmax_at": compiled_log_softmax_at,
    "nan_outside": nan_outside,
    "take_class": picked,
}
"""Where `torch.compile` makes one function of all, and neither passes nor selections are what costs."""
VALUES: dict[str, Callable[..., Any]] = {
    "focal_weighted": focal_weighted,
    "masked_fill": shown,
    "log1m_clamped": log1m_clamped,
    "log_clamped": log_clamped,
    "log_loss": log_loss,
    "abs_from_right": torch.abs,
    "inf_below": inf_below,
    "miss": miss,
    "power": power,
    "sigmoid": torch.sigmoid,
    "snap": torch.clamp,
    "softplus_sum": softplus_sum,
}
"""Where torch takes no derivative: none is wanted, or the numeric has its own. They may write to what they made."""
