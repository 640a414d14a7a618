"""The constant scores that minimise a loss, for a model to start from."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, log
from typing import Any

import numpy as np

from ...errors import DomainError, ShapeError, fail
from .objective import slope
from .rows import Names, Rows, class_ids, kept, numbers, row_weights
from .terms import Term, terms_of

FARTHEST = log(1e15)
"""No logit starts farther from 0: labels that are all equal would send it to infinity."""
CANDIDATES = 33
ROUNDING = 1e-12
"""Relative: sums of losses that are this near each other may be equal."""


def best_constant(loss: object, y: object, sample_weight: object, num_class: int | None) -> Any:
    """A number for labels (rows,), an array for labels (rows, outputs) and for classes."""
    terms = terms_of("init_score", loss)
    names = Names("init_score", "", "scores", "y", "sample_weight")
    labels = numbers(names, "y", y)
    if labels.shape[0] and not np.all(np.isfinite(labels)):
        fail(DomainError, "init_score", "y", "hold finite numbers", "NaN or inf")
    weight = row_weights(names, sample_weight, labels.shape[0])
    weight = np.ones(labels.shape[0]) if weight is None else weight
    if not np.all((weight >= 0) & np.isfinite(weight)):
        fail(DomainError, "init_score", "sample_weight", "hold finite numbers >= 0", "others")
    if terms[0].softmax:
        return _class_scores(names, terms, labels, weight, num_class)
    if labels.ndim == 1 and not any(
        np.size(term.options.get(name, ())) > 1 for term in terms for name in term.family.arrays
    ):
        labels, place = np.unique(labels, return_inverse=True)  # 0 and 1, often
        weight = np.bincount(place, weights=weight, minlength=len(labels))
    found = _pointwise(terms, labels, weight) if np.any(weight) else np.zeros(labels.shape[1:])
    return float(np.ravel(found)[0]) if labels.ndim == 1 else found


# --- one number for each output -------------------------------------------------------------------------------------


def _pointwise(terms: tuple[Term, ...], labels: np.ndarray, weight: np.ndarray) -> Any:
    """The best of some candidates, then the place between its neighbours where the slope of the loss changes its sign.

    Losses need not be convex for that; where a stretch of constants is best, as for the absolute error of an even
    number of rows, it is the middle of it.
    """
    shape, column = labels.shape[1:], weight.reshape(weight.shape + (1,) * (labels.ndim - 1))

    def rows(constant: np.ndarray) -> Rows:
        return Rows(np.broadcast_to(constant.reshape(shape), labels.shape).copy(), labels, None)

    def value(constant: np.ndarray) -> Any:
        return np.sum(column * _unreduced(terms, rows(constant)), axis=0).reshape(-1)

    def rise(constant: np.ndarray) -> Any:
        return np.sum(column * slope(terms, rows(constant)), axis=0).reshape(-1)

    candidates = _candidates(labels.reshape(len(labels), -1)[weight > 0])
    values = np.stack([value(each) for each in candidates])
    best, least = np.take_along_axis(candidates, np.argmin(values, axis=0)[None], axis=0)[0], np.min(values, axis=0)
    low, high = _around(candidates, values)
    left = _first(lambda constant: rise(constant) >= 0, low, high)
    flat = rise(left) == 0
    right = _first(lambda constant: rise(constant) > 0, left, np.where(flat, high, left)) if flat.any() else left
    found = left + (right - left) / 2
    return np.where(value(found) <= least + ROUNDING * np.abs(least), found, best)


def _unreduced(terms: tuple[Term, ...], rows: Rows) -> Any:
    return sum(term.scale * term.loss(rows.scores, rows.labels, reduction="none") for term in terms)


def _candidates(labels: np.ndarray) -> np.ndarray:
    """For each output, in order, labels from the least to the largest, and logits."""
    places = np.quantile(labels, np.linspace(0, 1, CANDIDATES), axis=0)
    logits = np.linspace(-FARTHEST, FARTHEST, CANDIDATES)[:, None] + np.zeros(labels.shape[1])
    return np.sort(np.concatenate([places, logits]), axis=0)


def _around(candidates: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The candidates next to the best ones, which may be several that are equal, or equally good but for rounding."""
    least = np.min(values, axis=0)
    best = values <= least + ROUNDING * np.abs(least)
    first, last = (np.where(best, candidates, inf).min(axis=0), np.where(best, candidates, -inf).max(axis=0))
    low = np.where(candidates < first, candidates, -inf).max(axis=0)
    high = np.where(candidates > last, candidates, inf).min(axis=0)
    return np.where(low == -inf, first, low), np.where(high == inf, last, high)


def _first(beyond: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The least numbers that are beyond, by bisection; where all are it is `low`, where none is `high`."""
    high = np.where(beyond(low), low, high)
    for _ in range(200):
        middle = low + (high - low) / 2
        if np.all((middle <= low) | (middle >= high)):
            break
        past = beyond(middle)
        low, high = np.where(past, low, middle), np.where(past, middle, high)
    return high


# --- one number for each class --------------------------------------------------------------------------------------


def _class_scores(
    names: Names, terms: tuple[Term, ...], labels: np.ndarray, weight: np.ndarray, num_class: int | None
) -> Any:
    """From the logarithms of the classes' frequencies, which are best for cross-entropy, downhill to what is best."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # both boosting libraries bring it

    labels, weight, shares = _shares(names, terms, labels, weight, num_class)
    start = np.log(np.maximum(shares, np.exp(-FARTHEST)))
    total = float(np.sum(weight))
    if not total:
        return start

    def descent(scores: np.ndarray) -> tuple[float, np.ndarray]:
        wide = np.broadcast_to(scores, (labels.shape[0], scores.size)).copy()
        rows = Rows(wide, labels, None)
        return float(weight @ _unreduced(terms, rows)) / total, weight @ slope(terms, rows) / total

    tight = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000}
    found = minimize(descent, start, jac=True, method="L-BFGS-B", options=tight).x
    top = np.max(found)
    return np.maximum(found - top - np.log(np.sum(np.exp(found - top))), -FARTHEST)


def _shares(
    names: Names, terms: tuple[Term, ...], labels: np.ndarray, weight: np.ndarray, num_class: int | None
) -> Any:
    """Labels and weights, each class id once, and each class's share of the rows."""
    if labels.ndim == 2 and labels.shape[1] > 1:
        if num_class not in (None, labels.shape[1]):
            fail(ShapeError, "init_score", "y", f"have {num_class} columns (num_class)", str(labels.shape))
        counts = weight @ labels
    else:
        ids = class_ids(names, terms, labels.reshape(-1), num_class)
        seen = np.any([kept(term, ids) for term in terms], axis=0)
        classes = num_class if num_class is not None else int(np.max(ids[seen], initial=1)) + 1
        counts = np.bincount(ids[seen], weights=weight[seen], minlength=classes)
        labels, weight = np.flatnonzero(counts), counts[counts > 0]
    total = float(np.sum(counts))
    return labels, weight, counts / total if total else np.full(len(counts), 1 / len(counts))
