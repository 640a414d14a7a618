"""Losses as LightGBM objectives and metrics, and the score to start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from .boosting.first_round import FirstRoundWarning
from .boosting.init_score import best_constant
from .boosting.metric import Metric
from .boosting.objective import Objective
from .boosting.terms import Hessian

__all__ = ["FirstRoundWarning", "LightGBMMetric", "LightGBMObjective", "init_score", "metric", "objective"]


@dataclass(frozen=True, repr=False)
class LightGBMObjective(Objective):
    """A loss as an objective of LightGBM; made by `objective`.

    .. versionadded:: 0.1
    """

    library: ClassVar[str] = "LightGBM"
    recipe: ClassVar[str] = (
        "start from the best constant: start = init_score(loss, y), of array_losses.integrations.lightgbm, "
        "lightgbm.Dataset(x, y, init_score=np.full(len(y), start)), or init_score= of LGBMModel.fit, "
        "and add it to what the model predicts: start + model.predict(x)"
    )

    @staticmethod
    def softmax_factor(classes: int) -> float:
        return classes / (classes - 1)


@dataclass(frozen=True, repr=False)
class LightGBMMetric(Metric):
    """A loss as a metric of LightGBM; made by `metric`.

    .. versionadded:: 0.1
    """

    library: ClassVar[str] = "LightGBM"

    def __call__(self, first: Any, second: Any, sample_weight: Any = None) -> tuple[str, float, bool]:
        """The name, the value, and that greater is not better."""
        return self.__name__, self.value(first, second, sample_weight), False


def objective(loss: object, *, hessian: Hessian = "auto") -> LightGBMObjective:
    """A loss as `params["objective"]` of `lightgbm.train`, or as `objective` of `lightgbm.LGBMModel`.

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : loss object, function, or a weighted sum of loss objects
        Pointwise losses (one score for each row) or softmax losses (one for each row and class; give LightGBM
        `num_class`), of raw scores.
    hessian : "auto", "exact" or "bound", default "auto"
        "exact" is the second derivative. "bound" is that of a perfect prediction, an upper bound for robust regression
        losses, whose own second derivative is 0 far off, where no tree could divide by it; a loss without any
        curvature (L1) gets 1, as in LightGBM. "auto" is "bound" for regression and "exact" elsewhere, for each term of
        a sum.

    Returns
    -------
    callable
        (scores, Dataset) or (y_true, y_pred, sample_weight=None) to (gradient, Hessian), weights included. It is
        frozen, comparable, hashable and picklable.

    Raises
    ------
    OptionError
        `loss` is neither pointwise nor softmax, mixes the two, or reads probabilities; `hessian` is no such word; at
        the call, `num_class` is missing.
    ShapeError, DomainError
        At the call: labels, weights and scores do not have the same rows, or class ids are not whole numbers.

    Warns
    -----
    FirstRoundWarning
        All rows have one gradient in the first round, so that LightGBM grows no tree and predicts 0: far from the
        labels, robust losses (L1, Huber) only say which way. Start from `init_score`.

    See Also
    --------
    init_score : the constant to start from.

    Notes
    -----
    LightGBM starts a custom objective from 0, its own from an average, as `init_score` gives it.
    A loss that grows linearly far off moves a score by at most `learning_rate` (for Huber times `delta`) a round, in
    the units of the labels: where those are large, raise it, to some 3 % of the labels' distance from the start.
    For softmax losses the diagonal is multiplied by C / (C - 1), as in LightGBM's own `multiclass`. Negative second
    derivatives (focal losses) count as 1e-6.

    Examples
    --------
    >>> import array_losses as al
    >>> import numpy as np
    >>> from array_losses.integrations.lightgbm import objective
    >>> objective(0.5 * al.MSELoss() + al.HuberLoss(delta=2.0))
    objective(0.5 * MSELoss() + 1 * HuberLoss(delta=2.0))
    >>> gradient, hessian = objective(al.MSELoss())(np.array([1.0, 0.0]), np.array([0.0, 2.0]))
    >>> gradient.tolist(), hessian.tolist()
    ([-2.0, 4.0], [2.0, 2.0])
    """
    return LightGBMObjective(loss, hessian)


def metric(loss: object) -> LightGBMMetric:
    """The mean loss as `feval` of `lightgbm.train`, or as `eval_metric` of `LGBMModel.fit`.

    It reads raw scores, so it goes with `objective`: LightGBM gives a metric raw scores only beside a custom objective.
    A loss of probabilities (`BCELoss`) goes with a built-in one. The mean has the loss's own divisor, a row counts as
    often as its weight says, and the name is that of the loss.

    .. versionadded:: 0.1

    Examples
    --------
    >>> import array_losses as al
    >>> from array_losses.integrations.lightgbm import metric
    >>> metric(al.MSELoss())([0.0, 0.0], [1.0, 3.0], [3.0, 1.0])
    ('mse_loss', 3.0, False)
    """
    return LightGBMMetric(loss)


def init_score(loss: object, y: object, sample_weight: object = None, *, num_class: int | None = None) -> Any:
    """The constant raw score that minimises the loss of all rows, for a model to start from.

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : loss object, function, or a weighted sum of loss objects
        As for `objective`.
    y : array, shape (rows,)
        The labels.
    sample_weight : array, shape (rows,), optional
        A weight for each row.
    num_class : int, optional
        The number of classes of a softmax loss, where not all of them are among the labels.

    Returns
    -------
    float, or array of shape (classes,)
        The weighted mean for `MSELoss`, the weighted median for `L1Loss`, the logit of the share of ones for
        `BCEWithLogitsLoss`, the log frequencies of the classes for `CrossEntropyLoss`. A logit is at most
        log(1e15) = 34.5 from 0, also where all labels are equal.

    Raises
    ------
    OptionError, ShapeError, DomainError
        As those of `objective`.

    Notes
    -----
    LightGBM does not keep the scores that it starts from: **add them to what the model predicts**, and give them to
    every data set, of evaluation too::

        start = init_score(loss, y)
        data = lightgbm.Dataset(x, y, init_score=np.full(len(y), start))  # classes: np.tile(start, (len(y), 1))
        model = lightgbm.train({"objective": objective(loss)}, data)
        start + model.predict(x_new)

    In scikit-learn's interface it is the argument of `fit`, beside `eval_init_score`.

    Examples
    --------
    >>> import array_losses as al
    >>> from array_losses.integrations.lightgbm import init_score
    >>> init_score(al.L1Loss(), [1.0, 2.0, 10.0]), init_score(al.MSELoss(), [1.0, 2.0, 10.0], [1.0, 1.0, 0.0])
    (2.0, 1.5)
    """
    return best_constant(loss, y, sample_weight, num_class)
