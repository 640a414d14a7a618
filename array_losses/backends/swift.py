"""torch in eager mode: a plain call, two small tensors and no options, of a loss whose derivative is written by hand.

The same formula as everywhere, without what other calls need: at a few elements that took longer than the loss.
"""

from __future__ import annotations

from functools import partial
from math import isfinite
from typing import Any

import torch

from . import one_pass

Tensor = torch.Tensor


def evaluate(family: Any, input: Tensor, target: Tensor, reduction: str) -> Tensor | None:
    """The loss; None where anything is unusual, which the long way does or explains."""
    count = input.numel()
    if reduction not in ("mean", "sum") or not 0 < count < 2 * one_pass.BLOCK * torch.get_num_threads():
        return None
    x, y = input.detach(), target.detach()
    if not (x.is_cpu and y.is_cpu and family.in_domains(x, y, extremes)):
        return None
    if torch.is_grad_enabled() and target.requires_grad:
        return None
    wanted = torch.is_grad_enabled() and input.requires_grad
    with torch.no_grad():
        loss, slope = family.plain_derivative(x, y)
        total = loss.sum()
        if not isfinite(total.item()):
            return None
        value, scale = (total / count, 1 / count) if reduction == "mean" else (total, 1.0)
        if not wanted:
            return value  # type: ignore[no-any-return]
        gradient = slope() if scale == 1 else slope() * scale
    result: Tensor = Ready.apply((value, gradient, family, reduction, target), input)  # type: ignore[no-untyped-call]
    return result


def extremes(x: Tensor) -> tuple[float, float]:
    """The least and the largest value; NaN if there is one."""
    low, high = torch.aminmax(x)
    return low.item(), high.item()


class Ready(torch.autograd.Function):
    """A value whose gradient is there already."""

    @staticmethod
    def forward(ctx: Any, made: tuple[Any, ...], input: Tensor) -> Tensor:
        value, ctx.ready, ctx.family, ctx.reduction, target = made
        ctx.save_for_backward(input, target)
        return value  # type: ignore[no-any-return]

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Any:
        ready, ctx.ready = ctx.ready, None  # it is handed over, and scaled in place
        if ready is None or one_pass.again_differentiated((g,)):
            plain = partial(ctx.family.call, reduction=ctx.reduction)
            return None, *one_pass.once_more(plain, ctx.saved_tensors, (0,), (g,))
        return None, ready if g.item() == 1 else ready.mul_(g)
