"""Views of losses of single scores: a logit, a residual, the difference of two scores."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import Any

import numpy as np

from ..domains import Interval
from ..families.roles import Real, Role
from ..numerics import sigmoid
from ..options import Number, NumberOrNumbers
from .terms import Term, domain_of, takes_probabilities
from .views import View, along, label, repeated

Terms = tuple[Term, ...]


def logit(terms: Terms) -> View:
    """Over the logit, for a positive and a negative label; over the probability where all losses take that.

    A loss of detection also shows a target of 1/2: there the targets are the qualities of boxes.
    """
    over_probability = all(map(takes_probabilities, terms))

    def arrays(positive: float, term: Term, x: Any) -> tuple[Any, Any]:
        p = sigmoid(x) if takes_probabilities(term) and not over_probability else x
        target = positive if positive == 0.5 else label(term.target, bool(positive))
        shape = (1,) if len(term.first.letters) > 1 else ()
        return along(p, np.ones(shape)), repeated(x, np.full(shape, target))

    soft = all(term.family.tasks[0] == "detection" for term in terms)
    targets = {1.0: "positive label", **({0.5: "target 0.5"} if soft else {}), 0.0: "negative label"}
    cases = {text: partial(arrays, target) for target, text in targets.items()}
    if over_probability:
        return View("probability", "p", 0.0025, 0.9975, cases, (0.0, 1.0))
    return View("logit", "z", -span(terms, 6.0), span(terms, 6.0), cases)


def residual(terms: Terms) -> View:
    """Over the residual; over the prediction, for two targets, where the residual does not decide the loss."""
    if all(map(by_residual, terms)):
        return View("residual, input - target", "r", -span(terms, 4.0), span(terms, 4.0), variances(terms, 0.0))
    low = max([0.02 if getattr(domain_of(term.first), "low", -1) == 0 else -2.0 for term in terms])
    cases = {f"target {target:g}": each for target in (1.0, 3.0) for each in variances(terms, target).values()}
    return View("prediction", "x", low, 4.0, cases, (0.0 if low > 0 else -inf, inf))


def variances(terms: Terms, target: float) -> dict[str, Any]:
    """The lines of one target: one for each variance where a loss takes variances."""

    def arrays(variance: float, term: Term, x: Any) -> tuple[Any, ...]:
        levels = [int(each) for each in term.first.letters if each.isdigit()]
        input, others = along(x, np.ones(levels)), [target, *[variance] * (len(term.arrays) - 2)]
        return input, *[repeated(x, each) for each in others]

    if all(len(term.arrays) == 2 for term in terms):
        return {"": partial(arrays, 1.0)}
    return {f"variance {each:g}": partial(arrays, each) for each in (0.25, 1.0, 4.0)}


def by_residual(term: Term) -> bool:
    """Whether the loss is the same where input and target grow by the same."""
    x, move = np.linspace(-2.0, 2.0, 5), 3.0
    if isinstance(domain_of(term.first), Interval):
        return False
    (here,), (there,) = (tuple(variances((term,), target).values())[:1] for target in (0.0, move))
    return bool(np.allclose(term.values(here(term, x), 5), term.values(there(term, x + move), 5)))


def span(terms: Terms, least: float) -> float:
    """How far to draw: so far that kinks are seen whose place is a margin or a width among the options."""
    given = [
        value
        for term in terms
        for name, check in term.family.signature.checkers.items()
        if isinstance(check, Number | NumberOrNumbers) and name in SCALES
        for value in np.atleast_1d(term.options[name] or 0.0)
    ]
    return max([least, *[1.6 * float(each) for each in given]])


SCALES = ("margin", "delta", "beta", "width", "scale")
"""Options in the units of what is drawn over, where a loss has them."""
WIDEST = 64.0


def pair(terms: Terms) -> View:
    """Over the difference of the scores of the better and the worse of two, as wide as it takes to see both ends."""

    def arrays(centre: float, term: Term, x: Any) -> tuple[Any, ...]:
        better, worse = along(x, 0.5, centre), along(x, -0.5, centre)
        others = list(term.arrays.values())[2:]
        return better, worse, *[repeated(x, reference(role)) for role in others]

    bounded = any(isinstance(domain_of(term.first), Interval) for term in terms)
    if bounded:  # both are log-probabilities
        return View("difference of the log-probabilities", "d", -4.0, 4.0, {"": partial(arrays, -2.5)})
    cases, high = {"": partial(arrays, 0.0)}, 4.0
    while high < WIDEST and not all(settled(term, cases[""], high) for term in terms):
        high *= 2
    return View("score of the better less that of the worse", "d", -high, high, cases)


def reference(role: Role) -> float:
    """1 for the label that says the first is better, 0 for the score of a reference model."""
    return 0.0 if domain_of(role) is None else 1.0


def settled(term: Term, arrays: Any, high: float) -> bool:
    """Whether the loss is nearly flat at the good end, beside its slope at the bad one."""
    ends = high * np.asarray([-1.0, -0.9, 0.9, 1.0])
    first, second, third, last = term.values(arrays(term, ends), 4)
    return bool(abs(last - third) <= 0.15 * abs(second - first))


def distance(terms: Terms) -> View:
    """Over the distance of a pair that belongs together, or does not; of a triplet the other pair is 1 apart."""

    def arrays(positive: bool, term: Term, x: Any) -> tuple[Any, ...]:
        if len(term.arrays) == 2:
            return x, repeated(x, label(term.target, positive))
        moving, fixed, anchor = along(x, (1.0, 0.0)), repeated(x, (0.0, 1.0)), repeated(x, (0.0, 0.0))
        return (anchor, moving, fixed) if positive else (anchor, fixed, moving)

    other = ", the other at 1" if any(len(term.arrays) > 2 for term in terms) else ""
    cases = {f"positive pair{other}": partial(arrays, True), f"negative pair{other}": partial(arrays, False)}
    return View("distance", "d", 0.01, span(terms, 1.6) * 1.6, cases, (0.0, inf))


def is_elementwise(role: Role | None) -> bool:
    """Whether an array holds a label from 0 to 1, or of two, for each score."""
    return type(role) is Real and domain_of(role) is not None
