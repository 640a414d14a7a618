"""Varifocal loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs, soft_labels
from ..benchmark import Benchmark
from ..case import Allowance, Case, Sample
from ..invalid import binary as invalid
from ..reference import elementwise, exact, sigmoid, softplus, times


def reference(input, target, *, alpha=0.75, gamma=2.0, sample_weight=None, where=None):
    def formula(z, target):
        y = exact(target)
        if y == 0:
            return times(exact(alpha) * sigmoid(z) ** exact(gamma), softplus(z))
        return y * (times(y, softplus(-z)) + times(1 - y, softplus(z)))

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    yield from soft_labels.samples(rng)
    x, y = soft_labels.draw(rng)((4, 3))
    few = np.where(y > 0.6, y, 0.0)
    yield Sample("few positives", (x, few))
    for alpha in (0.0, 0.25, 1.0, 2.0):
        yield Sample(f"alpha {alpha}", (x, few), {"alpha": alpha})
    for gamma in (0.0, 0.5, 1.0, 3.5):
        yield Sample(f"gamma {gamma}", (x, few), {"gamma": gamma})
        yield from soft_labels.extremes(f", gamma {gamma}", gamma=gamma)
        yield from soft_labels.infinities(f", gamma {gamma}", gamma=gamma)
    yield Sample("infinite, wrong, alpha 0", (np.array([np.inf]), np.array([0])), {"alpha": 0.0}, smooth=False)
    yield Sample("all options", (x, few), {"alpha": 0.5, "gamma": 1.5})


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "labels equal probabilities",
        "positives weigh their quality",
        "negatives are those of the focal loss",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, z, y):
    p = 1 / (1 + np.exp(-z))
    entropy = np.maximum(z, 0 * z) - z * y + np.log1p(np.exp(-np.abs(z)))
    return (np.where(y > 0, y, 0.75 * p**2) * entropy).mean()


NONE = "no loss whose weight is the label"
CASE = Case(
    "varifocal_loss",
    al.varifocal_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("the power multiplies the rounding error of p by gamma", ulps=12.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=benchmark_inputs.logits, textbook=textbook),),
    demo={"detection": ("digit_logits", "is_digit")},
)
