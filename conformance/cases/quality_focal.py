"""Quality focal loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs, soft_labels
from ..benchmark import Benchmark
from ..case import Allowance, Case, Sample
from ..invalid import binary as invalid
from ..peer import Defect, NotCovered, Peer
from ..reference import elementwise, exact, sigmoid, softplus, times


def reference(input, target, *, beta=2.0, sample_weight=None, where=None):
    def formula(z, target):
        y = exact(target)
        off = abs(times(1 - y, sigmoid(z)) - times(y, sigmoid(-z)))
        return times(off ** exact(beta), times(y, softplus(-z)) + times(1 - y, softplus(z)))

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    yield from soft_labels.samples(rng)
    x, y = soft_labels.draw(rng)((4, 3))
    labels = (y > 0.5).astype(np.int64)
    for beta in (0.0, 0.5, 1.0, 3.5):
        yield Sample(f"beta {beta}", (x, y), {"beta": beta})
        yield Sample(f"beta {beta}, labels", (x, labels), {"beta": beta})
        yield from soft_labels.extremes(f", beta {beta}", beta=beta)
        yield Sample(f"right, beta {beta}", (np.zeros(2), np.full(2, 0.5)), {"beta": beta}, smooth=False)
    yield Sample("right", (np.zeros(2), np.full(2, 0.5)))
    yield from soft_labels.infinities("")


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "mirrored",
        "labels equal probabilities",
        "focal loss of labels",
        "beta 0 is binary cross-entropy",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torchvision(oracle, input, target, *, beta=2.0, reduction):
    """Its focal loss, which is this one for labels."""
    if np.any((target != 0) & (target != 1)):
        raise NotCovered("labels of 0 and 1 only")
    return oracle.elements("sigmoid_focal_loss", input, target, alpha=None, gamma=beta, reduction=reduction)


def textbook(np, z, y):
    p = 1 / (1 + np.exp(-z))
    return (np.abs(y - p) ** 2 * (np.maximum(z, 0 * z) - z * y + np.log1p(np.exp(-np.abs(z))))).mean()


NONE = "no focal loss of soft labels whose weight is their distance"
DEFECTS = (
    Defect(
        "torchvision",
        ("quality_focal_loss",),
        ("empty batch", "all masked"),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        ("mean",),
    ),
    Defect("torchvision", ("quality_focal_loss",), ("infinite, *",), "nan", "NaN at infinite logits", "0 * inf is NaN"),
)
CASE = Case(
    "quality_focal_loss",
    al.quality_focal_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("y - p is a difference, and the power multiplies its rounding", ulps=24.0, scale=0.1),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": NONE,
        "torchvision": Peer(by_torchvision, reductions=("none", "mean", "sum"), scale=1.0),
        "optax": NONE,
        "keras": NONE,
        "sklearn": NONE,
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=benchmark_inputs.logits, textbook=textbook),),
    demo={"detection": ("digit_logits", "is_digit")},
)
