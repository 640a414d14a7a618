"""Numerics of margin losses: of the scores of the classes beside that of the right one."""

from __future__ import annotations

from math import inf

from ..backends import backend_of, namespace
from ..backends.numeric import Maps
from ..typing import Array
from .along_axis import one_hot, scatter_class, take_class
from .dispatch import overridable
from .pointwise import relu, select, where_positive


@overridable
def margin_violations(x: Array, ids: Array, margin: Array | float, axis: int) -> Array:
    """The excesses max(x_c - x_y + margin, 0) of the classes over class y of `ids`, where they are 0."""
    xp, right = namespace(x), one_hot(ids, x.shape[axis], axis)
    return xp.where(right, 0.0, relu(x - xp.expand_dims(take_class(x, ids, axis), axis=axis) + margin))


@margin_violations.derivative_of_result
def _(y: Array, x: Array, ids: Array, margin: Array | float, axis: int) -> Maps:
    def by_x(g: Array) -> Array:
        g = where_positive(g, y)
        return g - scatter_class(namespace(g).sum(g, axis=axis), ids, x.shape[axis], axis)

    return by_x, None, lambda g: where_positive(g, y), None


@overridable
def largest_other(x: Array, ids: Array, axis: int) -> Array:
    """The largest entry along `axis` but for that at `ids`, -inf where there is no other; ties share its derivative."""
    xp = namespace(x)
    others = xp.where(one_hot(ids, x.shape[axis], axis), -inf, x)
    return (xp.sum if 0 in x.shape else xp.max)(others, axis=axis)


@overridable
def label_counts(ids: Array, like: Array) -> Array:
    """How often each class stands in a list of ids (..., C), before the first one that is negative; `like` an array."""
    xp = namespace(ids)
    ended = xp.cumulative_sum(xp.astype(ids < 0, like.dtype), axis=-1)  # of integers it would be one of 64 bits
    there = one_hot(xp.where(ended == 0, ids, -1), ids.shape[-1], ids.ndim)
    return xp.sum(xp.astype(there, like.dtype), axis=-2)


@label_counts.derivative
def _(y: None, ids: Array, like: Array) -> Maps:
    return None, namespace(like).zeros_like


@overridable
def pair_violations(x: Array, counts: Array) -> Array:
    """The sum of max(1 - x_j + x_i, 0) over classes j of positive `counts`, so many times, and i of count 0."""
    xp = namespace(x)
    excess, weight = pairs(x, counts)
    return xp.sum(xp.where(weight > 0, weight * relu(excess), 0.0), axis=(-2, -1))


@pair_violations.derivative
def _(y: None, x: Array, counts: Array) -> Maps:
    return lambda g: namespace(x).expand_dims(g, axis=-1) * pair_slope(x, counts), None


@overridable
def pair_slope(x: Array, counts: Array) -> Array:
    """The derivative of each sum of `pair_violations` by the scores, constant between the kinks."""
    xp, (excess, weight) = namespace(x), pairs(x, counts)
    hit = select(weight, excess > 0)
    return xp.sum(hit, axis=-2) - xp.sum(hit, axis=-1)


@pair_slope.derivative
def _(y: None, x: Array, counts: Array) -> Maps:
    return namespace(x).zeros_like, None


def pairs(x: Array, counts: Array) -> tuple[Array, Array]:
    """For classes j, rows, and i, columns: 1 - x_j + x_i, and how often this counts."""
    xp, counts = namespace(x), backend_of(x).cast(counts, x.dtype)
    weight = xp.expand_dims(counts, axis=-1) * xp.astype(xp.expand_dims(counts == 0, axis=-2), x.dtype)
    return 1 - xp.expand_dims(x, axis=-1) + xp.expand_dims(x, axis=-2), weight
