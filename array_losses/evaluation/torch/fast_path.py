"""The fast path on torch, whose gradient is ready when autograd asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ...backends.torch.plain import extremes
from .. import fast_path
from ..plain_loss import PlainLoss
from ..short_call import ShortCall
from ..sizes import SIZES
from .block_sum import Made, Tensors, attach

Tensor = torch.Tensor
BLOCK = 1 << 18
"""Elements of a block for each of torch's threads: with what a formula makes of them they stay in a core's cache.

The threads are torch's own: Python's, with a block each, wait for each other at every operation.
"""


def evaluate_fast(loss: PlainLoss, call: ShortCall) -> Tensor | None:
    """The loss; None where anything is unusual: the general path computes or explains it."""
    input, target, block = call.input, call.target, SIZES.get().block or BLOCK * torch.get_num_threads()
    if call.reduction == "none" or not 0 < input.numel() < 2 * block:
        return None
    grad = torch.is_grad_enabled()
    differentiated = grad and input.requires_grad
    if not (input.is_cpu and target.is_cpu) or (grad and target.requires_grad):
        return None
    if differentiated and loss.derivative is None:
        return None
    with torch.no_grad():
        target = target.long() if loss.takes_class_ids else target.detach()
        plain = call._replace(input=input.detach(), target=target)
        found = fast_path.evaluate_fast(loss, plain, extremes, differentiated)
        if found is None or not differentiated:
            return found and found.value
        gradient: Any = found.slope()
    return with_gradient(loss, call, found.value, [gradient], unit=1 / float(found.divisor))


def with_slope(loss: PlainLoss, call: ShortCall, value: Tensor, slope: Callable[..., Tensor]) -> Tensor:
    """A value with a derivative of (cotangent, input, target), which is not differentiated itself."""

    def again(arrays: Tensors, gs: Tensors) -> list[Tensor]:
        return [slope(gs[0], *arrays[:2])]

    return with_gradient(loss, call, value, None, again)


def with_gradient(
    loss: PlainLoss,
    call: ShortCall,
    value: Tensor,
    ready: list[Tensor] | None,
    again: Callable[[Tensors, Tensors], list[Tensor]] | None = None,
    unit: float = 1.0,
) -> Tensor:
    """The loss with its gradient. Autograd keeps every tensor of the call, and sees what is written to."""
    names = [name for name, each in call.keywords.items() if isinstance(each, Tensor)]
    numbers = {name: each for name, each in call.keywords.items() if name not in names}

    def plain(input: Tensor, target: Tensor, *others: Tensor) -> Any:
        return loss.call(input, target, **numbers, **dict(zip(names, others, strict=True)))

    arrays = (call.input, call.target, *[call.keywords[name] for name in names])
    return attach(Made((value,), ready, arrays, (0,), again, plain, unit=unit))  # type: ignore[no-any-return]
