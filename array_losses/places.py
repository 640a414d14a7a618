"""Places along an axis, for matching and mining: which entry is the largest, how each ranks, the rows at an index."""

from typing import Any

from .backends import backend_of, namespace
from .numerics import one_hot, overridable

Array = Any


@overridable
def first_argmax(x: Array, axis: int) -> Array:
    """The lowest index of the maximum along `axis`."""
    xp, count = namespace(x), x.shape[axis]
    shape = [1] * x.ndim
    shape[axis] = count
    index = xp.reshape(backend_of(x).arange(count, x), tuple(shape))
    return xp.min(xp.where(x == xp.max(x, axis=axis, keepdims=True), index, count - 1), axis=axis)


@overridable
def rank(x: Array) -> Array:
    """How many entries of the last axis are less than each; of equal ones the first is less."""
    xp = namespace(x)
    return xp.argsort(xp.argsort(x, axis=-1, stable=True), axis=-1, stable=True)


def rows(x: Array, index: Array) -> Array:
    """The rows of x (..., G, D) at `index` (..., A), as (..., A, D); by a mask where the library has no gather."""
    xp = namespace(x)
    if not hasattr(xp, "take_along_axis"):
        chosen = xp.expand_dims(one_hot(index, x.shape[-2], index.ndim), axis=-1)  # (..., A, G, 1)
        zero = xp.zeros_like(x)
        return xp.sum(xp.where(chosen, xp.expand_dims(x, axis=-3), xp.expand_dims(zero, axis=-3)), axis=-2)
    wide = xp.broadcast_to(xp.expand_dims(index, axis=-1), (*index.shape, x.shape[-1]))
    return xp.take_along_axis(x, wide, axis=-2)
