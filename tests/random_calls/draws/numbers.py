"""Numbers of each kind, in float64, before they are rounded to a dtype."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import ml_dtypes
import numpy as np

from .source import Source

FLOATS = ("float64", "float32", "float16", "bfloat16")
INTEGERS = ("int64", "int32", "int16", "int8", "uint8", "uint16", "uint32", "uint64")


def numpy_dtype(name: str) -> np.dtype:
    return np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)


def rounded(values: np.ndarray, dtype: str) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(values).astype(numpy_dtype(dtype))


def sprinkled(source: Source, values: np.ndarray, special: tuple[float, ...], share: float = 0.3) -> np.ndarray:
    """Some of the values replaced by special ones."""
    chosen = source.rng.choice(np.asarray(special), values.shape)
    return np.where(source.rng.random(values.shape) < share, chosen, values)


def reals(source: Source, shape: tuple[int, ...]) -> np.ndarray:
    """Predictions and targets of regression: with ties, and large ones."""
    values = np.asarray(source.rng.normal(size=shape) * 2)
    kind = source.one("plain", "round", "large")
    if kind == "round":
        return np.round(values)
    return sprinkled(source, values, (100.0, -100.0)) if kind == "large" else values


def logits(source: Source, shape: tuple[int, ...]) -> np.ndarray:
    values = np.asarray(source.rng.normal(size=shape) * 2)
    kind = source.one("plain", "zero", "large")
    if kind == "zero":
        return np.zeros(shape)
    return sprinkled(source, values, (90.0, -90.0, 30.0, -30.0)) if kind == "large" else values


def probabilities(source: Source, shape: tuple[int, ...], slack: float) -> np.ndarray:
    """In [0, 1]: inside, on the bounds, or beyond them by rounding."""
    values = np.asarray(source.rng.uniform(0.05, 0.95, shape))
    kind = source.one("inside", "bounds", "rounding")
    if kind == "bounds":
        return sprinkled(source, values, (0.0, 1.0))
    return sprinkled(source, values, (1 + slack / 2, -slack / 2, 1.0)) if kind == "rounding" else values


def distributions(source: Source, shape: tuple[int, ...], axis: int) -> np.ndarray:
    """Class probabilities, one-hot for some."""
    values = np.asarray(source.rng.uniform(0.05, 1.0, shape))
    if source.flag(30):
        values = values * (values == np.max(values, axis=axis, keepdims=True)) if values.size else values
    total = np.sum(values, axis=axis, keepdims=True)
    return values / np.where(total == 0, 1.0, total)


def weights(source: Source, shape: tuple[int, ...]) -> np.ndarray:
    values = np.asarray(source.rng.uniform(0.25, 2.0, shape))
    kind = source.one("positive", "some zero", "positive", "ones", "positive", "zero")
    if kind == "some zero":
        return sprinkled(source, values, (0.0,))
    return np.full(shape, {"zero": 0.0, "ones": 1.0}[kind]) if kind in ("zero", "ones") else values


def poisoned(source: Source, values: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """NaN and infinities where nothing may look."""
    return np.where(hidden, source.rng.choice([nan, inf, -inf, 0.5], values.shape), values)


def some_axes_one(source: Source, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(source.one(n, n, 1) for n in shape)


def by_rule(source: Source, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that `sample_weight` and `where` may have."""
    choices: list[Any] = [(), shape, some_axes_one(source, shape)]
    if shape:
        choices.append(shape[:1])
    return tuple(source.one(*choices))


def as_torch_broadcasts(source: Source, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that broadcasts to another: axes left out in front, or of length 1."""
    found = some_axes_one(source, shape)
    return tuple(source.one(found, shape, (), found[source.one(*range(len(found) + 1)) :]))


def is_wrong(given: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    """Whether weights with fewer axes than the losses are not those of samples either."""
    return 0 < len(given) < len(shape) and (len(given) > 1 or given[0] not in (1, shape[0]))
