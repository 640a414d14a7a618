"""Log-cosh."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Allowance, Case, Sample
from ..invalid import regression
from ..peer import Defect, Peer, weights_as
from ..reference import EXACT, elementwise
from ..samples import element_weights
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, weight=None, sample_weight=None, where=None):
    def formula(x, y):
        d = x - y
        return abs(d) if abs(d) == EXACT.inf else EXACT.log1p(2 * EXACT.sinh(d / 2) ** 2)

    return elementwise(
        formula, input, target, divisor="count", weights=(weight,), sample_weight=sample_weight, where=where
    )


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), rng.normal(size=shape)

    yield from elementwise_samples(rng, draw)
    yield from element_weights(rng, draw)
    yield Sample("integer target", (rng.normal(size=(2, 3)), rng.integers(-3, 4, (2, 3))))
    yield Sample("no error", (np.ones((2, 2)), np.ones((2, 2))))
    yield Sample("small errors", (1 + 1e-4 * rng.normal(size=(4, 3)), np.ones((4, 3))))
    yield Sample("where the line begins", (np.array([2.0, -2.0, 1.99, 2.01, -1.99, -2.01]), np.zeros(6)))
    yield Sample("extreme", (np.array([1e4, -1e4, 50.0, 1e-4]), np.array([-1e4, 50.0, -50.0, 0.0])))
    yield Sample("huge and tiny", (np.array([1e300, -1e300, 1e-100]), np.array([1.0, 0.0, 0.0])), smooth=False)
    far = (np.array([np.inf, 0.5, -np.inf]), np.array([0.0, 1.0, 2.0]))
    yield Sample("infinite loss", far, smooth=False)
    yield Sample("infinite loss of weight 0", far, {"weight": np.array([0.0, 1.0, 0.0])}, smooth=False)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "symmetric",
        "translation invariant",
        "zero at the target",
        "monotone in the error",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, x, y):
    d = np.abs(x - y)
    return (d + np.log1p(np.exp(-2 * d)) - 0.6931471805599453).mean()


DEFECTS = (
    Defect(
        "keras",
        ("log_cosh_loss",),
        ("all masked", "all masked nan and inf"),
        "shape",
        "no number for an empty list",
        "it returns a list of no losses before it reduces",
        reductions=("mean", "sum"),
    ),
    Defect(
        "keras",
        ("log_cosh_loss",),
        ("infinite loss", "infinite loss of weight 0"),
        "nan",
        "NaN for an error of minus infinity",
        "d + softplus(-2 d) is inf - inf",
    ),
)
CASE = Case(
    "log_cosh_loss",
    al.log_cosh_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("e^2 doubles the relative error of e = exp a - 1: 7 ULP were seen in XLA", ulps=8.0),
    invalid=regression,
    promises=PROMISES,
    peers={
        "optax": Peer("log_cosh", scale=1.0),
        "keras": Peer("LogCosh", weights_as("sample_weight"), scale=1.0),
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=benchmark_inputs.pair, textbook=textbook),),
    demo=("predicted", "progress"),
)
