"""Losses as XGBoost objectives and metrics, and the score to start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from .boosting.first_round import FirstRoundWarning
from .boosting.init_score import best_constant
from .boosting.metric import Metric
from .boosting.objective import Objective
from .boosting.terms import Hessian

__all__ = ["FirstRoundWarning", "XGBoostMetric", "XGBoostObjective", "init_score", "metric", "objective"]


@dataclass(frozen=True, repr=False)
class XGBoostObjective(Objective):
    """A loss as an objective of XGBoost; made by `objective`.

    .. versionadded:: 0.1
    """

    library: ClassVar[str] = "XGBoost"
    recipe: ClassVar[str] = (
        "start from the best constant: base_score=init_score(loss, y) among the parameters of xgboost.train or "
        "XGBRegressor, with init_score of array_losses.integrations.xgboost"
    )

    @staticmethod
    def softmax_factor(classes: int) -> float:  # noqa: ARG004
        return 2.0


@dataclass(frozen=True, repr=False)
class XGBoostMetric(Metric):
    """A loss as a metric of XGBoost; made by `metric`.

    .. versionadded:: 0.1
    """

    library: ClassVar[str] = "XGBoost"

    def __call__(self, first: Any, second: Any, sample_weight: Any = None) -> Any:
        """(name, value) for a data set, the value alone for arrays."""
        value = self.value(first, second, sample_weight)
        return (self.__name__, value) if hasattr(second, "get_label") else value


def objective(loss: object, *, hessian: Hessian = "auto") -> XGBoostObjective:
    """A loss as an objective of `xgboost.train(obj=...)` and of `xgboost.XGBModel(objective=...)`.

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : loss object, function, or a weighted sum of loss objects
        Pointwise losses (one score for each row, or for each row and output) or softmax losses (one for each row and
        class; give XGBoost `num_class`), of raw scores.
    hessian : "auto", "exact" or "bound", default "auto"
        "exact" is the second derivative. "bound" is that of a perfect prediction, an upper bound for robust regression
        losses, whose own second derivative is 0 far off, where no tree could divide by it; a loss without any
        curvature (L1) gets 1, as in LightGBM. "auto" is "bound" for regression and "exact" elsewhere, for each term of
        a sum.

    Returns
    -------
    callable
        (predictions, DMatrix) or (y_true, y_pred, sample_weight=None) to (gradient, Hessian), weights included. It is
        frozen, comparable, hashable and picklable.

    Raises
    ------
    OptionError
        `loss` is neither pointwise nor softmax, mixes the two, or reads probabilities; `hessian` is no such word; at
        the call, `num_class` is missing.
    ShapeError, DomainError
        At the call: labels, weights and predictions do not have the same rows, or class ids are not whole numbers.

    Warns
    -----
    FirstRoundWarning
        All rows have one gradient in the first round, so that no tree can split them: far from the labels, where
        XGBoost's default start lies, robust losses (L1, Huber) only say which way. Start from `init_score`.

    See Also
    --------
    init_score : the constant to start from.

    Notes
    -----
    Weights are one for each row, also for several outputs. Labels of a softmax loss are class ids, or, in one column
    for each class, class probabilities.
    A loss that grows linearly far off moves a score by at most `learning_rate` (for Huber times `delta`) a round, in
    the units of the labels: where those are large, raise it, to some 3 % of the labels' distance from the start.
    For softmax losses the diagonal is doubled, as in XGBoost's own `multi:softprob`: an upper bound of the full
    Hessian. The gradients are those of the sum of the losses: `mse_loss` has twice those of `reg:squarederror`, so the
    same `reg_lambda` regularises half as much. Negative second derivatives (focal losses) count as 1e-6.

    Examples
    --------
    >>> import array_losses as al
    >>> import numpy as np
    >>> from array_losses.integrations.xgboost import objective
    >>> objective(0.5 * al.MSELoss() + al.HuberLoss(delta=2.0))
    objective(0.5 * MSELoss() + 1 * HuberLoss(delta=2.0))
    >>> gradient, hessian = objective(al.BCEWithLogitsLoss())(np.array([1.0, 0.0]), np.array([0.0, 0.0]))
    >>> gradient.round(3).tolist(), hessian.round(3).tolist()
    ([-0.5, 0.5], [0.25, 0.25])
    """
    return XGBoostObjective(loss, hessian)


def metric(loss: object) -> XGBoostMetric:
    """The mean loss as `custom_metric` of `xgboost.train`, or as `eval_metric` of `xgboost.XGBModel`.

    It reads raw scores, so it goes with `objective`: XGBoost gives a metric raw scores only beside a custom objective.
    A loss of probabilities (`BCELoss`) goes with a built-in one. The mean has the loss's own divisor, a row counts as
    often as its weight says, and the name is that of the loss.

    .. versionadded:: 0.1

    Examples
    --------
    >>> import array_losses as al
    >>> from array_losses.integrations.xgboost import metric
    >>> metric(al.MSELoss())([[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [3.0, 3.0]], sample_weight=[3.0, 1.0])
    3.0
    """
    return XGBoostMetric(loss)


def init_score(loss: object, y: object, sample_weight: object = None, *, num_class: int | None = None) -> Any:
    """The constant raw score that minimises the loss of all rows, for a model to start from.

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : loss object, function, or a weighted sum of loss objects
        As for `objective`.
    y : array, shape (rows,) or (rows, outputs)
        The labels.
    sample_weight : array, shape (rows,), optional
        A weight for each row.
    num_class : int, optional
        The number of classes of a softmax loss, where not all of them are among the labels.

    Returns
    -------
    float, or array of shape (outputs,) or (classes,)
        The weighted mean for `MSELoss`, the weighted median for `L1Loss`, the logit of the share of ones for
        `BCEWithLogitsLoss`, the log frequencies of the classes for `CrossEntropyLoss`. A logit is at most
        log(1e15) = 34.5 from 0, also where all labels are equal.

    Raises
    ------
    OptionError, ShapeError, DomainError
        As those of `objective`.

    Notes
    -----
    XGBoost keeps `base_score` in the model, so that nothing need be added to its predictions::

        xgboost.train({"base_score": init_score(loss, y)}, data, obj=objective(loss))
        xgboost.XGBRegressor(objective=objective(loss), base_score=init_score(loss, y))

    `XGBClassifier` of two classes wants a probability there: ``base_score=1 / (1 + np.exp(-init_score(loss, y)))``.
    A list for several outputs or classes needs XGBoost 3.1; older ones take ``base_margin`` in the DMatrix, for each
    row, of training and of prediction.

    Examples
    --------
    >>> import array_losses as al
    >>> from array_losses.integrations.xgboost import init_score
    >>> init_score(al.L1Loss(), [1.0, 2.0, 10.0]), init_score(al.MSELoss(), [1.0, 2.0, 10.0], [1.0, 1.0, 0.0])
    (2.0, 1.5)
    """
    return best_constant(loss, y, sample_weight, num_class)
