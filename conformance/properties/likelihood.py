"""Promises of negative log-likelihoods."""

from __future__ import annotations

from collections.abc import Iterator
from math import log, pi

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, promise, same
from .regression import minimum


@promise("minimised by the logarithm of the mean")
def log_mean(good: ValidCall) -> Iterator[Claim]:
    y = coarse(good["target"])
    yield from minimum(good, float(np.log(np.mean(y))), y)


@promise("half the square at variance 1")
def half_square(good: ValidCall) -> Iterator[Claim]:
    for one in (np.ones_like(good["var"]), np.asarray(1.0)):
        even = good.having(var=one)
        yield Claim((good.having(var=one), squares(even)), lambda a, b: (a, b / 2))


def squares(good: ValidCall) -> ValidCall:
    """The squared errors."""
    other = good.of("mse_loss")
    other.arrays = other.arrays[:2]
    return other


@promise("full adds a constant")
def constant(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good, good.having(full=True)), lambda a, b: (b, a + log(2 * pi) / 2))


@promise("variances of rows have one axis less")
def rows(good: ValidCall) -> Iterator[Claim]:
    var = good["var"][:, :1]
    whole = np.broadcast_to(var, good["var"].shape).copy()
    yield from same(good.having(var=whole), good.having(var=var), good.having(var=var[:, 0]))
    columns = good["var"][:1]
    yield from same(good.having(var=np.broadcast_to(columns, whole.shape).copy()), good.having(var=columns[0]))


@promise("least at the squared error")
def best(good: ValidCall) -> Iterator[Claim]:
    """No other variance costs less."""
    square = coarse((good["input"] - good["target"]) ** 2) + 1
    x, y = np.sqrt(square), np.zeros_like(square)
    calls = (good.having(input=x, target=y, var=factor * square) for factor in (1, 1.125, 0.875))
    yield Claim(tuple(calls), lambda a, b, c: (a < b) & (a < c))
