"""A loss as a boosting objective: the derivative and the curvature of each row's (and class's) score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ...autodiff.api import grad
from ...autodiff.second_order import hessian_diagonal
from .first_round import warn_of_first_round
from .rows import Rows, kept, read
from .terms import SMALLEST, Hessian, Term, terms_of, word


@dataclass(frozen=True, repr=False)
class Objective:
    """Gradient and Hessian of each row's score, from (scores, data set) or (labels, scores, weights).

    For pointwise losses a row has one score for each output; for softmax losses one for each class, and the Hessian is
    its diagonal.
    """

    loss: Any
    hessian: Hessian = "auto"
    library: ClassVar[str]
    recipe: ClassVar[str]
    """Code that starts from `init_score`, for the warning."""

    def __post_init__(self) -> None:
        terms_of("objective", self.loss, self.hessian)

    @staticmethod
    def softmax_factor(classes: int) -> float:
        """The factor by which the diagonal of a softmax's Hessian bounds the whole."""
        raise NotImplementedError

    def __call__(self, first: object, second: Any, sample_weight: object = None) -> tuple[np.ndarray, np.ndarray]:
        """The gradient and the Hessian, of the shape of the scores, weights included."""
        terms = terms_of("objective", self.loss, self.hessian)
        rows = read("objective", self.library, terms, first, second, sample_weight)
        gradient = slope(terms, rows)
        curvature = self._curvature(terms, rows)
        warn_of_first_round(self, rows, gradient, curvature)
        curvature = np.maximum(curvature, SMALLEST)
        if terms[0].softmax and rows.labels.ndim == 1:  # rows that every term ignores count nothing
            counted = np.any([kept(term, rows.labels) for term in terms], axis=0)
            curvature = curvature * counted[:, None]
        return (gradient, curvature) if rows.weight is None else (rows.column * gradient, rows.column * curvature)

    def _curvature(self, terms: tuple[Term, ...], rows: Rows) -> Any:
        """The sum of the terms' second derivatives, or of their bounds."""
        total = np.zeros_like(rows.scores)
        for term in terms:
            bound = term.hessian == "bound" and not term.softmax
            at = rows.labels if bound else rows.scores
            each = hessian_diagonal(term.loss)(at, rows.labels, reduction="sum")
            if term.softmax:
                each = each * self.softmax_factor(rows.scores.shape[1])
            elif bound:
                each = np.where(each == 0, 1.0, each)
            total = total + term.scale * each
        return total

    @property
    def __name__(self) -> str:
        return "objective"

    def __repr__(self) -> str:
        hessian = "" if self.hessian == "auto" else f", hessian={self.hessian!r}"
        return f"objective({shown(self.loss)}{hessian})"


def slope(terms: tuple[Term, ...], rows: Rows) -> Any:
    """The derivative of the sum of the losses, unweighted, with respect to the scores."""
    total = np.zeros_like(rows.scores)
    for term in terms:
        total = total + term.scale * grad(term.loss)(rows.scores, rows.labels, reduction="sum")
    return total


def shown(loss: Any) -> str:
    """A loss in a repr: a function by its name."""
    return word(loss).strip("`") if hasattr(loss, "family") else repr(loss)
