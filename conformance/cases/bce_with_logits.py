"""Binary cross-entropy of logits."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Case, Sample
from ..invalid import binary as binary_invalid
from ..peer import Peer, product, weights_as
from ..reference import collect, exact, smoothed, softplus, times
from ..samples import binary, element_weights, mask, poisoned, weights
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, weight=None, pos_weight=None, label_smoothing=0.0, sample_weight=None, where=None):
    favour = np.broadcast_to(1.0 if pos_weight is None else pos_weight, input.shape)

    def element(index):
        z, y = exact(input[index]), smoothed(target[index], label_smoothing, 2)
        return times(exact(favour[index]), times(y, softplus(-z))) + times(1 - y, softplus(z)), 1.0

    return collect(input.shape, element, divisor="count", weights=(weight,), sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), rng.uniform(0.05, 0.95, shape)

    yield from elementwise_samples(rng, draw)
    yield from element_weights(rng, draw)
    yield from binary(rng, draw)
    yield Sample("pos_weight", draw((4, 3)), {"pos_weight": weights(rng, (3,))})
    yield Sample("pos_weight of channels", draw((2, 3, 2, 2)), {"pos_weight": weights(rng, (3, 1, 1))})
    yield Sample("pos_weight of elements", draw((4, 3)), {"pos_weight": weights(rng, (4, 3))})
    p, y = draw((4, 3))
    every = {"pos_weight": np.array([2.0, 0.5, 3.0]), "weight": weights(rng, (4, 1)), "label_smoothing": 0.1}
    yield Sample("all options", (p, (y > 0.5).astype(np.int64)), {**every, "sample_weight": weights(rng, (1, 3))})
    kept = mask(rng, (4, 3))
    yield Sample("pos_weight, masked", draw((4, 3)), {"pos_weight": np.array([2.0, 0.5, 3.0]), "where": kept})
    bad = {"pos_weight": poisoned(np.full((4, 3), 2.0), kept), "where": kept}
    yield Sample("masked nan and inf pos_weight", draw((4, 3)), bad)
    big = np.array([1e4, -1e4, 50.0, -50.0, 1e4, -1e4, 50.0, -50.0, 0.0, 0.0])
    yield Sample("extreme", (big, np.array([0, 1, 0, 1, 1, 0, 1, 0, 1, 0])))
    yield Sample("extreme, soft target", (big, np.full(10, 0.25)))
    yield Sample("extreme, smoothed", (big, np.array([0, 1, 0, 1, 1, 0, 1, 0, 1, 0])), {"label_smoothing": 0.1})
    far = np.array([np.inf, -np.inf])
    yield Sample("infinite, right", (far, np.array([1, 0])), smooth=False)
    yield Sample("infinite, wrong", (far, np.array([0, 1])), smooth=False)
    yield Sample("infinite, wrong, weight 0", (far, np.array([0, 1])), {"weight": np.zeros(2)}, smooth=False)
    yield Sample("infinite, wrong, pos_weight 0", (far, np.array([1, 1])), {"pos_weight": np.zeros(2)}, smooth=False)


def invalid(good):
    yield from binary_invalid(good)
    pixels = good.having(input=np.zeros((2, 3, 4, 4)), target=np.zeros((2, 3, 4, 4)))
    must = "be broadcastable to the shape of `input`, (2, 3, 4, 4)"
    hint = "(3,) (one value per entry of axis 1: reshape it to (-1, 1, 1))"
    for name in ("pos_weight", "weight"):
        yield pixels.but(al.ShapeError, name, np.ones(3), must, hint)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "mirrored",
        "labels equal probabilities",
        "cheaper when more certain of the right label",
        "cross-entropy of two classes",
        "pos_weight weighs the positives",
        "linear in the smoothing",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(oracle, input, target, *, weight=None, sample_weight=None, reduction):
    w, loss = product(weight, sample_weight), oracle.compiled("HalfBinomialLoss")
    return (oracle.unreduced if reduction == "none" else oracle.mean)(loss, input, target, w)


def textbook(np, z, y):
    return (np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).mean()


CASE = Case(
    "binary_cross_entropy_with_logits",
    al.binary_cross_entropy_with_logits,
    samples,
    reference,
    differentiable=("input", "target"),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer("binary_cross_entropy_with_logits", weights_as("weight", "pos_weight"), scale=1.0),
        "optax": Peer("sigmoid_binary_cross_entropy"),
        # Keras takes the log of 1 - sigmoid(z), whose error grows as e^z: to 64 at the larger of the plain samples
        "keras": Peer(
            "BinaryCrossentropy", weights_as("sample_weight", "label_smoothing"), {"from_logits": True}, scale=64.0
        ),
        "sklearn": Peer(by_sklearn, scale=1.0),
    },
    benchmarks=(
        Benchmark(draw=benchmark_inputs.logits, textbook=textbook),
        Benchmark(draw=benchmark_inputs.weighted(benchmark_inputs.logits), variant="weights", peers=("torch",)),
    ),
    demo={
        "binary": ("logits", "labels"),
        "segmentation": ("foreground_logits", "foreground"),
    },
)
