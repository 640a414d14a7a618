"""What an estimator responds, and its labels, as the arrays of a loss."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, NoReturn

import numpy as np

from ..domains import SIGNS
from ..errors import DomainError, DTypeError, OptionError, ShapeError, describe, fail
from ..families.base import Family
from ..families.classwise import Classwise
from ..families.function import family_of
from ..families.pointwise import Pointwise
from ..objects import Loss

Response = Literal["predict_proba", "predict", "decision_function"]
Arrays = tuple[Any, Any]

SOFTMAX = (
    "cross_entropy",
    "focal_loss",
    "generalized_cross_entropy",
    "label_smoothing_loss",
    "nll_loss",
    "poly_cross_entropy",
    "soft_cross_entropy",
)
"""The losses whose logits may be logarithms of probabilities: a softmax makes these of them again."""
SIGMOID = (
    "asymmetric_loss",
    "binary_cross_entropy_with_logits",
    "multilabel_soft_margin_loss",
    "sigmoid_focal_loss",
    "soft_margin_loss",
)
"""The losses whose logits may be log-odds of probabilities."""


class Labelled(NamedTuple):
    """The scores and labels of a classifier: (n, classes) or (n,), and (n,); of several labels both (n, labels)."""

    response: Response
    scores: np.ndarray
    labels: np.ndarray
    """Places in `classes_`, or 0 and 1."""
    classes: int
    """The number of classes; 2 where there are several labels."""
    eps: float
    """The least probability that a logarithm is taken of."""

    def arrays(self, term: Loss) -> Arrays:
        """The predictions and targets of one loss."""
        family = family_of(term.function)
        if isinstance(family, Classwise):
            return self._of_classes(term, family)
        if not isinstance(family, Pointwise) and family.name not in SIGMOID:
            fail(OptionError, "as_scorer", "loss", "be a loss of classes or of 0/1 labels for a classifier", repr(term))
        return self._of_bits(term, family)

    def _of_classes(self, term: Loss, family: Classwise) -> Arrays:
        if self.labels.ndim == 2:
            other = "be a loss of 0/1 labels such as BCEWithLogitsLoss() for several labels"
            fail(OptionError, "as_scorer", "loss", other, repr(term))
        scores, probabilities = self.scores, not term.options.get(family.logits, True)
        if self.response == "decision_function":
            if probabilities or not family.dense:
                refuse_response(term, "predict_proba", self.response)
            if scores.ndim == 1:  # by how much the second of two classes leads
                scores = np.stack([np.zeros_like(scores), scores], axis=1)
        elif not probabilities:
            if family.name not in SOFTMAX:
                refuse_response(term, "decision_function", self.response)
            scores = np.log(np.maximum(scores, self.eps))
        self._check_columns(scores)
        return scores, self.labels if family.takes_class_ids else np.eye(self.classes)[self.labels]

    def _of_bits(self, term: Loss, family: Family) -> Arrays:
        if self.classes != 2:
            expected = f"be a loss of classes such as CrossEntropyLoss() for {self.classes} classes"
            fail(OptionError, "as_scorer", "loss", expected, repr(term))
        domains = family.domains_of(term.options) if isinstance(family, Pointwise) else {}
        labels = self.labels.astype(np.float64)
        if domains.get("target") == SIGNS:
            labels = 2 * labels - 1
        scores, probabilities = self.scores, family.main_argument in domains
        if self.response == "decision_function":
            if probabilities:
                refuse_response(term, "predict_proba", self.response)
            return scores, labels
        if self.labels.ndim == 1:
            self._check_columns(scores)
            scores = scores[:, 1]
        if family.name in SIGMOID:
            scores = np.clip(scores, self.eps, 1 - self.eps)
            scores = np.log(scores) - np.log1p(-scores)
        elif not probabilities and "regression" not in family.tasks:
            refuse_response(term, "decision_function", self.response)
        return scores, labels

    def _check_columns(self, scores: np.ndarray) -> None:
        if scores.shape != (len(self.labels), self.classes):
            expected = f"give a column for each of {self.classes} classes"
            fail(ShapeError, "as_scorer", self.response, expected, f"shape {scores.shape}")


def refuse_response(term: Loss, other: str, response: str) -> NoReturn:
    reads = "probabilities" if other == "predict_proba" else "scores that are no logarithms of probabilities"
    expected = f'be "{other}" for {type(term).__name__}, which reads {reads}'
    fail(OptionError, "as_scorer", "response", expected, f'"{response}"')


def labelled(response: Response, scores: Any, y: Any, classes: Any) -> Labelled:
    """The scores of a classifier, and its labels: several where `y` has as many columns."""
    y = np.asarray(y.toarray() if hasattr(y, "toarray") else y)
    y = y.reshape(-1) if y.ndim == 2 and y.shape[1] == 1 else y
    if isinstance(scores, list):  # for each label an array (n, 2), or (n, 1) where it was always or never there
        columns = [dict(zip(known.tolist(), each.T, strict=True)) for known, each in zip(classes, scores, strict=True)]
        scores = np.stack([each.get(1, np.zeros(len(y))) for each in columns], axis=1)
    scores = np.asarray(scores)
    eps = float(np.finfo(scores.dtype).eps) if scores.dtype.kind == "f" else 0.0
    scores = scores.astype(np.float64)
    if y.ndim and len(y) != len(scores):
        fail(ShapeError, "as_scorer", "y", f"have a label for each of {len(scores)} rows", f"{len(y)}")
    if y.ndim == 1:
        return Labelled(response, scores, places(y, np.asarray(classes)), len(classes), eps)
    if y.shape != scores.shape:
        fail(ShapeError, "as_scorer", "y", f"have shape (rows,), or (rows, labels) = {scores.shape}", str(y.shape))
    return Labelled(response, scores, y, 2, eps)


def places(y: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """The places of labels among the classes."""
    known = {label: i for i, label in enumerate(classes.tolist())}
    found = np.array([known.get(label, -1) for label in y.tolist()], dtype=np.int64)
    if (found < 0).any():
        row = int(np.argmax(found < 0))
        got = f"{describe(y[row].item() if hasattr(y[row], 'item') else y[row])} at position ({row})"
        fail(DomainError, "as_scorer", "y", f"hold classes that the estimator was fitted on, {classes.tolist()}", got)
    return found


def numbers(term: Loss, predictions: Any, y: Any, classifier: bool) -> Arrays:
    """The predictions and targets of one loss, both as they are."""
    family = family_of(term.function)
    if classifier and "regression" not in family.tasks:
        expected = f'be "predict_proba" or "decision_function" for {type(term).__name__}: predictions are labels'
        fail(OptionError, "as_scorer", "response", expected, '"predict"')
    if isinstance(family, Classwise):
        fail(OptionError, "as_scorer", "loss", "be a loss of numbers for an estimator without classes", repr(term))
    arrays = []
    for name, value in (("predictions", predictions), ("y", y)):
        try:
            arrays.append(np.asarray(value).astype(np.float64))
        except (TypeError, ValueError):
            fail(DTypeError, "as_scorer", name, "hold numbers", describe(value))
    predictions, y = arrays
    if predictions.size == y.size and {predictions.ndim, y.ndim} == {1, 2}:  # (n, 1) beside (n,)
        predictions, y = predictions.reshape(-1), y.reshape(-1)
    return predictions, y
