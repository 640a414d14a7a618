"""What the references of regional losses share: the probabilities of a pixel, and the sums of each region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .case import Expected
from .reference import EXACT, Real, collect, exact, per_sample, sigmoid, surprise


def chances(logits: np.ndarray, activation: str | None) -> list[Real]:
    """The probabilities of all classes at one pixel."""
    if activation == "softmax":
        return [EXACT.exp(-surprise(logits, c)) for c in range(len(logits))]
    return [sigmoid(exact(z)) if activation == "sigmoid" else exact(z) for z in logits]


def regional(
    loss: Callable[[Real, Real, Real], Real], input: np.ndarray, target: np.ndarray, *, weight: Any = None,
    activation: str | None = "softmax", include_background: bool = False, batch: bool = False, squared: bool = False,
    soft_label: bool = True, empty: str = "smooth", ignore_index: int = -100, axis: int | None = 1,
    sample_weight: Any = None, where: Any = None,
) -> Expected:  # fmt: skip
    """A `loss` of the overlap, the predicted and the true size of each region."""
    maps = target.ndim == input.ndim  # else class ids
    x = np.moveaxis(input, axis, -1) if axis is not None else input[..., None]
    y = target if not maps else np.moveaxis(target, axis, -1) if axis is not None else target[..., None]
    *pixels, count = x.shape
    kept = per_sample(True if where is None else where, tuple(pixels))
    inner = batch and sample_weight is not None and np.ndim(sample_weight) == 1  # the weights of samples in the sums
    first = 0 if include_background or activation == "sigmoid" or axis is None or count == 1 else 1

    def counts(pixel: tuple[int, ...], c: int) -> bool:
        ignored = target.dtype.kind in "iu" and (y[pixel][c] if maps else y[pixel]) == ignore_index
        return kept[pixel] and not ignored

    def truth(pixel: tuple[int, ...], c: int) -> Real:
        return exact(y[pixel][c]) if maps else exact(y[pixel] == c)

    p = {at: chances(x[at], activation) for at in np.ndindex(*pixels) if any(counts(at, c) for c in range(count))}

    def element(index: tuple[int, ...]) -> tuple[Real, float] | None:
        c = first + (index[-1] if axis is not None else 0)
        region = [at for at in p if (batch or at[0] == index[0]) and counts(at, c)]
        if inner:
            region = [at for at in region if sample_weight[at[0]] != 0]
        if not region:
            return None
        pairs = [(p[at][c], truth(at, c)) for at in region]
        if empty == "skip" and all(t == 0 for _, t in pairs):
            return None
        overlap, predicted, true = exact(0), exact(0), exact(0)
        for (a, t), at in zip(pairs, region, strict=True):
            v = exact(sample_weight[at[0]]) if inner else exact(1)
            overlap += v * (a * t if squared or not soft_label else (a + t - abs(a - t)) / 2)
            predicted += v * (a**2 if squared else a)
            true += v * (t**2 if squared else t)
        w = 1.0 if weight is None else weight[c]
        return exact(w) * loss(overlap, predicted, true), w

    shape = (() if batch else tuple(pixels[:1])) + (() if axis is None else (count - first,))
    return collect(shape, element, divisor="weights", sample_weight=None if inner else sample_weight)


def of_score(over: Real, under: Real, log: bool) -> Real:
    """1 - score, or its negative logarithm, of a fraction; nothing of nothing is right."""
    score = exact(1) if over == under == 0 else over / under
    return -EXACT.log(score) if log else 1 - score
