"""What gradient boosting wants of a loss: the derivative and the curvature of each row's (and class's) score."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from ..autodiff.gradients import grad
from ..autodiff.second_order import hessian_diagonal
from ..errors import OptionError, describe, fail
from ..families.classwise import Classwise
from ..families.pointwise import Pointwise
from ..objects import Loss

Hessian = Literal["auto", "exact", "bound"]
SMALLEST = 1e-6
"""The least curvature of a row: boosting divides by sums of it."""


def rows(first: Any, second: Any, weight: Any) -> tuple[Any, Any, Any]:
    """Scores, labels and weights from (scores, data set) or from scikit-learn's (labels, scores, weights)."""
    if hasattr(second, "get_label"):
        return first, second.get_label(), second.get_weight()
    return second, first, weight


class Objective:
    """A loss as a boosting objective: score, label and weight of each row to gradient and Hessian.

    For pointwise losses a row has one score; for softmax losses one for each class, and the Hessian is its diagonal.
    """

    def __init__(self, loss: Any, hessian: Hessian, softmax_factor: Callable[[int], float]) -> None:
        function = type(loss).function if isinstance(loss, Loss) else loss
        self.family = getattr(function, "family", None)
        if not isinstance(self.family, Pointwise | Classwise):
            expected = "be a pointwise or softmax loss of array_losses, such as al.BCEWithLogitsLoss()"
            fail(OptionError, "objective", "loss", expected, describe(loss))
        if hessian not in ("auto", "exact", "bound"):
            fail(OptionError, "objective", "hessian", 'be "auto", "exact" or "bound"', describe(hessian))
        if hessian == "auto":
            hessian = "bound" if "regression" in self.family.tasks else "exact"
        self.call, self.hessian, self.softmax_factor = loss, hessian, softmax_factor
        self.name = self.family.name
        self.softmax = isinstance(self.family, Classwise)

    def _arrays(self, scores: Any, labels: Any) -> tuple[Any, Any]:
        scores = np.asarray(scores, dtype=np.float64)
        labels = np.asarray(labels)
        if self.softmax:
            if scores.ndim != 2:
                fail(OptionError, "objective", "loss", "have scores of shape (rows, classes)", str(scores.shape))
            return scores, labels.astype(np.int64)
        return scores, labels.astype(np.float64).reshape(scores.shape)

    def __call__(self, scores: Any, labels: Any, weight: Any = None) -> tuple[Any, Any]:
        """The gradient and the Hessian, of the shape of the scores."""
        scores, labels = self._arrays(scores, labels)
        gradient = grad(self.call)(scores, labels, reduction="sum")
        at = labels if self.hessian == "bound" and not self.softmax else scores
        curvature = hessian_diagonal(self.call)(at, labels, reduction="sum")
        if self.softmax:
            curvature = curvature * self.softmax_factor(scores.shape[1])
        elif self.hessian == "bound":
            curvature = np.where(curvature == 0, 1.0, curvature)
        curvature = np.maximum(curvature, SMALLEST)
        if weight is None or not np.size(weight):
            return gradient, curvature
        weight = np.asarray(weight, dtype=np.float64).reshape((-1,) + (1,) * (scores.ndim - 1))
        return weight * gradient, weight * curvature

    def mean(self, scores: Any, labels: Any, weight: Any = None) -> float:
        """The mean loss, as an evaluation metric."""
        scores, labels = self._arrays(scores, labels)
        options: dict[str, Any] = {"reduction": "mean"}
        if weight is not None and np.size(weight):
            options |= {"sample_weight": np.asarray(weight), "normalizer": "weights"}
        return float(self.call(scores, labels, **options))
