"""Losses as LightGBM objectives and metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .boosting import Hessian, Objective, rows


def objective(loss: Any, *, hessian: Hessian = "auto") -> Callable[..., Any]:
    """A loss as `params["objective"]` of `lightgbm.train`, or as `objective` of `lightgbm.LGBMModel`.

    Parameters
    ----------
    loss : loss object or function
        Pointwise (one score a row) or softmax (one score for each row and class; give LightGBM `num_class`).
    hessian : "auto", "exact" or "bound", default "auto"
        "exact" is the second derivative. "bound" is that of a perfect prediction, an upper bound for robust regression
        losses, whose own second derivative is 0 far off, where no tree could divide by it; a loss without any
        curvature (L1) gets 1, as in LightGBM. "auto" is "bound" for regression and "exact" elsewhere.

    Returns
    -------
    callable
        (scores, Dataset) or (y_true, y_pred, weight=None) to (gradient, Hessian), weights included.

    Raises
    ------
    OptionError
        `loss` is neither pointwise nor softmax, or `hessian` is no such word.

    Notes
    -----
    For softmax losses the diagonal is multiplied by C / (C - 1), as in LightGBM's own `multiclass`. LightGBM starts a
    custom objective from 0, its own from the average. Negative second derivatives (focal losses) count as 1e-6.

    Examples
    --------
    >>> import array_losses as al
    >>> import numpy as np
    >>> from array_losses.integrations.lightgbm import objective
    >>> gradient, hessian = objective(al.MSELoss())(np.array([1.0, 0.0]), np.array([0.0, 2.0]))
    >>> gradient.tolist(), hessian.tolist()
    ([-2.0, 4.0], [2.0, 2.0])
    """
    made = Objective(loss, hessian, softmax_factor=lambda classes: classes / (classes - 1))

    def call(first: Any, second: Any, weight: Any = None) -> Any:
        return made(*rows(first, second, weight))

    call.__name__ = made.name
    return call


def metric(loss: Any) -> Callable[..., Any]:
    """The mean loss as `feval` of `lightgbm.train`, or as `eval_metric` of `LGBMModel.fit`.

    It reads raw scores, so it goes with `objective`: LightGBM gives a metric raw scores only beside a custom objective.
    """
    made = Objective(loss, "exact", softmax_factor=lambda classes: classes / (classes - 1))

    def call(first: Any, second: Any, weight: Any = None) -> Any:
        return made.name, made.mean(*rows(first, second, weight)), False

    call.__name__ = made.name
    return call
