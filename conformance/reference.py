"""What references share: loops over elements and over positions, and a few functions to 50 digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import mpmath
import numpy as np

from .case import Expected

EXACT = mpmath.mp.clone()
EXACT.dps = 50

Real = Any
"""A float or a 50-digit number."""


class Cancelling(NamedTuple):
    """A loss whose parts may cancel, and their sizes, added up."""

    loss: Real
    parts: Real


# --- numbers --------------------------------------------------------------------------------------------------------


def exact(x: Any) -> Real:
    return EXACT.mpf(float(x))


def times(w: Real, x: Real) -> Real:
    """A product in which 0 * inf is 0."""
    return EXACT.mpf(0) if w == 0 or x == 0 else w * x


def sigmoid(z: Real) -> Real:
    return 1 / (1 + EXACT.exp(-z))


def softplus(z: Real) -> Real:
    """ln(1 + e^z)."""
    if z == EXACT.inf:
        return z
    return EXACT.log1p(EXACT.exp(z)) if z < 0 else z + EXACT.log1p(EXACT.exp(-z))


def odds_against(z: np.ndarray, c: int) -> Real:
    """(1 - p_c) / p_c of the softmax p of logits z: the sum of e^(z_k - z_c) over the other classes k."""
    if z[c] == -np.inf:
        return EXACT.inf
    others = [EXACT.exp(exact(z[k]) - exact(z[c])) for k in range(len(z)) if k != c]
    return sum(others, EXACT.mpf(0))


def surprise(z: np.ndarray, c: int) -> Real:
    """-ln p_c of the softmax p of logits z."""
    return EXACT.log1p(odds_against(z, c))


def miss(z: np.ndarray, c: int) -> Real:
    """1 - p_c of the softmax p of logits z."""
    odds = odds_against(z, c)
    return EXACT.mpf(1) if odds == EXACT.inf else odds / (1 + odds)


def smoothed(y: Any, smoothing: float, classes: int) -> Real:
    """(1 - eps) y + eps / C."""
    return (1 - exact(smoothing)) * exact(y) + exact(smoothing) / classes


# --- loops ----------------------------------------------------------------------------------------------------------


def per_sample(value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Weights or a mask of this shape: given with an entry for each sample, or with all axes, each of them or 1."""
    value = np.asarray(value)
    rows = value.ndim == 1 < len(shape)
    return np.broadcast_to(value.reshape(-1, *(1,) * (len(shape) - 1)) if rows else value, shape)


def collect(
    shape: tuple[int, ...],
    element: Callable[[tuple[int, ...]], tuple[Real, float] | None],
    *,
    divisor: str,
    weights: tuple[Any, ...] = (),
    sample_weight: Any = None,
    where: Any = None,
) -> Expected:
    """Evaluate one element after the other.

    `element` gives the loss at an index (`Cancelling` where the sizes of its parts matter) and what the element itself
    counts in the divisor "weights", or None where it does not count at all; `weights` broadcast to `shape`,
    `sample_weight` and `where` as `per_sample` says.
    """
    loss, weight, parts, kept = np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=bool)
    mask = per_sample(True if where is None else where, shape)
    factors = [np.broadcast_to(each, shape) for each in weights if each is not None]
    factors += [] if sample_weight is None else [per_sample(sample_weight, shape)]
    for index in np.ndindex(shape):
        found = element(index) if mask[index] else None
        if found is None:
            continue
        value, own_weight = found
        factor = exact(1)
        for each in factors:
            factor *= exact(each[index])
        kept[index] = True
        if isinstance(value, Cancelling):
            value, sizes = value
            parts[index] = abs(float(times(factor, sizes)))
        loss[index] = float(times(factor, value))
        weight[index] = float(factor * exact(own_weight))
    return Expected(loss=loss, weight=weight, kept=kept, divisor=divisor, parts=parts)


def elementwise(
    formula: Callable[[Real, Real], Real],
    input: np.ndarray,
    target: np.ndarray,
    *,
    divisor: str,
    weights: tuple[Any, ...] = (),
    sample_weight: Any = None,
    where: Any = None,
) -> Expected:
    """A loss of each element of `input` and `target`."""

    def element(index: tuple[int, ...]) -> tuple[Real, float]:
        return formula(exact(input[index]), exact(target[index])), 1.0

    return collect(input.shape, element, divisor=divisor, weights=weights, sample_weight=sample_weight, where=where)


def classwise(
    formula: Callable[[np.ndarray, Any], tuple[Real, float]],
    input: np.ndarray,
    target: np.ndarray,
    *,
    axis: int,
    ignore_index: int,
    divisor: str,
    sample_weight: Any = None,
    where: Any = None,
) -> Expected:
    """A loss of each position, from the values of all classes there and an id or the probabilities of all classes.

    `formula` gives the loss and what the position counts in the divisor "weights".
    """
    axis = 0 if input.ndim == 1 else axis
    z = np.moveaxis(input, axis, -1)
    ids = target.dtype.kind in "iu"
    y = target if ids else np.moveaxis(target, axis, -1)

    def element(index: tuple[int, ...]) -> tuple[Real, float] | None:
        if not ids:
            return formula(z[index], y[index])
        label = int(y[index])
        return None if label == ignore_index else formula(z[index], label)

    return collect(z.shape[:-1], element, divisor=divisor, sample_weight=sample_weight, where=where)
