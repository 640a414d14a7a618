"""Views of losses of embeddings: the cosine of a pair, the correlation of two views of a batch."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from ..backends import namespace
from ..families.roles import Labels
from .terms import Term
from .views import View, along, label, repeated

Terms = tuple[Term, ...]
COLUMNS = np.asarray([[1 - 2 * (bin(i & j).count("1") % 2) for j in range(1, 8)] for i in range(8)], dtype=np.float64)
"""Seven columns of 8 numbers with mean 0 and variance 1, uncorrelated: Walsh's functions."""


def mixed(x: Any, first: Any, second: Any) -> Any:
    """The arrays ``x * first + sqrt(1 - x^2) * second``, of rows of length 1 where theirs are."""
    return along(x, first) + along(namespace(x).sqrt(1 - x * x), second)


def cosine(terms: Terms) -> View:
    """Over the cosine of a pair that belongs together, or does not; all others are orthogonal."""
    positive_only = all(len(term.arrays) == 2 and term.by_sample for term in terms)

    def arrays(positive: bool, term: Term, x: Any) -> tuple[Any, ...]:
        e = np.eye(4)
        if any(isinstance(role, Labels) for role in term.arrays.values()):
            return triple(positive, x)
        if not term.by_sample:  # each row of the first belongs to that row of the second; cosines with the others are 0
            keys, others = e[[0, 1]], e[[2, 3]]
            return repeated(x, keys)[0], mixed(x, keys if positive else keys[::-1], others)[0]
        rows = repeated(x, e[0]), mixed(x, e[0], e[1])
        return rows if len(term.arrays) == 2 else (*rows, repeated(x, label(term.target, positive)))

    cases = {"positive pair": partial(arrays, True), "negative pair": partial(arrays, False)}
    if positive_only:
        cases = {"": cases["positive pair"]}
    return View(
        "cosine similarity", "c", -0.995, 0.995, cases, (-1.0, 1.0), batches=any(not term.by_sample for term in terms)
    )


def triple(positive: bool, x: Any) -> tuple[Any, Any]:
    """Three embeddings, the first two of one class, and their labels: the cosine of the first with another is x."""
    e = np.eye(4)
    moving = 1 if positive else 2
    still = e[[0, 1, 2]] * (np.arange(3) != moving)[:, None]
    turn, rest = np.zeros((3, 4)), np.zeros((3, 4))
    turn[moving], rest[moving] = e[0], e[3]
    return mixed(x, turn, rest)[0] + still, np.asarray([0, 0, 1])


def correlation(terms: Terms) -> View:  # noqa: ARG001
    """Over the correlation of the two views of each feature, or of two features of both views."""

    def arrays(between: str, term: Term, x: Any) -> tuple[Any, Any]:  # noqa: ARG001
        h = COLUMNS
        if between == "views":
            return h[:, :2] + 0 * x[0], mixed(x, h[:, :2], h[:, 2:4])[0]
        both = mixed(x, h[:, [0, 0]] * (0, 1), h[:, [0, 1]] * (0, 1))[0] + h[:, [0, 0]] * (1, 0)
        return both, both

    cases = {f"between the {each}": partial(arrays, each) for each in ("views", "features")}
    return View("correlation", "c", -0.995, 0.995, cases, (-1.0, 1.0), batches=True)
