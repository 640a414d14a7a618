"""torch's native functions: where array-api-compat's or the portable ones are slow, or compile badly."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import torch

from ...intervals import Numbers
from ..class_sum import class_sum
from .lookalikes import PLAIN, is_distributed, on_mesh_of
from .plain import concrete_or_none, has_few_classes, no_autocast

Tensor = torch.Tensor
Tensors = tuple[Tensor | None, ...]


def take_class(x: torch.Tensor, ids: torch.Tensor, axis: int) -> torch.Tensor:
    """The entries at `ids`, by a gather; by a mask on a mesh, which may have sharded the classes."""
    if type(x) not in PLAIN and is_distributed(x):
        classes = on_mesh_of(torch.arange(x.shape[axis], device=x.device), x).reshape(
            (-1,) + (1,) * (x.ndim - 1 - axis)
        )
        return torch.where(ids.unsqueeze(axis) == classes, x, 0.0).sum(axis)
    return torch.gather(x, axis, ids.unsqueeze(axis)).squeeze(axis)


def log_softmax(x: torch.Tensor, axis: int) -> torch.Tensor:
    if has_few_classes(x, axis) and not x.requires_grad:
        return torch.log_softmax(x.movedim(-1, 0).contiguous(), 0).movedim(0, -1)
    return torch.log_softmax(x, axis)


def first_argmax(x: torch.Tensor, axis: int) -> torch.Tensor:
    """The lowest index of the maximum, by `max`: torch's `argmax` is slow but along the last axis."""
    return torch.max(x, axis).indices


def kth_smallest(x: torch.Tensor, rank: torch.Tensor | int) -> torch.Tensor:
    """The entry at a rank: one rank of all by selection, else of as many sorted as needed, where it can be seen."""
    if isinstance(rank, int):
        few = 64 * rank < x.shape[-1]
        return x.topk(rank + 1, largest=False).values[..., rank] if few else x.kthvalue(rank + 1).values
    seen = concrete_or_none(rank)
    if seen is None or not seen.numel():
        return take_class(x.sort().values, rank, x.ndim - 1)
    first, last = int(seen.min()), int(seen.max())
    if first == last:
        return x.kthvalue(last + 1).values
    return take_class(x.topk(last + 1, largest=False).values, rank, x.ndim - 1)


def sub_at_(x: torch.Tensor, ids: torch.Tensor, axis: int, amount: torch.Tensor | float | None) -> torch.Tensor:
    """The array x itself, less an amount at `ids`."""
    ids = ids.unsqueeze(axis)
    if isinstance(amount, torch.Tensor):
        return x.scatter_add_(axis, ids, -amount.unsqueeze(axis))
    amount = -1.0 if amount is None else -amount
    return x.scatter_add_(axis, ids, torch.full_like(ids, amount, dtype=x.dtype))


def linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """The linear map in the dtype of x, whatever autocast says: of logits in half precision no loss is right."""
    with no_autocast(x):
        return torch.nn.functional.linear(x, weight, bias)


def mul_(x: torch.Tensor, factor: torch.Tensor | float | None) -> torch.Tensor:
    return x if factor is None else x.mul_(factor)


def all_inside(x: torch.Tensor, domain: Any) -> torch.Tensor:
    """In one pass."""
    if x.numel() == 0:
        return torch.ones((), dtype=torch.bool, device=x.device)
    if isinstance(domain, Numbers):
        return domain.holds(x).all()  # type: ignore[no-any-return]
    inside: torch.Tensor = domain.spans(*torch.aminmax(x))
    return inside


def clip(x: torch.Tensor, low: torch.Tensor | float, high: torch.Tensor | float) -> torch.Tensor:
    """By torch's own, which takes no number beside a tensor."""
    if isinstance(low, torch.Tensor) != isinstance(high, torch.Tensor):
        return x.clamp(min=low).clamp(max=high)
    found: torch.Tensor = torch.clamp(x, low, high)  # type: ignore[arg-type]
    return found


def log_softmax_at(x: torch.Tensor, ids: torch.Tensor, axis: int) -> torch.Tensor:
    """By torch's own two, whose derivatives are short."""
    return take_class(log_softmax(x, axis), ids, axis)


def log_softmax_at_and_sum(x: torch.Tensor, ids: torch.Tensor, weight: torch.Tensor | None, axis: int) -> Any:
    """By torch's log-softmax, one kernel each way where nothing is compiled."""
    log_p = log_softmax(x, axis)
    return take_class(log_p, ids, axis), class_sum(torch, log_p, weight, axis)


def largest_other(x: torch.Tensor, ids: torch.Tensor, axis: int) -> torch.Tensor:
    """The largest entry but for that at `ids`, by one write in each row in place of a mask of all classes."""
    others = x.scatter(axis, ids.unsqueeze(axis), -inf)
    return others.amax(axis) if x.shape[axis] else others.sum(axis)


def unsorted(x: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
    """By writing each entry to its place: one sort less."""
    return x.scatter(-1, order, x)


def largest_magnitude(x: torch.Tensor, axis: int) -> torch.Tensor:
    """The largest |x|: in one pass by a norm, which in host memory takes ten times as long as two passes."""
    x = x.detach()
    if x.is_cpu and x.shape[axis]:
        return x.abs().amax(axis, keepdim=True)
    largest: torch.Tensor = torch.linalg.vector_norm(x, 0 if x.shape[axis] == 0 else inf, axis, keepdim=True)
    return largest


NATIVE: dict[str, Callable[..., Any]] = {
    "all_inside": all_inside,
    "kth_smallest": kth_smallest,
    "clip": clip,
    "exp_": torch.exp_,
    "first_argmax": first_argmax,
    "sub_at_": sub_at_,
    "sub_": torch.Tensor.sub_,
    "linear": linear,
    "largest_magnitude": largest_magnitude,
    "largest_other": largest_other,
    "log_softmax": log_softmax,
    "log_softmax_at": log_softmax_at,
    "log_softmax_at_and_sum": log_softmax_at_and_sum,
    "softmax": torch.softmax,
    "stop_gradient": torch.Tensor.detach,
    "mul_": mul_,
    "take_class": take_class,
    "relu": torch.relu,
    "unsorted": unsorted,
}
