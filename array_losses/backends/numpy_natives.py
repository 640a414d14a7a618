"""NumPy's native functions: where the portable ones are slow, or may write to what they are given."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np


def pick(x: np.ndarray, ids: np.ndarray, axis: int) -> Any:
    """Row and column of a matrix, which NumPy finds faster than `take_along_axis`."""
    if x.ndim == 2 and axis == 1:
        return x[np.arange(x.shape[0]), ids]
    return np.take_along_axis(x, np.expand_dims(ids, axis), axis).squeeze(axis)


def sigmoid(x: np.ndarray) -> Any:
    """Without a selection, which is slow; e^-x may be infinite."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def log_softmax(x: np.ndarray, axis: int) -> Any:
    """Along few classes that lie side by side NumPy's reductions are slow: they are put first."""
    if FEW >= x.shape[axis] > 0 and axis == x.ndim - 1 > 0:
        return np.moveaxis(log_softmax(np.ascontiguousarray(np.moveaxis(x, -1, 0)), 0), 0, -1)
    shifted = x - (np.sum if 0 in x.shape else np.max)(x, axis=axis, keepdims=True)
    shifted -= np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))
    return shifted


def log_softmax_at(x: np.ndarray, ids: np.ndarray, axis: int) -> Any:
    """Without the log-probabilities of the other classes."""
    if (axis == x.ndim - 1 and x.shape[axis] <= FEW) or 0 in x.shape:
        return pick(log_softmax(x, axis), ids, axis)
    top = np.max(x, axis=axis, keepdims=True)
    shifted = x - top
    mine = pick(shifted, ids, axis)
    return mine - np.log(np.sum(np.exp(shifted, out=shifted), axis=axis))


FEW = 64


def exp_own(x: np.ndarray) -> Any:
    return np.exp(x, out=x)


def less_at(x: np.ndarray, ids: np.ndarray, axis: int, amount: np.ndarray | float | None) -> np.ndarray:
    """In place."""
    amount = 1 if amount is None else amount
    if x.ndim == 2 and axis == 1:
        x[np.arange(x.shape[0]), ids] -= amount
        return x
    wide, where = np.expand_dims(np.asarray(amount), axis) if np.ndim(amount) else amount, np.expand_dims(ids, axis)
    np.put_along_axis(x, where, np.take_along_axis(x, where, axis) - wide, axis)
    return x


def less_own(x: np.ndarray, amount: np.ndarray | float) -> Any:
    return np.subtract(x, amount, out=x)


def times_own(x: np.ndarray, factor: np.ndarray | float | None) -> np.ndarray:
    return x if factor is None else np.multiply(x, factor, out=x)


NATIVE: dict[str, Callable[..., Any]] = {
    "absolute": np.abs,
    "clip": np.clip,
    "exp_own": exp_own,
    "first_argmax": np.argmax,
    "less_at": less_at,
    "less_own": less_own,
    "log_softmax": log_softmax,
    "log_softmax_at": log_softmax_at,
    "magnitude": np.abs,
    "pick": pick,
    "relu": partial(np.maximum, 0.0),
    "sigmoid": sigmoid,
    "times_own": times_own,
}
