"""Losses with one value for each element of `input`."""

from __future__ import annotations

from typing import Any

import numpy as np

from .domain import probabilities
from .reduction import Unreduced, by_rule, times

Arrays = dict[str, Any]


def softplus(z: np.ndarray) -> np.ndarray:
    """ln(1 + e^z)."""
    return np.where(z > 0, z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def sigmoid(z: np.ndarray) -> np.ndarray:
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))


def smoothed(y: np.ndarray, eps: float) -> np.ndarray:
    return (1 - eps) * y + eps / 2


def mse(a: Arrays, o: Arrays) -> np.ndarray:
    return (a["input"] - a["target"]) ** 2


def l1(a: Arrays, o: Arrays) -> np.ndarray:
    return np.abs(a["input"] - a["target"])


def smooth_l1(a: Arrays, o: Arrays) -> np.ndarray:
    d, beta = np.abs(a["input"] - a["target"]), o.get("beta", 1.0)
    return d if beta == 0 else np.where(d < beta, d * d / (2 * beta), d - beta / 2)


def huber(a: Arrays, o: Arrays) -> np.ndarray:
    d, delta = np.abs(a["input"] - a["target"]), o.get("delta", 1.0)
    return np.where(d <= delta, d * d / 2, delta * (d - delta / 2))


def bce(a: Arrays, o: Arrays) -> np.ndarray:
    p, y = a["input"], smoothed(a["target"], o.get("label_smoothing", 0.0))
    return -(y * np.maximum(np.log(p), -100) + (1 - y) * np.maximum(np.log1p(-p), -100))


def bce_with_logits(a: Arrays, o: Arrays) -> np.ndarray:
    z, y = a["input"], smoothed(a["target"], o.get("label_smoothing", 0.0))
    positive = np.asarray(1.0 if a.get("pos_weight") is None else a["pos_weight"])
    return times(positive * y, softplus(-z)) + times(1 - y, softplus(z))


def sigmoid_focal(a: Arrays, o: Arrays) -> np.ndarray:
    z, y = a["input"], smoothed(a["target"], o.get("label_smoothing", 0.0))
    alpha, gamma = o.get("alpha", 0.25), o.get("gamma", 2.0)
    miss = y * sigmoid(-z) + (1 - y) * sigmoid(z)
    balance = 1.0 if alpha is None else alpha * y + (1 - alpha) * (1 - y)
    crossed = times(y, softplus(-z)) + times(1 - y, softplus(z))
    return balance * times(np.where(miss == 0, 0.0 if gamma else 1.0, miss**gamma), crossed)


FORMULAS = {
    "mse_loss": mse,
    "l1_loss": l1,
    "smooth_l1_loss": smooth_l1,
    "huber_loss": huber,
    "binary_cross_entropy": bce,
    "binary_cross_entropy_with_logits": bce_with_logits,
    "sigmoid_focal_loss": sigmoid_focal,
}
LABELS = ("binary_cross_entropy", "binary_cross_entropy_with_logits", "sigmoid_focal_loss")


def elementwise(name: str, arrays: Arrays, options: Arrays, slack: dict[str, float]) -> Unreduced:
    """The losses of the elements."""
    arrays, shape = dict(arrays), arrays["input"].shape
    kept, bad = by_rule(arrays.get("where"), shape), np.zeros(shape, bool)
    limited = {"binary_cross_entropy": ("input", "target")}.get(name, ("target",) if name in LABELS else ())
    for each in limited:
        arrays[each], outside = probabilities(arrays[each], slack[each])
        bad |= outside
    weights = [] if arrays.get("weight") is None else [np.broadcast_to(arrays["weight"], shape)]
    samples = by_rule(arrays.get("sample_weight"), shape)
    weights += [] if samples is None else [samples]
    return Unreduced(FORMULAS[name](arrays, options), weights, None, kept, bad)
