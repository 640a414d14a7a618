"""Numerics of ratios."""

from __future__ import annotations

from math import inf

from ..backends import namespace
from ..backends.numeric import Maps
from ..typing import Array
from .dispatch import overridable
from .pointwise import log1p, select


@overridable
def log1p_distance(x: Array, y: Array) -> Array:
    """|ln(1 + x) - ln(1 + y)| of numbers >= 0, by their difference and the smaller one: nothing cancels.

    By selection: at x = y both are of one side, where all derivatives of the square are right.
    """
    xp, above = namespace(x), x > y
    low = xp.where(above, y, x)
    return log1p((xp.where(above, x, y) - low) / (1 + low))


@log1p_distance.derivative
def _(_: None, x: Array, y: Array) -> Maps:
    return lambda g: g * side(x, y) / (1 + x), lambda g: -g * side(x, y) / (1 + y)


def side(x: Array, y: Array) -> Array:
    """1 where x > y, else -1."""
    return 2 * namespace(x).astype(x > y, x.dtype) - 1


@overridable
def squared_log1p_distance(x: Array, y: Array) -> Array:
    """(ln(1 + x) - ln(1 + y))^2 of numbers >= 0; a constant where one is infinite."""
    xp = namespace(x)
    far = (x == inf) != (y == inf)
    e = log1p_distance(xp.where(far, 0.0, x), xp.where(far, 0.0, y))
    return xp.where(far, inf, e * e)


@squared_log1p_distance.derivative
def _(_: None, x: Array, y: Array) -> Maps:
    def by(a: Array, b: Array) -> Array:
        return select(2 * side(a, b) * log1p_distance(a, b) / (1 + a), (a < inf) & (b < inf))

    return lambda g: g * by(x, y), lambda g: g * by(y, x)
