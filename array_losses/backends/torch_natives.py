"""torch's native functions: where array-api-compat's or the portable ones are slow, or compile badly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from ..constants import NEUTRAL
from . import large, torch_losses
from .inside import one_inside
from .torch_lookalikes import PLAIN, company, is_distributed
from .torch_private import in_transform, is_transformed


def look(array: torch.Tensor) -> torch.Tensor | None:
    """A tensor whose values can be read at no cost, or None."""
    plain = type(array) is torch.Tensor or type(array) is torch.nn.Parameter
    if not plain or array.device.type != "cpu" or torch.compiler.is_compiling():
        return None
    if is_transformed(array):
        return None
    return array.detach()


def log1m_own(x: torch.Tensor) -> torch.Tensor:
    return x.neg_().log1p_()


def sigmoid_tail(x: torch.Tensor) -> torch.Tensor:
    return x.abs().neg_().sigmoid_()


def step(x: torch.Tensor) -> torch.Tensor:
    """Written as numbers: torch makes no vectors of booleans."""
    return torch.gt(x, 0, out=torch.empty_like(x))


def pick(x: torch.Tensor, ids: torch.Tensor, axis: int) -> torch.Tensor:
    """By a gather; by a mask on a mesh, which may have sharded the classes."""
    if type(x) not in PLAIN and is_distributed(x):
        classes = company(torch.arange(x.shape[axis], device=x.device), x).reshape((-1,) + (1,) * (x.ndim - 1 - axis))
        return torch.where(ids.unsqueeze(axis) == classes, x, 0.0).sum(axis)
    return torch.gather(x, axis, ids.unsqueeze(axis)).squeeze(axis)


def log_softmax(x: torch.Tensor, axis: int) -> torch.Tensor:
    if torch_losses.few(x, axis) and not x.requires_grad:
        return torch.log_softmax(x.movedim(-1, 0).contiguous(), 0).movedim(0, -1)
    return torch.log_softmax(x, axis)


def first_argmax(x: torch.Tensor, axis: int) -> torch.Tensor:
    """Torch's `argmax` is slow but along the last axis."""
    return torch.max(x, axis).indices


def at_rank(x: torch.Tensor, rank: torch.Tensor) -> torch.Tensor:
    """Only as many in order as are asked for, where that number can be seen."""
    seen = look(rank)
    ordered = x.sort() if seen is None or not seen.numel() else x.topk(int(seen.max()) + 1, largest=False)
    return pick(ordered.values, rank, x.ndim - 1)


def less_at(x: torch.Tensor, ids: torch.Tensor, axis: int, amount: torch.Tensor | float | None) -> torch.Tensor:
    """In place."""
    ids = ids.unsqueeze(axis)
    if isinstance(amount, torch.Tensor):
        return x.scatter_add_(axis, ids, -amount.unsqueeze(axis))
    amount = -1.0 if amount is None else -amount
    return x.scatter_add_(axis, ids, torch.full_like(ids, amount, dtype=x.dtype))


def linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """In the dtype of x, whatever autocast says: of logits in half precision no loss is right."""
    with large.exact(x):
        return torch.nn.functional.linear(x, weight, bias)


def times_own(x: torch.Tensor, factor: torch.Tensor | float | None) -> torch.Tensor:
    return x if factor is None else x.mul_(factor)


NATIVE: dict[str, Callable[..., Any]] = {
    "at_rank": at_rank,
    "clip": torch.clamp,
    "exp_own": torch.exp_,
    "first_argmax": first_argmax,
    "less_at": less_at,
    "less_own": torch.Tensor.sub_,
    "linear": linear,
    "log1m_own": log1m_own,
    "log_softmax": log_softmax,
    "softmax": torch.softmax,
    "sigmoid_tail": sigmoid_tail,
    "step": step,
    "stop_gradient": torch.Tensor.detach,
    "times_own": times_own,
    "pick": pick,
    "relu": torch.relu,
}


def derived(x: torch.Tensor) -> bool:
    """Whether a derivative may be taken; a tensor that `torch.func` differentiates does not tell so when compiled."""
    return x.requires_grad or in_transform()


def picked(x: torch.Tensor, ids: torch.Tensor, axis: int) -> torch.Tensor:
    """`pick` by torch's NLL: a compiler writes its derivative in one pass, that of a gather in two."""
    if x.shape[axis] == 0:
        return pick(x, ids, axis)
    rows = x.movedim(axis, -1).reshape(-1, x.shape[axis])
    return -torch.nn.functional.nll_loss(rows, ids.reshape(-1), reduction="none").reshape(ids.shape)


def log_softmax_at(x: torch.Tensor, ids: torch.Tensor, axis: int) -> torch.Tensor:
    """Picked by a mask in the pass that adds up e^x: the derivative of a gather is two passes of its own."""
    if x.shape[axis] == 0 or not derived(x):
        return pick(torch.log_softmax(x, axis), ids, axis)
    classes = torch.arange(x.shape[axis], device=x.device, dtype=torch.int32)
    mine = ids.int().unsqueeze(axis) == classes.reshape((-1,) + (1,) * (x.ndim - 1 - axis))
    shifted = x - x.detach().amax(axis, keepdim=True)
    picked = torch.where(mine, shifted, 0.0).sum(axis)
    return picked - shifted.exp().sum(axis).log()


def hidden(x: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
    """From derivatives only: forward, what is masked need not be hidden."""
    return torch.where(kept, x, NEUTRAL) if derived(x) else x


def nan_outside(loss: torch.Tensor, arrays: Sequence[torch.Tensor], domains: Any) -> torch.Tensor:
    """The derivative is NaN too."""
    return loss * one_inside(torch, [each.detach() for each in arrays], domains)  # type: ignore[no-any-return]


COMPILED = {name: NATIVE[name] for name in NATIVE.keys() - {"log_softmax"}} | {
    "hidden": hidden,
    "log_softmax": torch.log_softmax,
    "log_softmax_at": log_softmax_at,
    "nan_outside": nan_outside,
    "pick": picked,
}
"""Where `torch.compile` makes one function of all, and neither passes nor selections are what costs."""
VALUES: dict[str, Callable[..., Any]] = {"magnitude": torch.abs, "sigmoid": torch.sigmoid}
"""Where no derivative is taken: that of `abs` is 0 at 0, that of torch's sigmoid where its value rounds to 1."""
