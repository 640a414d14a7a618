"""Focal loss of heat maps."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs, soft_labels
from ..benchmark import Benchmark
from ..case import Allowance, Case, Sample
from ..invalid import binary as invalid
from ..peer import Defect, NotCovered, Peer
from ..reference import elementwise, exact, sigmoid, softplus, times


def reference(input, target, *, alpha=2.0, gamma=4.0, sample_weight=None, where=None):
    def formula(z, target):
        y = exact(target)
        if y == 1:
            return times(sigmoid(-z) ** exact(alpha), softplus(-z))
        return times((1 - y) ** exact(gamma) * sigmoid(z) ** exact(alpha), softplus(z))

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    yield from soft_labels.samples(rng)
    x, y = soft_labels.draw(rng)((4, 3))
    peaks = np.where(y > 0.7, 1.0, y)
    yield Sample("peaks", (x, peaks))
    for alpha in (0.0, 0.5, 1.0, 3.5):
        yield Sample(f"alpha {alpha}", (x, peaks), {"alpha": alpha})
        yield from soft_labels.extremes(f", alpha {alpha}", alpha=alpha)
        yield from soft_labels.infinities(f", alpha {alpha}", alpha=alpha)
    for gamma in (0.0, 0.5, 1.0, 2.5):
        yield Sample(f"gamma {gamma}", (x, peaks), {"gamma": gamma})
    yield Sample("beside a peak", (x[0], 1 - np.array([1e-3, 1e-7, 1e-12])), smooth=False)
    yield Sample("all options", (x, peaks), {"alpha": 0.5, "gamma": 1.5})


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "labels equal probabilities",
        "the focal loss of peaks and zeros",
        "negatives beside a peak weigh less",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torchvision(oracle, input, target, *, alpha=2.0, reduction):
    """Its focal loss, which is this one for peaks and zeros, whatever gamma is."""
    if np.any((target != 0) & (target != 1)):
        raise NotCovered("labels of 0 and 1 only")
    return oracle.elements("sigmoid_focal_loss", input, target, alpha=None, gamma=alpha, reduction=reduction)


def textbook(np, z, y):
    p = 1 / (1 + np.exp(-z))
    positive, negative = -((1 - p) ** 2) * np.log(p), -((1 - y) ** 4) * p**2 * np.log(1 - p)
    return np.where(y == 1, positive, negative).mean()


NONE = "no focal loss of heat maps"
DEFECTS = (
    Defect(
        "torchvision",
        ("gaussian_focal_loss",),
        ("empty batch", "all masked"),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        ("mean",),
    ),
    Defect(
        "torchvision", ("gaussian_focal_loss",), ("infinite, *",), "nan", "NaN at infinite logits", "0 * inf is NaN"
    ),
)
CASE = Case(
    "gaussian_focal_loss",
    al.gaussian_focal_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("the powers multiply the rounding errors of p and 1 - y", ulps=16.0),
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
