"""Half the squared error."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Case, Sample
from ..invalid import regression
from ..peer import Defect, Peer
from ..reference import elementwise
from ..robust import PROMISES, infinite
from ..robust import draw as draws
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, sample_weight=None, where=None):
    def formula(x, y):
        return (x - y) ** 2 / 2

    return elementwise(formula, input, target, divisor="weights", sample_weight=sample_weight, where=where)


def samples(rng):
    yield from elementwise_samples(rng, draws(rng))
    yield Sample("integer target", (rng.normal(size=(2, 3)), rng.integers(-3, 4, (2, 3))))
    yield Sample("no error", (np.ones((2, 2)), np.ones((2, 2))))
    yield Sample("extreme", (np.array([1e4, -1e4, 50.0, 1e-4]), np.array([-1e4, 50.0, -50.0, 0.0])))
    yield Sample("huge and tiny", (np.array([1e100, -1e100, 1e-100]), np.array([1.0, 0.0, 0.0])), smooth=False)
    yield from infinite()


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(oracle, input, target, *, sample_weight=None, reduction):
    loss = oracle.compiled("HalfSquaredError")
    return (oracle.unreduced if reduction == "none" else oracle.mean)(loss, input, target, sample_weight)


def textbook(np, x, y):
    return ((x - y) ** 2).mean() / 2


DEFECTS = (
    Defect(
        "scikit-learn",
        ("l2_loss",),
        ("empty batch", "all masked"),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        reductions=("mean",),
    ),
    Defect(
        "scikit-learn",
        ("l2_loss",),
        ("infinite error of weight 0",),
        "nan",
        "NaN for weight 0",
        "0 * inf is NaN",
        reductions=("none",),
    ),
)
NONE = "no half of the squared error"
CASE = Case(
    "l2_loss",
    al.l2_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    invalid=regression,
    promises=PROMISES | {"monotone in the error", "homogeneous of degree 2", "minimised by the mean", "half of mse"},
    peers={
        "torch": NONE,
        "optax": Peer("l2_loss"),
        "keras": NONE,
        "sklearn": Peer(by_sklearn),
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=benchmark_inputs.pair, textbook=textbook),),
    demo=("predicted", "progress"),
)
