"""Direct preference optimization."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs, preferences
from ..benchmark import Benchmark
from ..case import Case, Sample
from ..reference import collect, exact
from ..samples import weights

NAMES = ("chosen", "rejected", "ref_chosen", "ref_rejected")


def reference(
    chosen, rejected, ref_chosen, ref_rejected, *, beta=0.1, label_smoothing=0.0, sample_weight=None, where=None
):
    def element(i):
        ratios = exact(chosen[i]) - exact(ref_chosen[i]), exact(rejected[i]) - exact(ref_rejected[i])
        return preferences.logistic(exact(beta) * (ratios[0] - ratios[1]), label_smoothing), 1.0

    return collect(chosen.shape, element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(count):
        policy = -20 * rng.random((2, count)) - 1
        return (*policy, *(policy + rng.normal(size=(2, count))))

    yield from preferences.samples(rng, draw)
    for beta in (0.01, 0.5, 3.0):
        yield Sample(f"beta {beta}", draw(5), {"beta": beta})
    for smoothing in (0.1, 0.5, 1.0):
        yield Sample(f"smoothed by {smoothing}", draw(5), {"label_smoothing": smoothing})
    yield Sample("all options", draw(4), {"beta": 0.3, "label_smoothing": 0.2, "sample_weight": weights(rng, (4,))})
    same = draw(3)[:2]
    yield Sample("the reference model itself", (*same, *same))
    big = np.array([-1e4, -1.0, -1e4]), np.array([-1.0, -1e4, -1e4])
    yield Sample("extreme", (*big, *(np.full(3, -50.0),) * 2))
    yield Sample("extreme, smoothed", (*big, *(np.full(3, -50.0),) * 2), {"label_smoothing": 0.1})
    never = np.array([-np.inf, -2.0]), np.array([-1.0, -np.inf])
    yield Sample("impossible", (*never, *(np.full(2, -3.0),) * 2), smooth=False)


def invalid(good):
    yield from preferences.invalid(good, NAMES)


PROMISES = frozenset(
    {
        "permutable over the batch",
        "nonnegative",
        "linear in the weights",
        "chosen and rejected trade places",
        "linear in the smoothing",
        "logistic loss of the difference of the log-ratios",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, chosen, rejected, ref_chosen, ref_rejected):
    return np.log1p(np.exp(-0.1 * (chosen - ref_chosen - rejected + ref_rejected))).mean()


def draw_large(rng, n):
    return tuple(-20 - benchmark_inputs.normal(rng, n) for _ in NAMES)


CASE = Case(
    "dpo_loss",
    al.dpo_loss,
    samples,
    reference,
    differentiable=NAMES,
    allowance=preferences.ALLOWANCE,
    invalid=invalid,
    promises=PROMISES,
    peers=dict.fromkeys(("torch", "optax", "keras", "sklearn"), preferences.NONE),
    benchmarks=(Benchmark(draw=draw_large, textbook=textbook, wrt=2),),
)
