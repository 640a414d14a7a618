"""Samples and bad calls of losses of the log-probabilities of a chosen and a rejected answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import array_losses as al

from .case import Allowance, Invalid, Sample
from .reference import Real, exact, softplus, times
from .samples import mask, poisoned, weights
from .valid_call import ValidCall

ALLOWANCE = Allowance("h is a difference, whose rounding is in the digits of e^-h", ulps=24.0, scale=1.0)
NONE = "no loss of preferences"


def logistic(h: Real, smoothing: float) -> Real:
    """ln(1 + e^-h), of a share of `smoothing` turned round."""
    eps = exact(smoothing)
    return times(1 - eps, softplus(-h)) + times(eps, softplus(h))


def samples(rng: np.random.Generator, draw: Callable[[int], tuple[np.ndarray, ...]]) -> Iterator[Sample]:
    """Batches, weights and masks."""
    yield Sample("plain", draw(5))
    yield Sample("one pair", draw(1))
    yield Sample("empty batch", draw(0))
    yield Sample("sample weight", draw(5), {"sample_weight": weights(rng, (5,))})
    yield Sample("sample weight of all", draw(5), {"sample_weight": np.asarray(0.25)})
    yield Sample("sample weight 0", draw(5), {"sample_weight": np.zeros(5)})
    kept = mask(rng, (5,))
    yield Sample("masked", draw(5), {"where": kept})
    bad = tuple(poisoned(each, kept) for each in draw(5))
    yield Sample("masked nan and inf", bad, {"where": kept, "sample_weight": poisoned(weights(rng, (5,)), kept)})
    none = np.zeros(5, dtype=bool)
    yield Sample("all masked", tuple(poisoned(each, none) for each in draw(5)), {"where": none})


def invalid(good: ValidCall, names: tuple[str, ...]) -> Iterator[Invalid]:
    """Log-probabilities of other shapes and dtypes."""
    first = good["chosen"]
    tokens = good.having(**{name: good[name][:, None] for name in names})
    yield tokens.but(al.ShapeError, "chosen", first[:, None], "have shape (N,)")
    for name in names[1:]:
        for bad in (first[:1], first[:, None], first[:0], np.asarray(-0.5)):
            yield good.but(al.ShapeError, name, bad, f"have the shape of `chosen`, {first.shape}")
        yield good.but(al.DTypeError, name, first.astype(np.complex64), "hold real numbers")
    for name in ("sample_weight", "where"):
        bad = np.ones(7, dtype=np.bool_ if name == "where" else np.float64)
        yield good.but(al.ShapeError, name, bad, f"have the shape of `chosen`, {first.shape}, or ()")


def draw_large(rng: np.random.Generator, n: int) -> Any:
    """Mean log-probabilities for the benchmarks."""
    return tuple(-0.05 - 3 * rng.random(n, dtype=np.float32) for _ in range(2))
