"""Numerics of margin losses: of the scores of the classes beside that of the right one."""

from __future__ import annotations

from math import inf

from ..backends import namespace
from ..backends.numeric import Maps
from ..typing import Array
from .along_axis import one_hot, scatter_class, take_class
from .dispatch import overridable
from .pointwise import relu, select


@overridable
def margin_violations(x: Array, ids: Array, margin: Array | float, axis: int) -> Array:
    """The excesses max(x_c - x_y + margin, 0) of the classes over class y of `ids`, where they are 0."""
    xp, right = namespace(x), one_hot(ids, x.shape[axis], axis)
    others = xp.where(right, 0.0, x)  # of an infinite x_y the difference with itself would be NaN
    return xp.where(right, 0.0, relu(others - xp.expand_dims(take_class(x, ids, axis), axis=axis) + margin))


@margin_violations.derivative_of_result
def _(y: Array, x: Array, ids: Array, margin: Array | float, axis: int) -> Maps:
    def by_x(g: Array) -> Array:
        g = select(g, y > 0)
        return g - scatter_class(namespace(g).sum(g, axis=axis), ids, x.shape[axis], axis)

    return by_x, None, lambda g: select(g, y > 0), None


def largest_other(x: Array, ids: Array, axis: int) -> Array:
    """The largest entry along `axis` but for that at `ids`, -inf where there is no other; ties share its derivative."""
    xp = namespace(x)
    others = xp.where(one_hot(ids, x.shape[axis], axis), -inf, x)
    return (xp.sum if 0 in x.shape else xp.max)(others, axis=axis)
