"""Masks: what a formula must not see, and what becomes of a loss where its arguments are bad."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Any

from ..backends import namespace
from ..backends.numeric import Maps
from ..constants import NEUTRAL
from ..intervals import Numbers
from ..typing import Array
from .dispatch import overridable
from .pointwise import select, stop_gradient


def and_(a: Array | None, b: Array) -> Array:
    """The mask where both hold; None is everywhere."""
    return b if a is None else a & b


@overridable
def masked_fill(x: Array, kept: Array) -> Array:
    """The array x where kept, elsewhere a neutral number; the formula's result there is masked."""
    return namespace(x).where(kept, x, NEUTRAL)


@masked_fill.derivative
def _(y: None, x: Array, kept: Array) -> Maps:
    return lambda g: select(g, kept), None


@overridable
def fill(x: Array, kept: Array, value: float) -> Array:
    """The array x where kept, elsewhere a value: also where the result is not masked again, unlike `masked_fill`."""
    return namespace(x).where(kept, x, value)


@fill.derivative
def _(y: None, x: Array, kept: Array, value: float) -> Maps:
    return lambda g: select(g, kept), None, None


@overridable
def fill_weightless(x: Array, counted: Array, value: float) -> Array:
    """`fill` of what has weight 0 where it does not count: so has its cotangent, which takes no mask."""
    return fill(x, counted, value)


@fill_weightless.derivative
def _(y: None, x: Array, counted: Array, value: float) -> Maps:
    return lambda g: g, None, None


def poison(loss: Array, good: Array) -> Array:
    """The loss, but NaN where not good. By a product: its derivative is NaN too, where a selection's would be 0."""
    xp = namespace(loss)
    return loss * xp.where(good, xp.ones_like(loss), nan)


@overridable
def all_inside(x: Array, domain: Any) -> Array:
    """Whether all values of an array lie in a domain: 0-d."""
    xp = namespace(x)
    if 0 in x.shape or isinstance(domain, Numbers):  # of which no extremes tell
        return xp.all(domain.holds(x))
    inside: Array = domain.spans(xp.min(x), xp.max(x))
    return inside


def in_domains(arrays: Sequence[Array], domains: tuple[Any, ...]) -> Array | None:
    """Whether all values of the arrays lie in their domains, 0-d; None where there is nothing to check."""
    good = None
    for x, domain in zip(arrays, domains, strict=True):
        good = and_(good, all_inside(stop_gradient(x), domain))
    return good


@overridable
def nan_outside(loss: Array, arrays: Sequence[Array], domains: tuple[Any, ...]) -> Array:
    """The loss, but NaN, and so its derivative, where one of the arrays is outside its domain."""
    good = None
    for x, domain in zip(arrays, domains, strict=True):
        good = and_(good, domain.holds(stop_gradient(x)))
    return loss if good is None else poison(loss, good)
