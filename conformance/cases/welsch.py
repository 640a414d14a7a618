"""Welsch's loss."""

from functools import partial

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Allowance, Case
from ..invalid import regression
from ..reference import EXACT
from ..robust import PROMISES, robust, samples, scales


def curve(x):
    return -EXACT.expm1(-(x**2) / 2)


def all_samples(rng):
    yield from samples(rng)
    yield from scales(rng)


def textbook(np, x, y):
    d = x - y
    return (1 - np.exp(-0.5 * d * d)).mean()


NONE = "no robust loss of this shape"
CASE = Case(
    "welsch_loss",
    al.welsch_loss,
    all_samples,
    partial(robust, curve, 1),
    differentiable=("input", "target"),
    allowance=Allowance("XLA's expm1 of float32 is off by 2 units, the square by another", ulps=6.0),
    invalid=regression,
    promises=PROMISES | {"scale is the unit of errors", "half the square of small errors", "bounded by 1"},
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=benchmark_inputs.pair, textbook=textbook),),
    demo=("predicted", "progress"),
)
