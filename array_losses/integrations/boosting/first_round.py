"""A warning where the first round has nothing to split by: the model would stay where it starts, silently."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .rows import Rows
from .terms import SMALLEST

NEGLIGIBLE = 1e-6
"""Steps this small, relative to the labels, are no loss; also how far apart equal steps may lie by rounding."""


class FirstRoundWarning(UserWarning):
    """All rows have one gradient in the first round: no tree can tell them apart.

    .. versionadded:: 0.1
    """


def warn_of_first_round(objective: Any, rows: Rows, gradient: np.ndarray, curvature: np.ndarray) -> None:
    """Warn where all rows have one score and would take one and the same step, or have no curvature to divide by.

    Decided by the arrays of this call alone: later rounds have scores that differ.
    """
    counted = slice(None) if rows.weight is None else rows.weight > 0
    arrays = (rows.scores, rows.labels, gradient, curvature)
    scores, labels, gradient, curvature = (_columns(each[counted]) for each in arrays)
    if scores.shape[0] < 2 or np.any(scores != scores[:1]):
        return
    step = gradient / np.maximum(curvature, SMALLEST)
    size = np.max(np.abs(step), axis=0)
    matters = size > NEGLIGIBLE * np.maximum(1.0, np.max(np.abs(labels)))
    alike = matters & (_spread(step) <= NEGLIGIBLE * size)
    learnable = labels.shape == scores.shape and _spread(labels) > 0  # an output of one label has one gradient rightly
    if alike.all() or np.any(alike & learnable):
        text = f"all rows have the same gradient in the first round, so no tree can split them; {objective.recipe}"
    elif objective.hessian == "exact" and matters.any() and np.all(curvature <= SMALLEST):
        text = 'all second derivatives are 0 in the first round, so no tree can divide by them; write hessian="bound"'
    else:
        return
    warnings.warn(f"{objective!r}: {text}", FirstRoundWarning, stacklevel=3)


def _spread(columns: np.ndarray) -> Any:
    return np.max(columns, axis=0) - np.min(columns, axis=0)


def _columns(array: np.ndarray) -> Any:
    return array if array.ndim == 2 else array[:, None]
