"""Huber's loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Case, Kink, Sample
from ..invalid import regression
from ..peer import Peer, product, weights_as
from ..reference import elementwise, exact
from ..samples import element_weights
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, delta=1.0, weight=None, sample_weight=None, where=None):
    edge = exact(delta)

    def formula(x, y):
        d = x - y
        return d**2 / 2 if abs(d) <= edge else edge * (abs(d) - edge / 2)

    return elementwise(
        formula, input, target, divisor="count", weights=(weight,), sample_weight=sample_weight, where=where
    )


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), rng.normal(size=shape)

    yield from elementwise_samples(rng, draw)
    yield from element_weights(rng, draw)
    yield Sample("integer target", (rng.normal(size=(2, 3)), rng.integers(-3, 4, (2, 3))))
    for delta in (0.3, 2.5):
        yield Sample(f"delta {delta}", draw((4, 3)), {"delta": delta})
    kinks = (np.array([0.5, -0.5, 0.0, 0.25, 0.75]), np.zeros(5))
    yield Sample("kink", kinks, {"delta": 0.5}, smooth=False)
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
        "homogeneous of degree 2",
        "half the square at a huge delta",
    }
)
KINKS = (
    Kink(
        "edges of the parabola", (np.array([0.0, 2.0, -2.0]), np.zeros(3)), np.array([0.0, 2.0, -2.0]), {"delta": 2.0}
    ),
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(oracle, input, target, *, delta=1.0, weight=None, sample_weight=None, reduction):
    w, loss = product(weight, sample_weight), oracle.compiled("HuberLoss", delta=delta)
    return (oracle.unreduced if reduction == "none" else oracle.mean)(loss, input, target, w)


def textbook(np, x, y):
    d = np.abs(x - y)
    return np.where(d < 1, d * d / 2, d - 0.5).mean()


CASE = Case(
    "huber_loss",
    al.huber_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    invalid=regression,
    promises=PROMISES,
    peers={
        "torch": Peer("huber_loss", weights_as("weight", "delta")),
        "optax": Peer("huber_loss", ("delta",)),
        "keras": Peer("Huber", weights_as("sample_weight", "delta")),
        "sklearn": Peer(by_sklearn),
    },
    benchmarks=(Benchmark(draw=benchmark_inputs.pair, textbook=textbook),),
    demo=("predicted", "progress"),
)
