"""Losses as XGBoost objectives and metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .boosting import Hessian, Objective, rows


def objective(loss: Any, *, hessian: Hessian = "auto") -> Callable[..., Any]:
    """A loss as an objective of `xgboost.train(obj=...)` and of `xgboost.XGBModel(objective=...)`.

    Parameters
    ----------
    loss : loss object or function
        Pointwise (one score a row) or softmax (one score for each row and class; give XGBoost `num_class`).
    hessian : "auto", "exact" or "bound", default "auto"
        "exact" is the second derivative. "bound" is that of a perfect prediction, an upper bound for robust regression
        losses, whose own second derivative is 0 far off, where no tree could divide by it; a loss without any
        curvature (L1) gets 1, as in LightGBM. "auto" is "bound" for regression and "exact" elsewhere.

    Returns
    -------
    callable
        (predictions, DMatrix) or (y_true, y_pred, sample_weight=None) to (gradient, Hessian), weights included.

    Raises
    ------
    OptionError
        `loss` is neither pointwise nor softmax, or `hessian` is no such word.

    Notes
    -----
    For softmax losses the diagonal is doubled, as in XGBoost's own `multi:softprob`: an upper bound of the full
    Hessian. The gradients are those of the sum of the losses: `mse_loss` has twice those of `reg:squarederror`, so the
    same `reg_lambda` regularises half as much. Negative second derivatives (focal losses) count as 1e-6.

    Examples
    --------
    >>> import array_losses as al
    >>> import numpy as np
    >>> from array_losses.integrations.xgboost import objective
    >>> gradient, hessian = objective(al.BCEWithLogitsLoss())(np.array([1.0, 0.0]), np.array([0.0, 0.0]))
    >>> gradient.round(3).tolist(), hessian.round(3).tolist()
    ([-0.5, 0.5], [0.25, 0.25])
    """
    made = Objective(loss, hessian, softmax_factor=lambda classes: 2.0)  # noqa: ARG005

    def call(first: Any, second: Any, sample_weight: Any = None) -> Any:
        return made(*rows(first, second, sample_weight))

    call.__name__ = made.name
    return call


def metric(loss: Any) -> Callable[..., Any]:
    """The mean loss as `custom_metric` of `xgboost.train`, or as `eval_metric` of `xgboost.XGBModel`.

    It reads raw scores, so it goes with `objective`: XGBoost gives a metric raw scores only beside a custom objective.
    """
    made = Objective(loss, "exact", softmax_factor=lambda classes: 2.0)  # noqa: ARG005

    def call(first: Any, second: Any, sample_weight: Any = None) -> Any:
        value = made.mean(*rows(first, second, sample_weight))
        return (made.name, value) if hasattr(second, "get_label") else value

    call.__name__ = made.name
    return call
