"""Promises of the losses of regression."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, nothing, promise, same


@promise("symmetric")
def symmetric(good: ValidCall) -> Iterator[Claim]:
    yield from same(good, good.having(input=good["target"], target=good["input"]))


@promise("translation invariant")
def translated(good: ValidCall) -> Iterator[Claim]:
    x, y = coarse(good["input"]), coarse(good["target"])
    for shift in (8.0, -0.5):
        yield from same(good.having(input=x, target=y), good.having(input=x + shift, target=y + shift))


@promise("zero at the target")
def zero(good: ValidCall) -> Iterator[Claim]:
    for each in (good["target"], 1e4 * good["target"]):
        yield Claim((good.having(input=each, target=each),), nothing)


@promise("monotone in the error")
def further(good: ValidCall) -> Iterator[Claim]:
    x, y = coarse(good["input"]), coarse(good["target"])
    closer, farther = good.having(input=x, target=y), good.having(input=2 * x - y, target=y)
    yield Claim((closer, farther), lambda a, b: (b > a) | (x == y))


def homogeneous(good: ValidCall, degree: int, *scales: str) -> Iterator[Claim]:
    """Input, target and the hyperparameters that are lengths times 4 make the loss 4**degree as large."""
    lengths = {name: 4.0 * good.parameters[name].default for name in scales}
    larger = good.having(input=4 * good["input"], target=4 * good["target"], **lengths)
    yield Claim((good, larger), lambda a, b: (b, 4**degree * a))


@promise("homogeneous")
def homogeneous_1(good: ValidCall) -> Iterator[Claim]:
    yield from homogeneous(good, 1, *(name for name in ("beta",) if name in good.parameters))


@promise("homogeneous of degree 2")
def homogeneous_2(good: ValidCall) -> Iterator[Claim]:
    yield from homogeneous(good, 2, *(name for name in ("delta",) if name in good.parameters))


def minimum(good: ValidCall, best: float, y: np.ndarray) -> Iterator[Claim]:
    """No other constant prediction costs less."""
    guesses = (
        good.having(input=np.full_like(y, best + off), target=y, reduction="sum") for off in (0, 1 / 64, -1 / 64)
    )
    yield Claim(tuple(guesses), lambda a, b, c: (a < b) & (a < c))


@promise("minimised by the mean")
def mean(good: ValidCall) -> Iterator[Claim]:
    y = coarse(good["target"])
    yield from minimum(good, float(np.mean(y)), y)


@promise("minimised by the median")
def median(good: ValidCall) -> Iterator[Claim]:
    y = coarse(good["target"]).ravel()[:11]
    yield from minimum(good, float(np.median(y)), y)


@promise("beta 0 is l1")
def beta_0(good: ValidCall) -> Iterator[Claim]:
    yield from same(good.of("l1_loss"), good.having(beta=0.0))


@promise("huber_loss divided by delta")
def huber(good: ValidCall) -> Iterator[Claim]:
    for edge in (0.5, 1.0, 2.0):
        calls = good.of("huber_loss").having(delta=edge), good.having(beta=edge)
        yield Claim(calls, lambda a, b, edge=edge: (b, a / edge))


@promise("half the square at a huge delta")
def square(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good.of("mse_loss"), good.having(delta=1e6)), lambda a, b: (b, a / 2))


@promise("the square of l1")
def squared(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good.of("l1_loss"), good), lambda a, b: (b, a * a))


@promise("half of l1 at tau one half")
def half(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good.of("l1_loss"), good.having(tau=0.5)), lambda a, b: (b, a / 2))


@promise("mirrored at 1 - tau")
def mirrored(good: ValidCall) -> Iterator[Claim]:
    for tau in (0.25, 0.625):
        other = good.having(input=-good["input"], target=-good["target"], tau=1 - tau)
        yield from same(good.having(tau=tau), other)


@promise("minimised by the quantile")
def quantile(good: ValidCall) -> Iterator[Claim]:
    y = np.unique(coarse(good["target"]))[:11] * 2
    for tau in (0.25, 0.75):
        yield from minimum(good.having(tau=tau), float(np.quantile(y, tau, method="inverted_cdf")), y)


@promise("several taus are one each")
def several(good: ValidCall) -> Iterator[Claim]:
    taus, x, y = (0.75, 0.125, 0.5), good["input"][:, :3], good["target"][:, 0]
    alone = [good.having(input=x[:, q], target=y, tau=tau) for q, tau in enumerate(taus)]
    together = good.having(input=x, target=y, tau=taus)
    yield Claim((together, *alone), lambda all, *each: (all, np.stack(each, axis=1)))
