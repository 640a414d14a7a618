"""What the cases of robust regression share: samples, and a reference from the curve of an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .case import Expected, Sample
from .reference import EXACT, Real, elementwise, exact
from .samples import elementwise as elementwise_samples


def robust(
    curve: Callable[[Real], Real],
    at_infinity: float,
    input: np.ndarray,
    target: np.ndarray,
    *,
    scale: Any = 1.0,
    sample_weight: Any = None,
    where: Any = None,
) -> Expected:
    """The curve of the error in units of `scale`, and what an infinite one costs."""

    def formula(x: Real, y: Real) -> Real:
        error = abs(x - y) / exact(scale)
        return exact(at_infinity) if error == EXACT.inf else curve(error)

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def draw(rng: np.random.Generator) -> Callable[[tuple[int, ...]], tuple[np.ndarray, np.ndarray]]:
    return lambda shape: (2 * rng.normal(size=shape), rng.normal(size=shape))


def samples(rng: np.random.Generator) -> Iterator[Sample]:
    """Errors of every size, and scales."""
    yield from elementwise_samples(rng, draw(rng))
    yield Sample("integer target", (rng.normal(size=(2, 3)), rng.integers(-3, 4, (2, 3))))
    yield Sample("no error", (np.ones((2, 2)), np.ones((2, 2))))
    yield Sample("small errors", (1 + 1e-4 * rng.normal(size=(4, 3)), np.ones((4, 3))))
    yield Sample("extreme", extreme())
    yield Sample("huge and tiny", (np.array([1e300, -1e300, 1e-100]), np.array([1.0, 0.0, 0.0])), smooth=False)
    yield from infinite()


def scales(rng: np.random.Generator) -> Iterator[Sample]:
    """Of losses with a scale; one below 1 as an array, as the sweep over all numbers would leave them."""
    yield Sample("scale 2.5", draw(rng)((4, 3)), {"scale": 2.5})
    yield Sample("scale 0.3, an array", draw(rng)((4, 3)), {"scale": np.asarray(0.3)})


def extreme() -> tuple[np.ndarray, np.ndarray]:
    return np.array([1e4, -1e4, 50.0, 1e-4]), np.array([-1e4, 50.0, -50.0, 0.0])


def infinite(**options: Any) -> Iterator[Sample]:
    """Infinite errors."""
    far = (np.array([np.inf, 0.5, -np.inf]), np.array([0.0, 1.0, 2.0]))
    yield Sample("infinite error", far, options, smooth=False)
    yield Sample("infinite error of weight 0", far, {**options, "sample_weight": np.zeros(3)}, smooth=False)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "symmetric",
        "translation invariant",
        "zero at the target",
    }
)
"""Of all of them."""
