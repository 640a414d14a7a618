"""NumPy's native functions along the axis of the classes."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from .class_sum import class_sum


def entries(x: np.ndarray, ids: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The array as a vector, its own memory where it lies in order, and the places in it of the entries at `ids`.

    NumPy's `take_along_axis` makes an index of every axis in place of one. Each id must be an index, as checked before:
    another one is a place in another row.
    """
    axis %= x.ndim
    if not x.size:
        return x.reshape(-1), ids.reshape(-1)
    if not x.flags.c_contiguous:
        first = np.moveaxis(x, axis, 0)
        if first.flags.c_contiguous:
            x, axis = first, 0
    behind = prod(x.shape[axis + 1 :])
    starts = np.arange(0, x.size, x.shape[axis] * behind)
    if behind == 1:
        return x.reshape(-1), ids.reshape(-1) + starts
    places = np.multiply(ids.reshape(-1, behind), behind, dtype=np.int64)
    places += np.arange(behind)
    places += starts[:, None]
    return x.reshape(-1), places.reshape(-1)


def take_class(x: np.ndarray, ids: np.ndarray, axis: int) -> Any:
    """The entries at `ids`."""
    flat, places = entries(x, ids, axis)
    return flat.take(places).reshape(ids.shape)


def scatter_class(g: np.ndarray, ids: np.ndarray, count: int, axis: int) -> Any:
    """By writing to zeros."""
    found = np.zeros((*g.shape[:axis], count, *g.shape[axis:]), dtype=g.dtype)
    flat, places = entries(found, ids, axis)
    flat[places] = g.reshape(-1)
    return found


def sub_at_(x: np.ndarray, ids: np.ndarray, axis: int, amount: np.ndarray | float | None) -> np.ndarray:
    """The array x itself, less an amount at `ids`."""
    amount = 1 if amount is None else amount
    if np.ndim(amount):
        amount = np.broadcast_to(amount, ids.shape).reshape(-1)
    flat, places = entries(x, ids, axis)
    flat[places] -= amount
    return x if np.may_share_memory(flat, x) else flat.reshape(x.shape)


def log_softmax(x: np.ndarray, axis: int) -> Any:
    """The log-softmax; few classes that lie side by side are put first, as NumPy's reductions along them are slow."""
    if FEW >= x.shape[axis] > 0 and axis == x.ndim - 1 > 0:
        return np.moveaxis(log_softmax(np.ascontiguousarray(np.moveaxis(x, -1, 0)), 0), 0, -1)
    shifted = x - (np.sum if 0 in x.shape else np.max)(x, axis=axis, keepdims=True)
    shifted -= np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))
    return shifted


def log_softmax_at(x: np.ndarray, ids: np.ndarray, axis: int) -> Any:
    """The log-probabilities at `ids`, without those of the other classes."""
    if (axis == x.ndim - 1 and x.shape[axis] <= FEW) or 0 in x.shape:
        return take_class(log_softmax(x, axis), ids, axis)
    top = np.max(x, axis=axis, keepdims=True)
    shifted = x - top
    mine = take_class(shifted, ids, axis)
    return mine - np.log(np.sum(np.exp(shifted, out=shifted), axis=axis))


def log_softmax_at_and_sum(x: np.ndarray, ids: np.ndarray, weight: np.ndarray | None, axis: int) -> Any:
    """By the log-softmax, as derivatives by hand have it: with a gradient or without, a loss has the same bits."""
    log_p = log_softmax(x, axis)
    return take_class(log_p, ids, axis), class_sum(np, log_p, weight, axis)


FEW = 64
