"""Masks: what a formula must not see, and what becomes of a loss where its arguments are bad."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import Any

from .backends import namespace
from .constants import NEUTRAL
from .numerics import overridable, stop_gradient
from .typing import Array, Namespace


def both(a: Array | None, b: Array) -> Array:
    """Where both masks hold; None is everywhere."""
    return b if a is None else a & b


@overridable
def hidden(x: Array, kept: Array) -> Array:
    """X where kept, elsewhere neutral: for a formula whose result there is masked, and touches no other."""
    return namespace(x).where(kept, x, NEUTRAL)


def unfit(xp: Namespace, where: Array | None, weights: list[Array | None], arrays: list[Array]) -> Array | None:
    """What the formula must not see: what is masked, and infinities of weight 0, whose derivative would be NaN."""
    found = None if where is None else ~where
    for weight in weights:
        if weight is not None:
            for each in arrays:
                void = (weight == 0) & xp.isinf(each)
                found = void if found is None else found | void
    return found


def spoil(loss: Array, good: Array) -> Array:
    """The loss, but NaN where not good. By a product: its derivative is NaN too, where a selection's would be 0."""
    xp = namespace(loss)
    return loss * xp.where(good, xp.ones_like(loss), nan)


@overridable
def nan_outside(loss: Array, arrays: Sequence[Array], domains: tuple[Any, ...]) -> Array:
    """The loss, but NaN, and so its derivative, where one of the arrays is outside its domain."""
    good = None
    for x, domain in zip(arrays, domains, strict=True):
        good = both(good, domain.holds(stop_gradient(x)))
    return loss if good is None else spoil(loss, good)
