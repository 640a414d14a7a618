"""Odds ratio preference optimization."""

import numpy as np

import array_losses as al

from .. import preferences
from ..benchmark import Benchmark
from ..case import Case, Kink, Sample
from ..reference import EXACT, collect, exact


def reference(chosen, rejected, *, beta=0.1, sample_weight=None, where=None):
    def element(i):
        c, r = exact(chosen[i]), exact(rejected[i])
        if c == 0 == r:
            return exact(beta) * EXACT.log(2), 1.0
        if r == 0 or c == -EXACT.inf:
            return EXACT.inf, 1.0
        rest = EXACT.expm1(c) / EXACT.expm1(r)
        loss = EXACT.log1p(EXACT.exp(r - c) * rest) if r <= c else r - c + EXACT.log(EXACT.exp(c - r) + rest)
        return exact(beta) * loss, 1.0

    return collect(chosen.shape, element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(count):
        return tuple(-3 * rng.random((2, count)) - 0.05)

    yield from preferences.samples(rng, draw)
    for beta in (0.01, 1.0, 3.0):
        yield Sample(f"beta {beta}", draw(5), {"beta": beta})
    same = draw(3)[0]
    yield Sample("equal", (same, same))
    near = np.array([-1e-3, -1e-8, -1e-12]), np.array([-1e-3, -2e-8, -1e-9])
    yield Sample("nearly certain", near, smooth=False)
    yield Sample("certain", (np.zeros(2), np.array([-0.5, 0.0])), smooth=False)
    yield Sample("certain of the rejected", (np.array([-0.5]), np.zeros(1)), smooth=False)
    yield Sample("extreme", (np.array([-1e4, -1.0, -1e4]), np.array([-1.0, -1e4, -1e4])))
    yield Sample("impossible", (np.array([-np.inf, -2.0]), np.array([-1.0, -np.inf])), smooth=False)


KINKS = (
    Kink(
        "certain",
        (np.zeros(3), np.log(np.array([0.5, 0.2, 0.9]))),
        -np.array([1.0, 0.25, 9.0]),
        {"beta": 1.0},
    ),
)


def invalid(good):
    yield from preferences.invalid(good, ("chosen", "rejected"))
    for name in ("chosen", "rejected"):
        for bad in (0.5, np.inf):
            yield good.value(name, (2,), bad, "hold values in [-inf, 0]")


PROMISES = frozenset(
    {
        "permutable over the batch",
        "nonnegative",
        "linear in the weights",
        "logistic loss of the log-odds ratio",
        "proportional to beta",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, chosen, rejected):
    odds = (np.exp(x) / (1 - np.exp(x)) for x in (rejected, chosen))
    return 0.1 * np.log1p(next(odds) / next(odds)).mean()


CASE = Case(
    "orpo_loss",
    al.orpo_loss,
    samples,
    reference,
    differentiable=("chosen", "rejected"),
    kinks=KINKS,
    allowance=preferences.ALLOWANCE,
    invalid=invalid,
    promises=PROMISES,
    peers=dict.fromkeys(("torch", "optax", "keras", "sklearn"), preferences.NONE),
    benchmarks=(Benchmark(draw=preferences.draw_large, textbook=textbook, wrt=2),),
)
