"""What a gradient is held against: difference quotients of the reference, which knows nothing of the library."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from array_losses.families.function import family_of

from .case import Case, Sample, reduce
from .check import drawn_by, number


def argnums(case: Case, sample: Sample) -> tuple[int, ...]:
    """The positions of the arrays of a sample that one may differentiate."""
    names = list(inspect.signature(case.loss).parameters)
    named = (names.index(name) for name in case.differentiable)
    return tuple(at for at in named if at < len(sample.arrays) and sample.arrays[at].dtype.kind == "f")


def direction(domain: tuple[float, float], sample: Sample, place: int) -> np.ndarray:
    """A random direction that leads out of no domain: 0 where there is no number, small where a step must be."""
    given = sample.arrays[place]
    x = np.where(np.isfinite(given), given, 0.0)
    v = np.random.default_rng(place).normal(size=x.shape)
    low, high = domain
    if np.all((given >= 0) & (given <= 1)):  # what may be probabilities stays inside
        low, high = max(low, 0.0), min(high, 1.0)
    v *= np.clip(np.minimum(x - low, high - x), 0, 1)
    return np.where(np.isfinite(given), v * np.maximum(1.0, np.abs(x) / 100), 0.0)


def domain_of(loss: Any, place: int) -> tuple[float, float]:
    """The least and the largest value that the array at a place may hold."""
    names = list(inspect.signature(loss).parameters)
    domain = getattr(family_of(loss), "domains", {}).get(names[place])
    return (domain.low, domain.high) if hasattr(domain, "low") else (-math.inf, math.inf)


def moved(sample: Sample, place: int, shift: np.ndarray) -> tuple[np.ndarray, ...]:
    """The arrays of a sample, that at `place` shifted where it holds numbers."""
    x = sample.arrays[place]
    new = np.where(np.isfinite(x), np.where(np.isfinite(x), x, 0.0) + shift, x)
    return (*sample.arrays[:place], new, *sample.arrays[place + 1 :])


def quotient(f: Callable[[float], Any]) -> tuple[Any, float]:
    """The derivative of a function at 0, and how far it can be trusted, relatively.

    The five-point central difference, whose error falls with the fourth power of the step. Steps shrink until two
    quotients agree: that leaves kinks behind that are near, but not at, 0.
    """

    def at(step: float) -> Any:
        return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step)

    before, best = at(STEPS[0]), (np.nan, math.inf)
    for step in STEPS[1:]:
        now = at(step)
        apart = relative(before, now)
        if apart < best[1]:
            best = now, apart
        if apart < 1e-9:
            break
        before = now
    return best


TRUST = 1e-6
"""Difference quotients that are further apart than this say nothing."""
NOISE = {"float64": 1e-9, "float32": 1e-4}
"""Of a gradient that was worked out, and of a sample that was rounded, in a precision."""
STEPS = (1e-3, 3e-4, 3e-5, 3e-6, 3e-7)


def relative(a: Any, b: Any) -> float:
    """How far two numbers or arrays are apart, relative to the largest entry."""
    size = max(float(np.max(np.abs(a), initial=0.0)), float(np.max(np.abs(b), initial=0.0)), 1e-3)
    return float(np.max(np.abs(np.asarray(a) - b), initial=0.0)) / size


def slope(case: Case, sample: Sample, place: int) -> tuple[float, float]:
    """The slope of the summed reference along `direction`, and how far it can be trusted, relatively."""
    at = number(case, sample)
    domain = domain_of(case.loss, place)
    if at is None:
        return steepness(case.reference, sample, place, domain, case.constants)
    return _slope(case.reference, case.samples, at, place, domain, case.constants)


@cache
def _slope(
    reference: Any, samples: Any, at: int, place: int, domain: tuple[float, float], constants: bool
) -> tuple[float, float]:
    return steepness(reference, drawn_by(samples)[at], place, domain, constants)


def steepness(
    reference: Any, sample: Sample, place: int, domain: tuple[float, float], constants: bool = False
) -> tuple[float, float]:
    v, held = direction(domain, sample, place), {"held": sample.arrays} if constants else {}

    def value(shift: float) -> float:
        return float(reduce(reference(*moved(sample, place, shift * v), **sample.options, **held), "sum"))

    return quotient(value)
