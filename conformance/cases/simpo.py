"""Simple preference optimization."""

import numpy as np

import array_losses as al

from .. import preferences
from ..benchmark import Benchmark
from ..case import Case, Sample
from ..reference import collect, exact


def reference(chosen, rejected, *, beta=0.1, gamma=0.5, label_smoothing=0.0, sample_weight=None, where=None):
    def element(i):
        h = exact(beta) * (exact(chosen[i]) - exact(rejected[i])) - exact(gamma)
        return preferences.logistic(h, label_smoothing), 1.0

    return collect(chosen.shape, element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(count):
        return tuple(-3 * rng.random((2, count)) - 0.05)

    yield from preferences.samples(rng, draw)
    for options in ({"beta": 2.5}, {"gamma": 0.0}, {"gamma": -1.0}, {"beta": 2.0, "gamma": 1.2}):
        yield Sample(", ".join(f"{name} {each}" for name, each in options.items()), draw(5), options)
    for smoothing in (0.1, 0.5, 1.0):
        yield Sample(f"smoothed by {smoothing}", draw(5), {"label_smoothing": smoothing, "beta": 2.0})
    big = np.array([-1e4, -1.0, -1e4]), np.array([-1.0, -1e4, -1e4])
    yield Sample("extreme", big)
    yield Sample("extreme, smoothed", big, {"label_smoothing": 0.1})
    yield Sample("impossible", (np.array([-np.inf, -2.0]), np.array([-1.0, -np.inf])), smooth=False)


def invalid(good):
    yield from preferences.invalid(good, ("chosen", "rejected"))


PROMISES = frozenset(
    {
        "permutable over the batch",
        "nonnegative",
        "linear in the weights",
        "linear in the smoothing",
        "DPO without a reference model and a margin",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, chosen, rejected):
    return np.log1p(np.exp(0.5 - 0.1 * (chosen - rejected))).mean()


CASE = Case(
    "simpo_loss",
    al.simpo_loss,
    samples,
    reference,
    differentiable=("chosen", "rejected"),
    allowance=preferences.ALLOWANCE,
    invalid=invalid,
    promises=PROMISES,
    peers=dict.fromkeys(("torch", "optax", "keras", "sklearn"), preferences.NONE),
    benchmarks=(Benchmark(draw=preferences.draw_large, textbook=textbook, wrt=2),),
)
