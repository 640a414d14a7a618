"""How a mutant is made of a loss."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import wraps
from typing import Any

from array_losses.families.function import family_of, make_loss


def formula(loss: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The loss with another formula."""

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        family = copy.copy(family_of(loss))
        family.formula, family.derivative = wraps(family.formula)(body), None  # the derivative is of the other
        return make_loss(family)

    return decorate


def derivative(loss: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The loss with another derivative by hand."""

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        family = copy.copy(family_of(loss))
        family.derivative = body
        return make_loss(family)

    return decorate


def around(loss: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The loss with something done around its call."""

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        return wraps(loss)(lambda *args, **options: body(*args, **options))

    return decorate


def divided(loss: Callable[..., Any], divisor: str) -> Callable[..., Any]:
    """The loss with another divisor of its mean."""
    family = copy.copy(family_of(loss))
    family.divisor = divisor
    return make_loss(family)
