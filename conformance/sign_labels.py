"""Samples and bad values of losses whose labels are -1 and 1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import array_losses as al

from . import benchmark_inputs
from .case import Invalid, Sample
from .invalid import LARGEST
from .samples import Draw, mask, poisoned, weights
from .valid_call import ValidCall


def signs(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Labels of -1 and 1, both if there is more than one."""
    found = rng.choice([-1.0, 1.0], shape)
    found.flat[:2] = [1.0, -1.0][: found.size]
    return found


def integers(rng: np.random.Generator, draw: Draw) -> Iterator[Sample]:
    """Integer labels."""
    *scores, y = draw((4, 3))
    yield Sample("integer target", (*scores, y.astype(np.int64)))
    kept = mask(rng, (4, 3))
    bad = (*(poisoned(each, kept) for each in scores), np.where(kept, y, 7).astype(np.int64))
    yield Sample("integer target, masked", bad, {"where": kept})


def zeros_and_ones(rng: np.random.Generator, draw: Draw) -> Iterator[Sample]:
    """Labels of 0 and 1, for losses that say so by an option."""
    z, y = draw((4, 3))
    options = {"labels": "01"}
    yield Sample("labels 01", (z, (y + 1) / 2), options)
    yield Sample("labels 01, integer", (z, (y > 0).astype(np.int64)), options)
    yield Sample("labels 01, boolean", (z, y > 0), options)
    every = {"margin": 0.5, "where": mask(rng, (4, 3)), "sample_weight": weights(rng, (4, 1))}
    yield Sample("labels 01, all options", (z, y > 0), {**options, **every})


def invalid(good: ValidCall) -> Iterator[Invalid]:
    """Labels that are no signs."""
    for dtype, wrong in {np.float64: (0.0, 0.5, -2.0, np.inf), np.int64: (0, 2, LARGEST)}.items():
        typed = good.having(target=good["target"].astype(dtype))
        for bad in wrong:
            yield typed.value("target", (1, 2), bad, "hold -1 or 1")
    yield good.but(al.DTypeError, "target", good["target"] > 0, "hold -1 or 1", "bool; write 2 * target - 1")


def invalid_zeros_and_ones(good: ValidCall) -> Iterator[Invalid]:
    """Labels that are neither 0 nor 1, and other words for what labels are."""
    typed = good.having(target=(good["target"] > 0).astype(np.int64), labels="01")
    for bad in (-1, 2):
        yield typed.value("target", (1, 2), bad, "hold 0 or 1")
    for word in ("PM1", "0/1", None):
        yield good.but(al.OptionError, "labels", word, 'be "pm1" or "01"')


def draw_large(rng: np.random.Generator, n: int) -> Any:
    """Scores and labels for the benchmarks."""
    return benchmark_inputs.normal(rng, n), np.sign(rng.random(n, dtype=np.float32) - np.float32(0.7))
