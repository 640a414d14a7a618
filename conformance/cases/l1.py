"""Mean absolute error."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, sklearn
from ..case import Case, Kink, Sample
from ..invalid import regression
from ..peer import Peer, product, weights_as
from ..reference import elementwise
from ..samples import element_weights
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, weight=None, sample_weight=None, where=None):
    def formula(x, y):
        return abs(x - y)

    return elementwise(
        formula, input, target, divisor="weights", weights=(weight,), sample_weight=sample_weight, where=where
    )


def samples(rng):
    def draw(shape):
        return rng.normal(size=shape), rng.normal(size=shape)

    yield from elementwise_samples(rng, draw)
    yield from element_weights(rng, draw)
    yield Sample("integer target", (rng.normal(size=(2, 3)), rng.integers(-3, 4, (2, 3))))
    yield Sample("kink", (np.array([1.0, -2.0, 0.0, 3.0]), np.array([1.0, -2.0, -0.0, 4.0])), smooth=False)
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
        "homogeneous",
        "minimised by the median",
    }
)
KINKS = (
    Kink("equal to the target", (np.array([0.0, 1.0, -2.0]), np.array([0.0, 1.0, 0.0])), np.array([0.0, 0.0, -1.0])),
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(oracle, input, target, *, weight=None, sample_weight=None, reduction):
    w = product(weight, sample_weight)
    if reduction == "mean":
        return oracle.elements("mean_absolute_error", input, target, sample_weight=w)
    return oracle.unreduced(oracle.compiled("AbsoluteError"), input, target, w)


def textbook(np, x, y):
    return np.abs(x - y).mean()


CASE = Case(
    "l1_loss",
    al.l1_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    invalid=regression,
    promises=PROMISES,
    peers={
        "torch": Peer("l1_loss", weights_as("weight")),
        "optax": "no absolute error",
        "keras": Peer("MeanAbsoluteError", weights_as("sample_weight"), mean="mean_with_sample_weight"),
        "sklearn": Peer(by_sklearn),
    },
    benchmarks=(Benchmark(draw=benchmark_inputs.pair, textbook=textbook, rivals=(sklearn("mean_absolute_error"),)),),
    demo=("predicted", "progress"),
)
