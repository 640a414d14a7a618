"""The rows of a call: scores, labels and weights, checked against each other in the user's words."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np

from ...errors import DomainError, DTypeError, OptionError, ShapeError, describe, fail
from .terms import Term


class Names(NamedTuple):
    """The user's names of the arrays, of the function that reads them, and of the library that it is for."""

    caller: str
    library: str
    scores: str
    labels: str
    weight: str


class Rows(NamedTuple):
    """Float64 scores (rows,) or (rows, outputs or classes), labels to go with them, and a weight for each row."""

    scores: Any
    labels: Any
    weight: Any
    """None, or of shape (rows,)."""

    @property
    def column(self) -> Any:
        """The weights shaped to go with scores or labels: (rows,) or (rows, 1)."""
        return None if self.weight is None else self.weight.reshape(self.weight.shape + (1,) * (self.scores.ndim - 1))


def read(caller: str, library: str, terms: tuple[Term, ...], first: object, second: Any, weight: object) -> Rows:
    """The rows of (scores, data set) or of scikit-learn's (labels, scores, weights)."""
    if hasattr(second, "get_label"):
        scores, labels, weight = first, second.get_label(), second.get_weight()
        names = Names(caller, library, "scores", "label", "weight")
    else:
        scores, labels = second, first
        names = Names(caller, library, "y_pred", "y_true", "sample_weight")
    scores, labels = numbers(names, names.scores, scores), numbers(names, names.labels, labels)
    if terms[0].softmax:
        _check_classes(names, scores)
        labels = class_labels(names, terms, labels, *scores.shape)
    else:
        labels = _labels_of_scores(names, labels, scores)
    return Rows(scores, labels, row_weights(names, weight, scores.shape[0]))


def numbers(names: Names, name: str, value: object) -> np.ndarray:
    """An argument as a float64 array of one or two axes."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        fail(DTypeError, names.caller, name, "be a rectangular array of numbers", describe(value))
    if array.ndim not in (1, 2):
        fail(ShapeError, names.caller, name, "have shape (rows,) or (rows, columns)", str(array.shape))
    return array


def row_weights(names: Names, value: Any, rows: int) -> np.ndarray | None:
    """One weight for each row; None where there are none (XGBoost says so with an empty array)."""
    if value is None or np.size(value) == 0:
        return None
    weight = numbers(names, names.weight, value)
    if weight.shape not in ((rows,), (rows, 1)):
        fail(ShapeError, names.caller, names.weight, f"have shape (rows,) = ({rows},)", str(weight.shape))
    return weight.reshape(rows)


def _check_classes(names: Names, scores: np.ndarray) -> None:
    if scores.ndim != 2 or scores.shape[1] < 2:
        expected = f"be given to {names.library}, at least 2: a softmax loss reads scores of shape (rows, classes)"
        fail(OptionError, names.caller, "num_class", expected, f"scores of shape {scores.shape}")


def _labels_of_scores(names: Names, labels: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Labels in the shape of the scores."""
    rows, outputs = scores.shape[0], scores.shape[1:]
    single = outputs in ((), (1,)) and labels.shape in ((rows,), (rows, 1))
    if not (single or labels.shape == scores.shape or _flat(names, labels, scores.shape)):
        hint = " (a label for each score; num_class is for softmax losses)" if len(labels) == rows and outputs else ""
        expected = f"have shape {'(rows, outputs)' if outputs else '(rows,)'} = {scores.shape}{hint}"
        fail(ShapeError, names.caller, names.labels, expected, str(labels.shape))
    return labels.reshape(scores.shape)


def class_labels(names: Names, terms: tuple[Term, ...], labels: np.ndarray, rows: int, classes: int) -> np.ndarray:
    """Class ids (rows,), or class probabilities (rows, classes)."""
    shape = (rows, classes)
    if labels.shape in ((rows,), (rows, 1)):
        return class_ids(names, terms, labels.reshape(rows), classes)
    if not (labels.shape == shape or _flat(names, labels, shape)):
        expected = f"have shape (rows,) = ({rows},), or (rows, classes) = {shape} for class probabilities"
        fail(ShapeError, names.caller, names.labels, expected, str(labels.shape))
    return labels.reshape(shape)


def _flat(names: Names, labels: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether these are several labels a row, row by row, as XGBoost 2 gives them; LightGBM knows one label a row."""
    return names.library == "XGBoost" and labels.ndim == 1 and len(shape) == 2 and labels.size == prod(shape)


def class_ids(names: Names, terms: tuple[Term, ...], labels: np.ndarray, classes: int | None) -> np.ndarray:
    """Floating labels as the class ids that they must be, all of them whole and, but for ignored ones, a class."""
    whole = np.isfinite(labels) & (labels == np.round(labels)) & (np.abs(labels) < 2.0**53)
    _all(names, whole, labels, "hold class ids (whole numbers)")
    valid = (labels >= 0) & (True if classes is None else labels < classes)
    for term in terms:
        valid = valid | ~kept(term, labels)
    known = "in [0, num_class)" if classes is None else f"in [0, {classes}) (num_class = {classes})"
    _all(names, valid, labels, f"hold class ids {known}")
    return labels.astype(np.int64)


def kept(term: Term, labels: np.ndarray) -> Any:
    """Which rows of class ids the loss does not ignore."""
    ignored = term.options.get("ignore_index")
    return np.ones(labels.shape, dtype=bool) if ignored is None else labels != ignored


def _all(names: Names, good: np.ndarray, labels: np.ndarray, expected: str) -> None:
    if not good.all():
        row = int(np.argmin(good))
        fail(DomainError, names.caller, names.labels, expected, f"{labels[row]:g} at position ({row})")
