"""The probability simplex, and the projection onto it (sparsemax)."""

from __future__ import annotations

from ..backends import backend_of, namespace
from ..backends.numeric import Maps
from ..typing import Array
from .along_axis import detached_max
from .dispatch import overridable
from .pointwise import select, stop_gradient


def below_top(x: Array, axis: int) -> Array:
    """The array x, less its (constant) largest entry along an axis."""
    return x - detached_max(x, axis)


@overridable
def simplex_threshold(x: Array, axis: int) -> Array:
    """The tau for which max(x - tau, 0) sums to 1 along an axis, which stays: the nearest point of the simplex.

    Of the j largest entries alone it would be (their sum - 1) / j; it is the largest of these.
    """
    xp, fixed, shape = namespace(x), stop_gradient(x), [1] * x.ndim
    shape[axis] = x.shape[axis]
    count = xp.reshape(xp.astype(backend_of(x).arange(x.shape[axis], x) + 1, x.dtype), tuple(shape))
    sums = xp.cumulative_sum(xp.sort(-fixed, axis=axis, stable=False), axis=axis)  # the largest first, negated
    inside = fixed > detached_max((sums + 1) / -count, axis)
    total = xp.sum(xp.where(inside, x, 0.0), axis=axis, keepdims=True)
    return (total - 1) / xp.sum(xp.astype(inside, x.dtype), axis=axis, keepdims=True)


@simplex_threshold.derivative_of_result
def _(y: Array, x: Array, axis: int) -> Maps:
    def by_x(g: Array) -> Array:
        xp, inside = namespace(x), x > y
        return select(g / xp.sum(xp.astype(inside, x.dtype), axis=axis, keepdims=True), inside)

    return by_x, None
