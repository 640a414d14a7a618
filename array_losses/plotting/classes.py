"""Views of losses of classes: one sample, the pixels of an image, a distribution, a sequence."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..backends import namespace
from ..domains import SIGNS, UNIT
from ..families.label_sets import LabelSets
from ..families.labels import ClassIds, Probabilities
from ..numerics import log_softmax, sigmoid
from .terms import Term, domain_of, takes_probabilities
from .views import View, along, repeated

Terms = tuple[Term, ...]
TRUE = 1
"""The true class: 0 is often the background, and ignored."""
LABELS = 2
PIXELS, RIGHT = 40, 3.0
"""The pixels of an image, and the logit of the true class in those that are right."""


def classes(terms: Terms) -> View:
    """Over the logit of the true class, the others at 0; over its probability where all losses take that."""
    count = max(3, *[term.classes for term in terms])
    over_probability = all(map(takes_probabilities, terms))

    def arrays(share: float, term: Term, x: Any) -> tuple[Any, ...]:
        one, others = np.eye(count)[TRUE], 1 - np.eye(count)[TRUE]
        logits = along(x, one)
        if over_probability:
            logits = along(x, one - others / (count - 1), others / (count - 1))
        elif takes_probabilities(term) or not shift_invariant(term, count):
            logits = log_softmax(logits, 1)
            logits = namespace(x).exp(logits) if takes_probabilities(term) else logits
        target = truth(term, x, share * one + (1 - share) * others / (count - 1))
        return (logits, np.eye(count), target) if "linear_weight" in term.arrays else (logits, target)

    soft = all(isinstance(term.target, Probabilities) for term in terms)
    shares = {1.0: "target 1 of the true class", 0.8: "target 0.8"} if soft else {1.0: ""}
    cases = {text: partial(arrays, share) for share, text in shares.items()}
    if over_probability:
        return View("probability of the true class", "p", 0.0025, 0.9975, cases, (0.0, 1.0))
    ranked = all("ranking" in term.family.tasks for term in terms)
    name = "score of the relevant item" if ranked else "logit of the true class"
    return View(f"{name}, {count - 1} others at 0", "z", -8.0, 8.0, cases)


def truth(term: Term, x: Any, shares: Any) -> Any:
    """The target: ids, sets, or shares of the classes."""
    if isinstance(term.target, ClassIds):
        return repeated(x, TRUE)
    if isinstance(term.target, LabelSets):
        return repeated(x, shares == 1)
    return repeated(x, shares)


def shift_invariant(term: Term, count: int) -> bool:
    """Whether the loss is the same where all scores grow by the same: else they must be log-probabilities."""
    x = np.asarray([-1.0, 0.0, 2.0])
    logits, target = along(x, np.eye(count)[TRUE]), truth(term, x, np.eye(count)[TRUE])
    if "linear_weight" in term.arrays:
        return True
    return bool(np.allclose(term.values((logits, target), 3), term.values((logits + 1.0, target), 3)))


def places(terms: Terms) -> View:  # noqa: ARG001
    """Over the place at which a distribution over 0 to 7 has its peak; the truth lies between two places."""
    grid = np.arange(8.0)

    def arrays(true: float, term: Term, x: Any) -> tuple[Any, Any]:  # noqa: ARG001
        return -((along(x, np.ones(8)) - grid) ** 2), repeated(x, true)

    cases = {f"true place {true:g}": partial(arrays, true) for true in (2.0, 4.5)}
    return View("place of the predicted peak", "m", 0.0, 7.0, cases)


def region(terms: Terms) -> View:
    """Over the logit of the true class in the pixels of an object, or in those around it; the others are right."""
    count = max(2, *[term.classes for term in terms])
    truth = (np.arange(PIXELS) < PIXELS // 4).astype(np.int64)

    def arrays(part: int, term: Term, x: Any) -> tuple[Any, Any]:
        logits = along(x, truth == part, RIGHT * (truth != part))
        if "C" not in term.first.letters and term.options.get("axis") is None:  # a map of one class
            logits, signs = logits * (2.0 * truth - 1), domain_of(term.target) == SIGNS
            input = sigmoid(logits) if takes_probabilities(term) else logits
            return input, repeated(x, 2 * truth - 1 if signs else truth)
        one = np.moveaxis(np.eye(count)[truth], -1, 0)
        logits = namespace(x).expand_dims(logits, axis=1) * one
        return namespace(x).exp(log_softmax(logits, 1)) if takes_probabilities(term) else logits, repeated(x, truth)

    cases = {"object, 1/4 of the pixels": partial(arrays, 1), "background, 3/4 of them": partial(arrays, 0)}
    return View(f"logit of the true class there, {RIGHT:g} in the other pixels", "z", -8.0, 8.0, cases)


def distribution(terms: Terms) -> View:  # noqa: ARG001
    """Over the predicted probability of one of two outcomes."""

    def arrays(true: float, term: Term, x: Any) -> tuple[Any, Any]:
        q, p = along(x, (1.0, -1.0), (0.0, 1.0)), np.asarray((true, 1 - true))
        q = q if takes_probabilities(term) else namespace(x).log(q)
        return q, repeated(x, p if domain_of(term.target) == UNIT else np.log(p))

    cases = {f"true probability {true:g}": partial(arrays, true) for true in (0.5, 0.9)}
    return View("predicted probability of one of two outcomes", "q", 0.0025, 0.9975, cases, (0.0, 1.0))


def sequence(terms: Terms) -> View:  # noqa: ARG001
    """Over the probability of the right class in every frame, for a path that ends in time and one that is short."""

    def arrays(frames: int, term: Term, x: Any) -> tuple[Any, ...]:
        blank, ids = term.options["blank"], [each for each in range(4) if each != term.options["blank"]][:LABELS]
        path = np.full(frames, blank)
        path[: frames // 3], path[-(frames // 3) :] = ids[0], ids[1]
        right = np.eye(4)[path][:, None, :]
        p = namespace(x).reshape(x, (1, -1, 1)) * (right - (1 - right) / 3) + (1 - right) / 3
        return namespace(x).log(p), repeated(x, ids), repeated(x, frames), repeated(x, LABELS)

    cases = {f"{frames} frames": partial(arrays, frames) for frames in (6, 18)}
    return View("probability of the right class in every frame", "p", 0.0025, 0.9975, cases, (0.0, 1.0))
