"""The fast path of torch: two small plain tensors, numbers as options, a loss whose derivative is written by hand.

The same formula as everywhere, without what other calls need: at a few elements that took longer than the loss.
"""

from __future__ import annotations

from functools import partial
from math import isfinite
from typing import Any

import torch

from ...backends.torch.plain import extremes
from ..evaluable import PlainLoss
from . import block_sum

Tensor = torch.Tensor


def evaluate_fast(
    family: PlainLoss, input: Tensor, target: Tensor, reduction: str, options: dict[str, Any]
) -> Tensor | None:
    """The loss; None where anything is unusual: the general path computes or explains it."""
    block = block_sum.BLOCK * torch.get_num_threads()
    if reduction not in ("mean", "sum") or not 0 < input.numel() < max(2, family.cost) * block:
        return None
    grad = torch.is_grad_enabled()
    if not (input.is_cpu and target.is_cpu) or (grad and target.requires_grad):
        return None
    with torch.no_grad():
        found = family.elements_fast(input.detach(), target.detach(), options, extremes)
        if found is None:
            return None
        loss, slope = found
        value = loss.mean() if reduction == "mean" else loss.sum()
        if not isfinite(value.item()):
            return None
        if not (grad and input.requires_grad):
            return value  # type: ignore[no-any-return]
        scale = 1 / loss.numel() if reduction == "mean" else 1.0
        made = value, slope(), scale, partial(family.call, reduction=reduction, **options), target
    return PrecomputedGradient.apply(made, input)  # type: ignore[no-any-return,no-untyped-call]


class PrecomputedGradient(torch.autograd.Function):
    """A value whose gradient is there already, but for a scale."""

    @staticmethod
    def forward(ctx: Any, made: tuple[Any, ...], input: Tensor) -> Tensor:
        value, ctx.ready, ctx.scale, ctx.plain, target = made
        ctx.save_for_backward(input, target)
        return value  # type: ignore[no-any-return]

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor | None, ...]:
        ready, ctx.ready = ctx.ready, None  # it is handed over, and scaled in place
        if ready is None or block_sum.needs_double_backward((g,)):
            return None, *block_sum.recompute_gradients(ctx.plain, ctx.saved_tensors, (0,), (g,))
        factor = g.item() * ctx.scale
        return None, ready if factor == 1 else ready.mul_(factor)
