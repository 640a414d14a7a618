"""Wing loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Case, Kink, Sample
from ..invalid import regression
from ..reference import EXACT, elementwise, exact
from ..robust import PROMISES, draw
from ..robust import samples as robust_samples


def reference(input, target, *, width=5.0, curvature=0.5, sample_weight=None, where=None):
    w, c = exact(width), exact(curvature)

    def formula(x, y):
        a = abs(x - y)
        return w * EXACT.log1p(a / c) if a < w else a - (w - w * EXACT.log1p(w / c))

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    for each in robust_samples(rng):
        if each.label != "no error":
            yield each
    yield Sample("no error", (np.ones((2, 2)), np.ones((2, 2))), smooth=False)
    yield Sample("wide", draw(rng)((4, 3)), {"width": 10.0, "curvature": 2.0})
    yield Sample("narrow", draw(rng)((4, 3)), {"width": 0.75, "curvature": 3.0})
    edges = np.array([0.0, 2.0, -2.0, 1.5, -2.5])
    yield Sample("kinks", (edges, np.zeros(5)), {"width": 2.0, "curvature": 0.5}, smooth=False)


KINKS = (
    Kink(
        "no error, and the width",
        (np.array([0.0, 2.0, -2.0, 4.0, -1.5]), np.zeros(5)),
        np.array([0.0, 0.8, -0.8, 1.0, -1.0]),
        {"width": 2.0, "curvature": 0.5},
    ),
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, x, y):
    d = abs(x - y)
    return np.where(d < 5, 5 * np.log1p(d / 0.5), d + 6.989476363991853).mean()


NONE = "no wing loss"
CASE = Case(
    "wing_loss",
    al.wing_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    invalid=regression,
    promises=PROMISES | {"monotone in the error"},
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=benchmark_inputs.pair, textbook=textbook),),
    demo=("predicted", "progress"),
)
