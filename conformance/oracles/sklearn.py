"""Scikit-learn: its metrics for the mean and the sum, and the compiled losses of its boosting, unreduced.

Its means divide by the sum of the weights.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import sklearn
from sklearn import metrics
from sklearn._loss import loss

from ..peer import NotCovered
from .base import Oracle


def flat(array: np.ndarray | None) -> Any:
    """One axis of float64."""
    return None if array is None else np.ascontiguousarray(array, dtype=np.float64).reshape(-1)


def elements(name: str, input: np.ndarray, target: np.ndarray, *, reduction: str = "mean", **options: Any) -> Any:
    """A metric: the mean of all elements, or weighted by `sample_weight`."""
    options = {key: flat(each) if isinstance(each, np.ndarray) else each for key, each in options.items()}
    return getattr(metrics, name)(flat(target), flat(input), **options)


def compiled(name: str, **options: Any) -> Any:
    """One of the compiled losses."""
    return getattr(loss, name)(**options)


def unreduced(made: Any, input: np.ndarray, target: np.ndarray, w: np.ndarray | None = None) -> np.ndarray:
    """One of the compiled losses, of each element, times its weight."""
    return made.loss(flat(target), flat(input), flat(w)).reshape(input.shape)


def mean(made: Any, input: np.ndarray, target: np.ndarray, w: np.ndarray | None = None) -> Any:
    """The mean of one of the compiled losses, where it is ours: of all elements."""
    if w is not None:
        raise NotCovered("its weighted mean divides by the weights")
    return made(flat(target), flat(input))


ORACLE = Oracle(
    "scikit-learn",
    "sklearn",
    sys.modules[__name__],
    lambda: sklearn.__version__,
    reductions=("none", "mean"),
)
