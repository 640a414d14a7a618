"""Curves: a loss along a view, with its first and second derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..autodiff.api import grad
from ..autodiff.second_order import hessian_diagonal
from .terms import Term
from .views import Arrays, View

POINTS, BATCHES = 400, 120
"""The points of a line, and of one of which each is a batch: an even number, as many a kink lies in the middle."""


class Curve(NamedTuple):
    """A loss at the points x, with its derivatives."""

    x: Any
    value: Any
    gradient: Any
    curvature: Any


def curve(terms: tuple[Term, ...], view: View, arrays: Arrays, points: int | None = None) -> Curve:
    """The sum of the terms along one line of a view."""
    at_once = not view.batches and all(term.by_sample for term in terms)
    x = np.linspace(view.low, view.high, points or (POINTS if at_once else BATCHES))

    def loss(x: Any) -> Any:
        return sum_of([term.values(arrays(term, x), x.shape[0]) for term in terms])

    functions: list[Callable[[Any], Any]] = [
        loss,
        grad(total(loss)),
        hessian_diagonal(total(loss), structure="diagonal"),
    ]
    found = [each(x) if at_once else one_by_one(each, x) for each in functions]
    return Curve(x, *[np.asarray(each) for each in found])


def total(loss: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The sum over the points, of which each has a loss of its own."""

    def summed(x: Any) -> Any:
        found = loss(x)
        return found.__array_namespace__().sum(found)

    return summed


def one_by_one(f: Callable[[Any], Any], x: Any) -> Any:
    return np.asarray([np.reshape(f(x[i : i + 1]), ()) for i in range(x.shape[0])])


def sum_of(parts: list[Any]) -> Any:
    first, *others = parts
    return sum(others, start=first)
