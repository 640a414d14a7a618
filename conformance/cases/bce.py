"""Binary cross-entropy of probabilities."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, sklearn
from ..case import Case, Kink, Sample
from ..invalid import binary as binary_invalid
from ..invalid import unit
from ..peer import NotCovered, Peer, product, weights_as
from ..reference import EXACT, elementwise, exact, smoothed
from ..samples import binary, element_weights, weights
from ..samples import elementwise as elementwise_samples


def bounded(log):
    """A logarithm, at least -100."""
    return max(log, exact(-100))


def reference(input, target, *, weight=None, label_smoothing=0.0, sample_weight=None, where=None):
    def formula(p, target):
        y = smoothed(target, label_smoothing, 2)
        return -(y * bounded(EXACT.log(p)) + (1 - y) * bounded(EXACT.log1p(-p)))

    return elementwise(
        formula, input, target, divisor="count", weights=(weight,), sample_weight=sample_weight, where=where
    )


def samples(rng):
    def draw(shape):
        return rng.uniform(0.05, 0.95, shape), rng.uniform(0.05, 0.95, shape)

    yield from elementwise_samples(rng, draw)
    yield from element_weights(rng, draw)
    yield from binary(rng, draw)
    edges = np.array([0.0, 0.0, 1.0, 1.0, 0.0, 1.0])
    yield Sample("certain", (edges, np.array([0, 1, 0, 1, 1, 0])), smooth=False)
    yield Sample("certain, soft target", (edges, np.array([0.0, 1.0, 0.0, 1.0, 0.3, 0.3])), smooth=False)
    yield Sample("certain, smoothed", (edges, np.array([0, 1, 0, 1, 1, 0])), {"label_smoothing": 0.1}, smooth=False)
    extreme = np.array([1e-20, 1e-40, 1e-50, 1e-300, 5e-324, 1 - 2**-53, 2**-53, 1 - 2**-40])
    yield Sample("extreme", (extreme, np.array([1, 1, 1, 1, 1, 0, 1, 1])), smooth=False)
    yield Sample("extreme, right", (extreme, np.array([0, 0, 0, 0, 0, 1, 0, 0])), smooth=False)


def invalid(good):
    yield from binary_invalid(good)
    yield from unit(good, "input", (3, 1))


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "mirrored probabilities",
        "labels equal probabilities",
        "cheaper at a higher probability of the right label",
        "logits give the same",
        "linear in the smoothing",
    }
)
KINKS = (
    Kink("certain and wrong", (np.array([0.0, 1.0]), np.array([1.0, 0.0])), np.array([0.0, 0.0])),
    Kink("certain and right", (np.array([0.0, 1.0]), np.array([0.0, 1.0])), np.array([1.0, -1.0])),
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(oracle, input, target, *, weight=None, sample_weight=None, reduction):
    w = product(weight, sample_weight)
    if not np.all((target == 0) | (target == 1)):
        raise NotCovered("hard labels only")
    if w is not None and reduction == "mean":
        raise NotCovered("its weighted mean divides by the weights")
    return oracle.elements("log_loss", input, target, sample_weight=w, labels=[0, 1], normalize=reduction == "mean")


def weighted_labels(oracle, rng):
    """Labels of 0 and 1 with weights: nothing else is known to `log_loss`."""
    p, y = rng.uniform(0.1, 0.9, (4, 3)), rng.integers(0, 2, (4, 3))
    yield Sample("hard labels, weight", (p, y), {"weight": weights(rng, (1, 3))})
    yield Sample("hard labels, sample weight", (p, y), {"sample_weight": weights(rng, (4,))})


def textbook(np, p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


CASE = Case(
    "binary_cross_entropy",
    al.binary_cross_entropy,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer("binary_cross_entropy", weights_as("weight")),
        "optax": "from logits only",
        "keras": Peer("BinaryCrossentropy", weights_as("sample_weight", "label_smoothing"), scale=1.0),
        "sklearn": Peer(by_sklearn, reductions=("mean", "sum"), scale=1.0, samples=weighted_labels),
    },
    benchmarks=(
        Benchmark(draw=benchmark_inputs.probabilities, textbook=textbook, rivals=(sklearn("log_loss", labels=[0, 1]),)),
    ),
    demo=("probabilities", "labels"),
)
