"""Geman and McClure's loss."""

from functools import partial

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Case
from ..invalid import regression
from ..robust import PROMISES, robust, samples, scales


def curve(x):
    return 2 * x**2 / (x**2 + 4)


def all_samples(rng):
    yield from samples(rng)
    yield from scales(rng)


def textbook(np, x, y):
    d = x - y
    return (2 * d * d / (d * d + 4)).mean()


NONE = "no robust loss of this shape"
CASE = Case(
    "geman_mcclure_loss",
    al.geman_mcclure_loss,
    all_samples,
    partial(robust, curve, 2),
    differentiable=("input", "target"),
    invalid=regression,
    promises=PROMISES
    | {"scale is the unit of errors", "monotone in the error", "half the square of small errors", "bounded by 2"},
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=benchmark_inputs.pair, textbook=textbook),),
    demo=("predicted", "progress"),
)
