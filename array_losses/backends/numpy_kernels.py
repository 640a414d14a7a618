"""NumPy's native functions: where the portable ones are slow, or may write to what they are given."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..constants import E_MINUS_100
from .numpy_classes import log_softmax, log_softmax_at, log_softmax_at_and_sum, scatter_class, sub_at_, take_class
from .whole_power import is_small_whole, whole_power


def sigmoid(x: np.ndarray) -> Any:
    """The sigmoid without a selection, which is slow; e^-x may be infinite."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def fill(x: np.ndarray, kept: np.ndarray, value: float) -> Any:
    """By the bits of `x` and of the mask as a number: a selection takes four times as long."""
    if x.shape != kept.shape or not kept.ndim or x.itemsize not in BITS:
        return np.where(kept, x, np.asarray(value, x.dtype))
    mask = kept.view(np.int8).astype(BITS[x.itemsize])
    np.negative(mask, out=mask)
    if not value:
        return np.bitwise_and(mask, x.view(mask.dtype), out=mask).view(x.dtype)
    found = x.view(mask.dtype) & mask
    np.invert(mask, out=mask)
    mask &= np.asarray(value, x.dtype).view(mask.dtype)
    found |= mask
    return found.view(x.dtype)


BITS = {4: np.int32, 8: np.int64}


def select(g: np.ndarray, keep: np.ndarray) -> Any:
    return fill(g, keep, 0.0)


def log1p(x: np.ndarray) -> Any:
    """The logarithm of 1 + x; in 32 bits, from -1/2 to 1, as 2 artanh(x / (2 + x)) by its series.

    NumPy's takes four times as long.
    """
    if x.dtype != np.float32 or x.size < MANY or not (x.min() >= -0.5 and x.max() <= 1):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.log1p(x)
    s = x + 2
    np.divide(x, s, out=s)
    square = s * s
    found = square * ARTANH[0]
    for factor in ARTANH[1:]:
        found += factor
        found *= square
    found *= s
    found += s
    return np.multiply(found, 2, out=found)


MANY = 4096
"""Elements from which the calls of a series take less time than what they save."""
ARTANH = tuple(1 / k for k in range(13, 1, -2))
"""The factors of s^13 to s^3 in artanh(s); what follows is less than a rounding where |s| <= 1/3."""


def log_clamped(p: np.ndarray) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.maximum(np.log(p), -100)


def log1m_clamped(p: np.ndarray) -> Any:
    """The logarithm of 1 - p; in 32 bits that of u, which is 1 - p rounded, and what was rounded off: 1 - u - p.

    NumPy's `log1p` takes four times as long.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if p.dtype != np.float32 or p.size < MANY:
            return np.maximum(np.log1p(-p), -100)
        u = 1 - p
        rest = 1 - u
        rest -= p
        np.log(u, out=u)
        u += rest
        return np.maximum(u, -100, out=u)


def relative_entropy(log_q: np.ndarray, p: np.ndarray) -> Any:
    """The product; 0 * inf is looked for in the total."""
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = np.log(p) - log_q
        loss *= p
        return np.where(p == 0, np.clip(log_q, 0, 0), loss) if np.isnan(np.sum(loss)) else loss


def softplus_sum(x: np.ndarray, a: np.ndarray, b: np.ndarray | None) -> Any:
    """The sum in two new arrays; 0 * inf is looked for in the total."""
    step = np.asarray(np.greater(x, 0)).astype(x.dtype)
    if b is None:
        loss = np.subtract(step, a, out=step if np.shape(a) == x.shape else None)
    else:
        loss = np.asarray(step * b - (1 - step) * a)
    with np.errstate(invalid="ignore", over="ignore"):
        np.multiply(loss, x, out=loss)
    if np.isnan(loss.sum()):
        wrong = np.where(x > 0, 1 - a if b is None else b, a)
        loss = np.where((wrong == 0) & np.isinf(x), 0, loss)
    tail = np.asarray(np.abs(x))
    tail = log1p(np.exp(np.negative(tail, out=tail), out=tail))
    return np.add(loss, tail if b is None else tail * (a + b), out=loss)


def are_hard(labels: np.ndarray, x: np.ndarray) -> bool:
    """Whether there are many labels beside x, and each is 0 or 1."""
    return labels.shape == x.shape and x.size >= MANY and bool(((labels == 0) | (labels == 1)).all())


def miss_probability(x: np.ndarray, a: np.ndarray, b: np.ndarray | None) -> Any:
    """One sigmoid where labels are hard: of -x for label 1."""
    if b is None and are_hard(a, x):
        return sigmoid((1 - 2 * a) * x)
    loss, rest = sigmoid(-x), sigmoid(x)
    loss *= a
    rest *= 1 - a if b is None else b
    loss += rest
    return loss


def log_loss(p: np.ndarray, a: np.ndarray, b: np.ndarray | None) -> Any:
    """One logarithm where labels are hard: of u = |1 - a - p|, and what was rounded off, as in `log1m_clamped`."""
    if b is None and are_hard(a, p):
        rest = 1 - a
        u = rest - p
        rest -= u
        rest -= p
        with np.errstate(divide="ignore"):
            np.log(np.abs(u, out=u), out=u)
        u += rest
        return np.negative(np.maximum(u, -100, out=u), out=u)
    loss, rest = log_clamped(p), log1m_clamped(p)
    loss *= a
    rest *= 1 - a if b is None else b
    loss += rest
    return -loss


def log_loss_slope(p: np.ndarray, a: np.ndarray, b: np.ndarray | None) -> Any:
    """One quotient where neither logarithm is below -100, which is looked for: a selection takes five times as long."""
    not_p = 1 - p
    spread = p * not_p
    steep = np.asarray(p - a if b is None else b * p - a * not_p)
    if spread.size and spread.min() > E_MINUS_100:
        return np.divide(steep, spread, out=steep)
    end = not_p - a if b is None else b * not_p - a * p
    return np.divide(steep, spread, out=np.asarray(end), where=spread > E_MINUS_100)


def power(x: np.ndarray, exponent: Any) -> Any:
    """Without a selection where x^exponent has vanished before x."""
    if is_small_whole(exponent):
        return whole_power(x, exponent)
    if isinstance(exponent, int | float) and exponent >= 1:
        return x**exponent
    present = x >= np.finfo(x.dtype).smallest_normal
    start = np.where(exponent == 0, np.ones_like(x), 0)
    return np.power(x, exponent, out=start, where=present)


def focal_weighted(cross_entropy: np.ndarray, miss: np.ndarray, gamma: Any) -> Any:
    """Where the cross-entropy is infinite, miss is 1."""
    loss = power(miss, gamma)
    loss *= cross_entropy
    return loss


def unsorted(x: np.ndarray, order: np.ndarray) -> np.ndarray:
    """By writing each entry to its place: one sort less."""
    found = np.empty_like(x)
    np.put_along_axis(found, order, x, axis=-1)
    return found


def exp_(x: np.ndarray) -> Any:
    return np.exp(x, out=x)


def sub_(x: np.ndarray, amount: np.ndarray | float) -> Any:
    return np.subtract(x, amount, out=x)


def mul_(x: np.ndarray, factor: np.ndarray | float | None) -> np.ndarray:
    return x if factor is None else np.multiply(x, factor, out=x)


NATIVE: dict[str, Callable[..., Any]] = {
    "abs_": np.abs,
    "clip": np.clip,
    "exp_": exp_,
    "fill": fill,
    "first_argmax": np.argmax,
    "sub_at_": sub_at_,
    "focal_weighted": focal_weighted,
    "sub_": sub_,
    "log1m_clamped": log1m_clamped,
    "log1p": log1p,
    "log_clamped": log_clamped,
    "log_loss": log_loss,
    "log_loss_slope": log_loss_slope,
    "log_softmax": log_softmax,
    "log_softmax_at": log_softmax_at,
    "log_softmax_at_and_sum": log_softmax_at_and_sum,
    "abs_from_right": np.abs,
    "miss_probability": miss_probability,
    "take_class": take_class,
    "scatter_class": scatter_class,
    "power": power,
    "relative_entropy": relative_entropy,
    "relu": partial(np.maximum, 0.0),
    "select": select,
    "sigmoid": sigmoid,
    "snap": np.clip,
    "softplus_sum": softplus_sum,
    "mul_": mul_,
    "unsorted": unsorted,
}
