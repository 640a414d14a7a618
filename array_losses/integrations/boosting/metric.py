"""The mean loss of scores as an evaluation metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .objective import shown
from .rows import Rows, kept, read
from .terms import Term, terms_of, title


@dataclass(frozen=True, repr=False)
class Metric:
    """The mean loss of (scores, data set) or of (labels, scores, weights)."""

    loss: Any
    library: ClassVar[str]

    def __post_init__(self) -> None:
        terms_of("metric", self.loss, probabilities=True)

    def value(self, first: object, second: Any, sample_weight: object = None) -> float:
        """The weighted sum of the terms' means, each row as often as its weight says."""
        terms = terms_of("metric", self.loss, probabilities=True)
        rows = read("metric", self.library, terms, first, second, sample_weight)
        return sum(term.scale * _mean(term, rows) for term in terms)

    @property
    def __name__(self) -> str:
        return title(terms_of("metric", self.loss, probabilities=True))

    def __repr__(self) -> str:
        return f"metric({shown(self.loss)})"


def _mean(term: Term, rows: Rows) -> float:
    """The mean by the loss's own divisor, in which a row counts as often as its weight says."""
    if rows.weight is None:
        return float(term.loss(rows.scores, rows.labels, reduction="mean"))
    weight: Any = rows.weight if term.softmax else rows.column
    divisor = _divisor(term, rows)
    if divisor == "weights":
        options = {"reduction": "mean", "normalizer": "weights"}
        return float(term.loss(rows.scores, rows.labels, sample_weight=weight, **options))
    total = float(term.loss(rows.scores, rows.labels, sample_weight=weight, reduction="sum"))
    if divisor == "count":
        counted = kept(term, rows.labels) if term.softmax and rows.labels.ndim == 1 else True
        divisor = float(np.sum(np.where(counted, rows.weight, 0.0))) * (1 if term.softmax else _outputs(rows))
    return total / divisor if divisor else 0.0


def _divisor(term: Term, rows: Rows) -> Any:
    """The normalizer of the object ("weights", "count" or a number), else the loss's own."""
    given = term.options["normalizer"]
    if given is not None:
        return given
    family: Any = term.family
    return family.soft_divisor if term.softmax and rows.labels.ndim == 2 else family.divisor


def _outputs(rows: Rows) -> int:
    return int(np.prod(rows.scores.shape[1:]))
