"""Places along an axis, for matching and mining: which entries are largest and smallest, the rows at an index."""

from ..backends import backend_of, namespace
from ..typing import Array
from .along_axis import one_hot, take_class
from .dispatch import overridable
from .pointwise import clip


@overridable
def first_argmax(x: Array, axis: int) -> Array:
    """The lowest index of the maximum along `axis`."""
    xp, count = namespace(x), x.shape[axis]
    shape = [1] * x.ndim
    shape[axis] = count
    index = xp.reshape(backend_of(x).arange(count, x), tuple(shape))
    return xp.min(xp.where(x == xp.max(x, axis=axis, keepdims=True), index, count - 1), axis=axis)


@overridable
def kth_smallest(x: Array, rank: Array | int) -> Array:
    """The entry of the last axis with so many before it, in order; `rank` has the shape of the other axes, or is the
    same for all.
    """
    ordered = namespace(x).sort(x, axis=-1, stable=False)
    return ordered[..., rank] if isinstance(rank, int) else take_class(ordered, rank, x.ndim - 1)


def bottom_k_mask(x: Array, count: Array) -> Array:
    """The mask of the `count` (..., 1) smallest entries of the last axis, of equal ones the first."""
    xp, size = namespace(x), x.shape[-1]
    if 0 in x.shape:
        return x < 0
    rank = backend_of(x).as_ids(xp.astype(clip(xp.squeeze(count, axis=-1) - 1, 0.0, size - 1.0), xp.int32))
    last = xp.expand_dims(kth_smallest(x, rank), axis=-1)
    before, equal = x < last, x == last
    left = count - xp.sum(xp.astype(before, count.dtype), axis=-1, keepdims=True)
    return before | (equal & (xp.cumulative_sum(xp.astype(equal, count.dtype), axis=-1) <= left))


def smallest_mask(x: Array, count: int) -> Array:
    """The mask of the `count` smallest entries of a whole array, of equal ones the first."""
    xp = namespace(x)
    flat = xp.reshape(x, (-1,))
    if not 0 < count < flat.shape[0]:
        return (xp.ones_like if count else xp.zeros_like)(x, dtype=xp.bool)
    last = kth_smallest(flat, count - 1)
    before, equal = flat < last, flat == last
    left = xp.astype(count - xp.sum(xp.astype(before, xp.int32), dtype=xp.int32), x.dtype)
    first = xp.cumulative_sum(xp.astype(equal, x.dtype), axis=-1) <= left
    return xp.reshape(before | (equal & first), x.shape)


def take_rows(x: Array, index: Array) -> Array:
    """The rows of x (..., G, D) at `index` (..., A), as (..., A, D); by a mask where the library has no gather."""
    xp = namespace(x)
    if not hasattr(xp, "take_along_axis"):
        chosen = xp.expand_dims(one_hot(index, x.shape[-2], index.ndim), axis=-1)  # (..., A, G, 1)
        zero = xp.zeros_like(x)
        return xp.sum(xp.where(chosen, xp.expand_dims(x, axis=-3), xp.expand_dims(zero, axis=-3)), axis=-2)
    wide = xp.broadcast_to(xp.expand_dims(index, axis=-1), (*index.shape, x.shape[-1]))
    return xp.take_along_axis(x, wide, axis=-2)
