"""Charbonnier's loss."""

from functools import partial
from math import inf

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Case
from ..invalid import regression
from ..reference import EXACT
from ..robust import PROMISES, robust, samples, scales


def curve(x):
    return x**2 / (EXACT.sqrt(x**2 + 1) + 1)


def all_samples(rng):
    yield from samples(rng)
    yield from scales(rng)


def textbook(np, x, y):
    d = x - y
    return ((d * d + 1) ** 0.5 - 1).mean()


NONE = "no robust loss of this shape"
CASE = Case(
    "charbonnier_loss",
    al.charbonnier_loss,
    all_samples,
    partial(robust, curve, inf),
    differentiable=("input", "target"),
    invalid=regression,
    promises=PROMISES | {"scale is the unit of errors", "monotone in the error", "half the square of small errors"},
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=benchmark_inputs.pair, textbook=textbook),),
    demo=("predicted", "progress"),
)
