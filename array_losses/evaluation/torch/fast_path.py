"""The fast path of torch: a short call on small tensors, of a loss whose derivative is written by hand.

The same formula as everywhere, without what other calls need: at a few elements that took longer than the loss.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, cast

import torch

from ...backends.torch.plain import extremes
from ...numerics import and_, multiply_no_nan, select
from ...reduction import Elements, divisor_of
from ..plain_loss import PlainLoss
from ..sizes import SIZES
from .block_sum import Made, attach
from .short_call import ShortCall

Tensor = torch.Tensor
BLOCK = 1 << 17
"""Elements of a block for each of torch's threads: with what a formula makes of them they stay in a core's cache.

The threads are torch's own: Python's, with a block each, wait for each other at every operation.
"""


def evaluate_fast(loss: PlainLoss, call: ShortCall) -> Tensor | None:
    """The loss; None where anything is unusual: the general path computes or explains it."""
    input, target, block = call.input, call.target, SIZES.get().block or BLOCK * torch.get_num_threads()
    if call.reduction == "none" or not 0 < input.numel() < max(2, loss.cost) * block:
        return None
    grad = torch.is_grad_enabled()
    if not (input.is_cpu and target.is_cpu) or (grad and target.requires_grad):
        return None
    with torch.no_grad():
        ids = target.long() if loss.takes_class_ids else target.detach()
        found = loss.elements_fast(input.detach(), ids, call.options | call.arrays, extremes)
        if found is None:
            return None
        unweighed, slope = found
        elements, factor = weigh(unweighed, call) or (None, None)
        if elements is None:
            return None
        divisor: Any = 1.0 if call.reduction == "sum" else divisor_of(elements, call.normalizer or loss.divisor)
        value: Any = torch.sum(cast("Tensor", elements.loss)) / divisor
        if not isfinite(value.item()):  # also of nothing
            return None
        if not (grad and input.requires_grad):
            return value  # type: ignore[no-any-return]
        gradient: Any = slope()
        if factor is not None:
            gradient = multiply_no_nan(beside(factor, input), gradient)
        if elements.kept is not None:
            gradient = select(gradient, beside(cast("Tensor", elements.kept), input))
    return with_gradient(loss, call, value, gradient, 1 / float(divisor))


def with_gradient(loss: PlainLoss, call: ShortCall, value: Tensor, gradient: Tensor, unit: float) -> Tensor:
    """The loss with its gradient. Autograd keeps every tensor of the call, and sees what is written to."""
    names = [name for name, each in call.keywords.items() if isinstance(each, Tensor)]
    numbers = {name: each for name, each in call.keywords.items() if name not in names}

    def plain(input: Tensor, target: Tensor, *others: Tensor) -> Any:
        return loss.call(input, target, **numbers, **dict(zip(names, others, strict=True)))

    arrays = (call.input, call.target, *[call.keywords[name] for name in names])
    return attach(Made((value,), [gradient], arrays, (0,), None, plain, unit=unit))  # type: ignore[no-any-return]


def weigh(elements: Elements, call: ShortCall) -> tuple[Elements, Tensor | None] | None:
    """The losses with the weights and the mask of the samples, and these weights; None where their shapes are wrong."""
    loss, kept = elements.loss, elements.kept
    if call.where is not None:
        where = per_sample(call.where, loss.shape)
        if where is None:
            return None
        kept = and_(kept, where)
    factor, weight = None, elements.weight
    if call.sample_weight is not None:
        factor = per_sample(call.sample_weight, loss.shape)
        if factor is None:
            return None
        loss, weight = loss * factor, factor if weight is None else weight * factor
    if kept is not None:
        loss, weight = select(loss, kept), None if weight is None else select(weight, kept)
    return Elements(loss, weight, kept), factor


def beside(array: Tensor, input: Tensor) -> Tensor:
    """What the unreduced losses are weighed or masked by, with the class axis too where the input has one."""
    return array if array.ndim == input.ndim else array.unsqueeze(min(1, input.ndim - 1))


def per_sample(array: Tensor, shape: tuple[int, ...]) -> Tensor | None:
    """Weights or a mask with the axes of the losses: given so, or one for each sample; None: the general path knows."""
    if array.shape == shape:
        return array
    if array.ndim == 1 and len(shape) > 1 and array.shape[0] == shape[0]:
        return array.reshape(-1, *(1,) * (len(shape) - 1))
    return None
