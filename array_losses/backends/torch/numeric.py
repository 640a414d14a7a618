"""Numerics in plain eager torch: a derivative of their own in place of that of the body, on every device."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ..numeric import Numeric

Tensor = torch.Tensor


def differentiable(numeric: Numeric, forward: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A form of a numeric: by its own derivative where one is wanted."""

    def form(*args: Any) -> Tensor:
        if not (torch.is_grad_enabled() and any(isinstance(each, Tensor) and each.requires_grad for each in args)):
            return forward(*args)
        return OwnDerivative.apply(numeric, forward, *args)  # type: ignore[no-any-return,no-untyped-call]

    return form


class OwnDerivative(torch.autograd.Function):
    """A numeric whose backward is one linear map an argument."""

    @staticmethod
    def forward(ctx: Any, numeric: Numeric, forward: Callable[..., Tensor], *args: Any) -> Tensor:
        result = forward(*args)
        if any(result is each for each in args):  # which autograd takes for an output that was written to
            result = result.view_as(result)
        tensors = [each if isinstance(each, Tensor) else None for each in args]
        ctx.save_for_backward(*tensors, result if numeric.keeps_result else None)
        ctx.numeric, ctx.args = numeric, [None if isinstance(each, Tensor) else each for each in args]
        ctx.set_materialize_grads(False)
        return result

    @staticmethod
    def backward(ctx: Any, g: Tensor | None) -> Any:
        *tensors, result = ctx.saved_tensors
        args = [given if each is None else each for each, given in zip(tensors, ctx.args, strict=True)]
        maps = ctx.numeric.derivative(result, *args)
        found = [
            vjp(g).sum_to_size(each.shape) if wanted and g is not None and vjp is not None else None
            for vjp, each, wanted in zip(maps, args, ctx.needs_input_grad[2:], strict=True)
        ]
        return None, None, *found
