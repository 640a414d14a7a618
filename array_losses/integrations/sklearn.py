"""Losses as scikit-learn scorers."""

from __future__ import annotations

from typing import Any, ClassVar, get_args

from .definitions import checked_pair_terms, missing

try:
    from sklearn.base import BaseEstimator
    from sklearn.utils.metadata_routing import UNUSED
except ModuleNotFoundError as error:
    raise missing(error, "sklearn", "scikit-learn") from None

import numpy as np

from ..compositions import Composition
from ..errors import OptionError, describe, fail
from ..objects import Loss
from .responses import Response, labelled, numbers
from .weighting import weighted_mean

__all__ = ["LossScorer", "as_scorer"]


class LossScorer(BaseEstimator):  # type: ignore[misc]
    """A loss as a scorer; made by `as_scorer`. Its base gives it what scikit-learn asks of scorers to route weights.

    .. versionadded:: 0.1
    """

    __metadata_request__score: ClassVar[dict[str, Any]] = {"estimator": UNUSED}

    def __init__(self, loss: Loss | Composition, response: Response = "predict_proba") -> None:
        self.loss, self.response = loss, response

    def __call__(self, estimator: Any, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Minus the loss of what the estimator responds."""
        return self.score(estimator, X, y, sample_weight)

    def score(self, estimator: Any, X: Any, y: Any, sample_weight: Any = None) -> float:
        terms = checked_pair_terms("as_scorer", self.loss, ("mean", "batchmean", "sum"))
        if not hasattr(estimator, self.response):
            has = [f'"{name}"' for name in get_args(Response) if hasattr(estimator, name)]
            expected = f"be {' or '.join(has)}, which {type(estimator).__name__} has"
            fail(OptionError, "as_scorer", "response", expected, describe(self.response))
        responded, classes = getattr(estimator, self.response)(X), getattr(estimator, "classes_", None)
        options = {} if sample_weight is None else {"sample_weight": np.asarray(sample_weight, dtype=np.float64)}
        if classes is not None and self.response != "predict":
            found = labelled(self.response, responded, y, classes)
            arrays = [found.arrays(term) for _, term in terms]
        else:
            arrays = [numbers(term, responded, y, classes is not None) for _, term in terms]
        losses = [
            factor * float(weighted_mean(term, each, options, counted=True))
            for (factor, term), each in zip(terms, arrays, strict=True)
        ]
        return 0.0 - sum(losses)

    def _accept_sample_weight(self) -> bool:  # scikit-learn asks each of several scorers
        return True


def as_scorer(loss: Loss | Composition, response: Response = "predict_proba") -> LossScorer:
    """A loss as `scoring` of `cross_val_score`, `cross_validate` and `GridSearchCV`: minus the loss, greater is better.

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : loss object or composition
        A loss of two arrays, predictions and targets.
    response : "predict_proba", "predict" or "decision_function", default "predict_proba"
        The method of the estimator that gives the predictions; "predict" for regressors.

    Returns
    -------
    LossScorer
        Called with ``(estimator, X, y, sample_weight=None)``; a weight of 2 is as good as the sample twice, in the
        divisor too. ``set_score_request(sample_weight=True)`` has scikit-learn pass weights where it routes metadata.

    Raises
    ------
    DTypeError
        `loss` is no loss object; at the call, labels or predictions are no numbers where the loss wants some.
    OptionError
        The loss takes other arrays than two, or gives no number; `response` is no such word. At the call, the estimator
        has no such method, or the loss cannot read what it gives: the error says which to choose.
    DomainError
        At the call, `y` has a class that the estimator was not fitted on.

    Notes
    -----
    Class ids are the places of labels in `classes_`, whatever these are. A loss of classes reads all columns, a loss of
    0/1 labels (`BCELoss`, `BCEWithLogitsLoss`, `HingeLoss`) the second of two, and a column for each of several labels.
    Losses of logits with a softmax or a sigmoid read the logarithms, or log-odds, of probabilities, of which 0 counts
    as the least that makes a difference to 1, as in `sklearn.metrics.log_loss`; others, such as `HingeLoss` and
    `MultiMarginLoss`, want "decision_function". ``as_scorer(al.CrossEntropyLoss())`` is ``"neg_log_loss"``,
    ``as_scorer(al.MSELoss())`` the Brier score of two classes.

    Examples
    --------
    >>> import array_losses as al
    >>> import numpy as np
    >>> from sklearn.linear_model import LinearRegression, LogisticRegression
    >>> from array_losses.integrations.sklearn import as_scorer
    >>> x, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array(["no", "yes", "no", "yes"])
    >>> round(as_scorer(al.CrossEntropyLoss())(LogisticRegression().fit(x, y), x, y), 4)
    -0.6114
    >>> scorer = as_scorer(al.HuberLoss(delta=0.5), response="predict")
    >>> round(scorer(LinearRegression().fit(x, x[:, 0] ** 2), x, x[:, 0] ** 2), 4)
    -0.375
    """
    checked_pair_terms("as_scorer", loss, ("mean", "batchmean", "sum"))
    if response not in get_args(Response):
        expected = 'be "predict_proba", "predict" or "decision_function"'
        fail(OptionError, "as_scorer", "response", expected, describe(response))
    return LossScorer(loss, response)
