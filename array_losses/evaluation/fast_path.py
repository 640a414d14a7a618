"""The fast path: a short call on small arrays, by the formula, or by the derivative by hand where one is wanted.

The same formula as everywhere, without what other calls need: at a few elements that took longer than the loss.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, prod
from typing import Any, NamedTuple

from ..backends import backend_of, namespace
from ..intervals import Extremes
from ..numerics import and_, multiply_no_nan, select
from ..reduction import Elements, divisor_of
from ..typing import Array
from .heap import keep_freed_memory
from .plain_loss import PlainLoss
from .short_call import ShortCall

MIN_HEAP_ELEMENTS = 1 << 14
"""Elements from which the C library may give an array's memory back to the system."""


class FastLoss(NamedTuple):
    """A reduced loss, and what its gradient is made of."""

    value: Any
    divisor: Any
    """What the sum of the losses was divided by."""
    slope: Callable[[], Array]
    """The derivative of that sum, where it is wanted."""


def evaluate_fast(loss: PlainLoss, call: ShortCall, extremes: Extremes, differentiated: bool) -> FastLoss | None:
    """The loss, of arrays that may be looked at; None where anything is unusual: the general path explains it."""
    if prod(call.input.shape) >= MIN_HEAP_ELEMENTS:
        keep_freed_memory()
    found = loss.elements_fast(call.input, call.target, call.options | call.arrays, extremes, differentiated)
    if found is None:
        return None
    unweighed, slope = found
    elements, factor = weigh(unweighed, call) or (None, None)
    if elements is None:
        return None
    total = namespace(elements.loss).sum(elements.loss)
    divisor: Any = 1 if call.reduction == "sum" else divisor_of(elements, call.normalizer or loss.divisor)
    if type(divisor) not in (int, float):
        divisor = backend_of(divisor).cast(divisor, total.dtype)
    value = total / divisor
    if not isfinite(float(value)):  # also of nothing
        return None

    def weighed() -> Array:
        assert slope is not None
        gradient = slope()
        if factor is not None:
            gradient = multiply_no_nan(beside(factor, call.input), gradient)
        return gradient if elements.kept is None else select(gradient, beside(elements.kept, call.input))

    return FastLoss(value, divisor, weighed)


def weigh(elements: Elements, call: ShortCall) -> tuple[Elements, Array | None] | None:
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


def beside(array: Array, input: Array) -> Array:
    """What the unreduced losses are weighed or masked by, with the class axis too where the input has one."""
    return array if array.ndim == input.ndim else namespace(array).expand_dims(array, axis=min(1, input.ndim - 1))


def per_sample(array: Array, shape: tuple[int, ...]) -> Array | None:
    """Weights or a mask with the axes of the losses: given so, or one for each sample; None: the general path knows."""
    if array.shape == shape:
        return array
    if array.ndim == 1 and len(shape) > 1 and array.shape[0] == shape[0]:
        return namespace(array).reshape(array, (-1, *(1,) * (len(shape) - 1)))
    return None
