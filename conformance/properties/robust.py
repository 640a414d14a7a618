"""Promises of the losses of robust regression."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, promise, same


@promise("half of mse")
def half(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good.of("mse_loss"), good), lambda a, b: (b, a / 2))


@promise("scale is the unit of errors")
def unit(good: ValidCall) -> Iterator[Claim]:
    x, y = coarse(good["input"]), coarse(good["target"])
    for scale in (4.0, 0.5):
        yield from same(good.having(input=x / scale, target=y / scale), good.having(input=x, target=y, scale=scale))


@promise("half the square of small errors")
def parabola(good: ValidCall) -> Iterator[Claim]:
    x, y = coarse(good["input"]) / 2.0**40, coarse(good["target"]) / 2.0**40
    near = good.having(input=x, target=y)
    yield Claim((near.of("l2_loss"), near), lambda a, b: (b, a))


@promise("bounded by 1")
def bounded_by_1(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good, good.having(input=1e3 * good["input"])), lambda a, b: (a <= 1) & (b <= 1))


@promise("bounded by 2")
def bounded_by_2(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good, good.having(input=1e3 * good["input"])), lambda a, b: (a <= 2) & (b <= 2))


SHAPES = {
    2.0: "l2_loss",
    1.0: "charbonnier_loss",
    0.0: "cauchy_loss",
    -2.0: "geman_mcclure_loss",
    -np.inf: "welsch_loss",
}
"""Barron's shapes that are losses of their own."""


@promise("its special shapes are losses of their own")
def shapes(good: ValidCall) -> Iterator[Claim]:
    for alpha, name in SHAPES.items():
        yield from same(good.of(name), good.having(alpha=alpha), good.having(alpha=np.asarray(alpha)))


@promise("monotone in alpha")
def shape(good: ValidCall) -> Iterator[Claim]:
    calls = tuple(good.having(alpha=alpha) for alpha in (-np.inf, -30.0, -1.0, 0.0, 0.5, 1.5, 2.0))
    yield Claim(calls, lambda *found: np.all(np.diff(np.stack(found), axis=0) > 0, axis=0))
