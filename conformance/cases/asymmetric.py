"""Asymmetric loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs, soft_labels
from ..benchmark import Benchmark
from ..case import Allowance, Case, Kink, Sample
from ..invalid import binary as invalid
from ..reference import EXACT, elementwise, exact, sigmoid, softplus, times


def reference(input, target, *, gamma_neg=4.0, gamma_pos=1.0, clip=0.05, sample_weight=None, where=None):
    def formula(z, target):
        y, m = exact(target), exact(clip)
        missed = times(sigmoid(-z) ** exact(gamma_pos), softplus(-z))
        q = sigmoid(z) - m
        rest = softplus(z) if m == 0 else -EXACT.log(sigmoid(-z) + m)
        claimed = times(q ** exact(gamma_neg), rest) if q > 0 else exact(0)
        return times(y, missed) + times(1 - y, claimed)

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    yield from soft_labels.samples(rng)
    x, y = soft_labels.draw(rng)((4, 3))
    labels = (y > 0.5).astype(np.int64)
    for gammas in ({"gamma_neg": 0.0}, {"gamma_pos": 0.0}, {"gamma_neg": 0.5, "gamma_pos": 2.5}):
        yield Sample(", ".join(f"{name} {each}" for name, each in gammas.items()), (x, labels), gammas)
        yield Sample(", ".join(f"soft, {name} {each}" for name, each in gammas.items()), (x, y), gammas)
    for clip in (0.0, 1e-6, 0.3, 1.0):
        yield Sample(f"clip {clip}", (x, labels), {"clip": clip})
        yield from soft_labels.extremes(f", clip {clip}", clip=clip)
        yield from soft_labels.infinities(f", clip {clip}", clip=clip, gamma_neg=0.0)
    yield Sample("all options", (x, labels), {"gamma_neg": 2.5, "gamma_pos": 0.5, "clip": 0.1})


KINKS = (Kink("at the clip", (np.array([0.0, -1.0]), np.zeros(2)), np.zeros(2), {"clip": 0.5, "gamma_neg": 0.0}),)
PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "labels equal probabilities",
        "linear in the labels",
        "binary cross-entropy without gammas and clip",
        "negatives cost nothing below the clip",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, z, y):
    p = 1 / (1 + np.exp(-z))
    q = np.maximum(0 * p, p - 0.05)
    return -(y * (1 - p) * np.log(p) + (1 - y) * q**4 * np.log(1 - q)).mean()


NONE = "no loss with two gammas"
CASE = Case(
    "asymmetric_loss",
    al.asymmetric_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    allowance=Allowance("p - clip is a difference, and the power multiplies its rounding", ulps=16.0, scale=0.1),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=benchmark_inputs.logits, textbook=textbook),),
)
