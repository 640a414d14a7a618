"""Losses with a class axis: rows of logits, one for each position."""

from __future__ import annotations

from typing import Any

import numpy as np

from .domain import ids, probabilities
from .reduction import Unreduced, by_rule, times

Arrays = dict[str, Any]


def log_softmax(rows: np.ndarray) -> np.ndarray:
    top = np.max(rows, axis=-1, keepdims=True)
    return rows - top - np.log(np.sum(np.exp(rows - top), axis=-1, keepdims=True))


def cross_entropy(z: np.ndarray, y: Any, w: np.ndarray, eps: float) -> tuple[np.ndarray, np.ndarray]:
    """The losses of rows of logits for ids (P,) or probabilities (P, C), and the weights of the labels."""
    lp, classes = log_softmax(z), z.shape[-1]
    if y.ndim == 2:
        return -np.sum(times(w * ((1 - eps) * y + eps / classes), lp), axis=-1), np.sum(w * y, axis=-1)
    hard = times((1 - eps) * w[y], lp[np.arange(len(y)), y])
    return -hard - np.sum(times(eps / classes * w, lp), axis=-1), w[y]


def focal(z: np.ndarray, y: Any, a: np.ndarray, eps: float, gamma: float) -> tuple[np.ndarray, np.ndarray]:
    lp, classes = log_softmax(z), z.shape[-1]
    q = y if y.ndim == 2 else np.eye(classes)[y]
    miss = -np.expm1(lp)
    factor = np.where(miss <= 0, 1.0 if gamma == 0 else 0.0, np.abs(miss) ** gamma)
    smooth = (1 - eps) * q + eps / classes
    return np.sum(times(a * smooth, times(factor, -lp)), axis=-1), np.sum(a * q, axis=-1)


def nll(lp: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return -times(w[y], lp[np.arange(len(y)), y]), w[y]


def linear(arrays: Arrays, options: Arrays, hidden: np.ndarray) -> np.ndarray:
    """The logits of the head, of the rows not hidden."""
    x = np.atleast_2d(arrays["input"])
    x = np.where(hidden[:, None], 0.0, x)
    z = x @ arrays["linear_weight"].T
    z = z if arrays.get("linear_bias") is None else z + arrays["linear_bias"]
    cap = options.get("softcap")
    return z if cap is None else cap * np.tanh(z / cap)


def classwise(name: str, arrays: Arrays, options: Arrays, slack: dict[str, float]) -> Unreduced:
    """The losses of the positions."""
    x, head = arrays["input"], name == "linear_cross_entropy"
    axis = -1 if head else options.get("axis", 1)
    axis = 0 if x.ndim == 1 else axis % x.ndim
    shape = x.shape[:axis] + x.shape[axis + 1 :]
    classes = arrays["linear_weight"].shape[0] if head else x.shape[axis]
    kept = by_rule(arrays.get("where"), shape)
    kept = np.ones(shape, bool) if kept is None else kept.copy()
    target, bad = arrays["target"], np.zeros(shape, bool)
    if arrays["target"].dtype.kind == "f":
        q, outside = probabilities(target, slack["target"])
        y = np.moveaxis(q, axis, -1).reshape(-1, classes)
        bad = np.any(outside, axis=axis)
    else:
        y = ids(target)
        kept &= y != options.get("ignore_index", -100)
        bad = (y < 0) | (y >= classes)
        y = np.where(bad, 0, y).reshape(-1)
    hidden = ~(kept & ~bad).reshape(-1)
    y = np.where(hidden[:, None] if y.ndim == 2 else hidden, 0, y)
    z = linear(arrays, options, hidden) if head else np.moveaxis(x, axis, -1).reshape(-1, classes)
    z = np.where(hidden[:, None], 0.0, z)
    loss, counted = of_rows(name, z, y, arrays, options)
    samples = by_rule(arrays.get("sample_weight"), shape)
    weights = [] if samples is None else [samples]
    weighed = arrays.get("alpha" if name == "focal_loss" else "weight") is not None
    return Unreduced(loss.reshape(shape), weights, counted.reshape(shape) if weighed else None, kept, bad)


def of_rows(name: str, z: np.ndarray, y: Any, arrays: Arrays, options: Arrays) -> tuple[np.ndarray, np.ndarray]:
    given = arrays.get("alpha" if name == "focal_loss" else "weight")
    w = np.ones(z.shape[-1]) if given is None else np.broadcast_to(given, z.shape[-1:])
    if name == "nll_loss":
        return nll(z, y, w)
    if name == "focal_loss":
        return focal(z, y, w, options.get("label_smoothing", 0.0), options.get("gamma", 2.0))
    smoothing = options.get("smoothing", 0.1) if name == "label_smoothing_loss" else options.get("label_smoothing", 0.0)
    loss, counted = cross_entropy(z, y, w, smoothing)
    if options.get("z_loss"):
        top = np.max(z, axis=-1)
        lse = top + np.log(np.sum(np.exp(z - top[:, None]), axis=-1))
        loss = loss + times(counted, options["z_loss"] * lse**2)
    return loss, counted
