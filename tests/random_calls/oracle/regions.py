"""Dice: a ratio of sums over the pixels of a region."""

from __future__ import annotations

from typing import Any

import numpy as np

from .classes import log_softmax
from .domain import ids, probabilities
from .elementwise import sigmoid
from .reduction import Unreduced, by_rule

Arrays = dict[str, Any]


def dice(arrays: Arrays, options: Arrays, slack: dict[str, float]) -> Unreduced:
    """The losses of the pairs, (N, C), (C,) for the pooled batch, without C for a binary map."""
    x, axis = arrays["input"], options.get("axis", 1)
    flat = axis is None
    x = np.expand_dims(x, 1) if flat else np.moveaxis(x, axis, 1)
    samples, classes = x.shape[:2]
    pixels = (samples, *x.shape[2:])
    kept = by_rule(arrays.get("where"), pixels)
    kept = np.ones(pixels, bool) if kept is None else kept
    y, kept, bad = truth(arrays["target"], options, slack, kept, (flat, axis, classes))
    x = np.where(kept, x, 0.0)
    if options.get("activation", "softmax") is None:
        x, outside = probabilities(x, slack["input"])
        bad = bad | outside
    p = probability(x, options.get("activation", "softmax"))
    weighs = arrays.get("sample_weight")
    inside = weighs if options.get("batch") and weighs is not None and weighs.ndim == 1 else None
    sums, found = summed(p, y, kept, options, inside)
    loss = coefficient(*sums, options)
    spoiled = np.sum(np.where(kept & bad, 1.0, 0.0), axis=tuple(range(2, p.ndim))) > 0
    if options.get("batch"):
        spoiled = np.any(spoiled, axis=0)
    weight = np.ones(classes) if arrays.get("weight") is None else arrays["weight"]
    if not (options.get("include_background") or options.get("activation", "softmax") == "sigmoid" or classes == 1):
        loss, found, spoiled, weight = loss[..., 1:], found[..., 1:], spoiled[..., 1:], weight[1:]
    weight = np.broadcast_to(weight, loss.shape)
    if flat:
        loss, found, spoiled, weight = loss[..., 0], found[..., 0], spoiled[..., 0], weight[..., 0]
    outer = by_rule(None if inside is not None else weighs, loss.shape)
    seen_bad = bool(np.any(kept & bad))
    return Unreduced(loss, [weight] + ([] if outer is None else [outer]), None, found, spoiled, seen_bad=seen_bad)


def truth(target: np.ndarray, options: Arrays, slack: dict[str, float], kept: np.ndarray, layout: Any) -> Any:
    """Maps of the truth, what is kept and what is bad of them, all with the class axis 1."""
    flat, axis, classes = layout
    shape = (kept.shape[0], classes, *kept.shape[1:])
    wide = np.broadcast_to(np.expand_dims(kept, 1), shape)
    if target.dtype.kind != "f" and not flat and target.shape == kept.shape:
        y = ids(target)
        wide = wide & np.expand_dims(y != options.get("ignore_index", -100), 1)
        bad = np.broadcast_to(np.expand_dims((y < 0) | (y >= classes), 1), shape)
        maps = np.stack([y == c for c in range(classes)], axis=1).astype(float)
        return maps, wide, bad
    y = np.expand_dims(target, 1) if flat else np.moveaxis(target, axis, 1)
    if y.dtype.kind == "i":
        wide = wide & (y != options.get("ignore_index", -100))
    y, bad = probabilities(np.where(wide, y, 0.0).astype(float), slack["target"])
    return y, wide, bad


def probability(x: np.ndarray, activation: str | None) -> np.ndarray:
    if activation == "softmax":
        return np.moveaxis(np.exp(log_softmax(np.moveaxis(x, 1, -1))), -1, 1)
    return sigmoid(x) if activation == "sigmoid" else x


def summed(p: np.ndarray, y: np.ndarray, kept: np.ndarray, options: Arrays, weigh: np.ndarray | None) -> Any:
    """I, P and T, and where a pair counts."""
    if options.get("squared"):
        terms = (p * y, p * p, y * y)
    else:
        terms = (np.minimum(p, y) if options.get("soft_label", True) else p * y, p, y)
    axes = tuple(range(2, p.ndim))
    sums = [np.sum(np.where(kept, each, 0.0), axis=axes) for each in terms]
    count = np.sum(kept, axis=axes)
    if options.get("batch"):
        w = np.ones(len(p)) if weigh is None else weigh
        sums = [np.sum(w[:, None] * each, axis=0) for each in sums]
        count = np.sum((w != 0)[:, None] * count, axis=0)
    found = count > 0
    return sums, found & (sums[2] > 0) if options.get("empty") == "skip" else found


def coefficient(i: np.ndarray, p: np.ndarray, t: np.ndarray, options: Arrays) -> np.ndarray:
    above, below = 2 * i + options.get("smooth_nr", 1e-7), p + t + options.get("smooth_dr", 1e-7)
    score = np.where(below == 0, 1.0, above / np.where(below == 0, 1.0, below))
    return -np.log(score) if options.get("log") else 1 - score
