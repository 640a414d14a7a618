"""Mean squared error."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch, sklearn
from ..case import Case, Sample
from ..invalid import regression
from ..peer import Peer, product, weights_as
from ..reference import elementwise
from ..samples import element_weights
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, weight=None, sample_weight=None, where=None):
    def formula(x, y):
        return (x - y) ** 2

    return elementwise(
        formula, input, target, divisor="weights", weights=(weight,), sample_weight=sample_weight, where=where
    )


def samples(rng):
    def draw(shape):
        return rng.normal(size=shape), rng.normal(size=shape)

    yield from elementwise_samples(rng, draw)
    yield from element_weights(rng, draw)
    yield Sample("integer target", (rng.normal(size=(2, 3)), rng.integers(-3, 4, (2, 3))))
    yield Sample("no error", (np.ones((2, 2)), np.ones((2, 2))))
    yield Sample("extreme", (np.array([1e4, -1e4, 50.0, 1e-4]), np.array([-1e4, 50.0, -50.0, 0.0])))
    yield Sample("huge and tiny", (np.array([1e100, -1e100, 1e-100]), np.array([1.0, 0.0, 0.0])), smooth=False)
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
        "homogeneous of degree 2",
        "minimised by the mean",
        "the square of l1",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(oracle, input, target, *, weight=None, sample_weight=None, reduction):
    w = product(weight, sample_weight)
    if reduction == "mean":
        return oracle.elements("mean_squared_error", input, target, sample_weight=w)
    return 2 * oracle.unreduced(oracle.compiled("HalfSquaredError"), input, target, w)


def textbook(np, x, y):
    return ((x - y) ** 2).mean()


CASE = Case(
    "mse_loss",
    al.mse_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    invalid=regression,
    promises=PROMISES,
    peers={
        "torch": Peer("mse_loss", weights_as("weight")),
        "optax": Peer("squared_error"),
        "keras": Peer("MeanSquaredError", weights_as("sample_weight"), mean="mean_with_sample_weight"),
        "sklearn": Peer(by_sklearn),
    },
    benchmarks=(
        Benchmark(draw=benchmark_inputs.pair, textbook=textbook, rivals=(sklearn("mean_squared_error"),)),
        Benchmark(
            draw=benchmark_inputs.weighted(benchmark_inputs.pair),
            variant="sample weights",
            by_name=("sample_weight",),
            peers=(),
            rivals=(plain_torch(lambda F: lambda x, y, w: (F.mse_loss(x, y, reduction="none") * w).sum() / w.sum()),),
        ),
        Benchmark(
            draw=benchmark_inputs.masked(benchmark_inputs.pair),
            variant="a mask",
            by_name=("where",),
            peers=(),
            rivals=(plain_torch(lambda F: lambda x, y, m: (F.mse_loss(x, y, reduction="none") * m).sum() / m.sum()),),
        ),
    ),
    demo=("predicted", "progress"),
)
