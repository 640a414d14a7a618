"""Negative log-likelihood of a Poisson distribution."""

from dataclasses import replace
from math import inf

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, torch
from ..case import Allowance, Case, Sample
from ..invalid import elementwise as elementwise_invalid
from ..peer import Defect, NotCovered, Peer
from ..reference import EXACT, Cancelling, elementwise, exact, times
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, log_input=True, full=False, eps=1e-8, sample_weight=None, where=None):
    least = exact(eps)

    def formula(x, y):
        more = parts = 0
        if full and y > 1:
            more = y * EXACT.log(y) - y + EXACT.log(2 * EXACT.pi * y) / 2
            parts = y * (EXACT.log(y) + 1) + EXACT.log(2 * EXACT.pi * y) / 2
        if not log_input:
            z = EXACT.log(x + least)
            return Cancelling(x - y * z + more, x + y * (abs(z) + 1) + parts)  # 1: the rounding of the sum is in z
        if x == EXACT.inf:
            return x
        return Cancelling(EXACT.exp(x) - times(y, x) + more, EXACT.exp(x) + times(y, abs(x)) + parts)

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return rng.normal(size=shape), rng.gamma(2.0, 2.0, shape)

    yield from elementwise_samples(rng, draw)
    yield Sample("counts", (rng.normal(size=(4, 3)), rng.poisson(2.0, (4, 3))))
    yield Sample("counts, full", (rng.normal(size=(4, 3)), rng.poisson(2.0, (4, 3))), {"full": True})
    yield Sample("full", (rng.normal(size=6), np.array([0.5, 0.9, 1.1, 2.0, 30.0, 1e3])), {"full": True})
    yield Sample("full, at 0 and 1", (rng.normal(size=3), np.array([0.0, 1.0, 2.0])), {"full": True}, smooth=False)
    yield Sample("target 0", (rng.normal(size=3), np.zeros(3)), smooth=False)
    yield Sample("extreme", (np.array([-700.0, -50.0, 9.0, 1e-4]), np.array([3.0, 1e4, 0.5, 7.0])))
    far = np.array([-inf, -inf, inf, inf, 1e4, -1e4])
    counts = np.array([0.0, 2.0, 0.0, 3.0, 0.0, 6e4])
    yield Sample("infinite logarithms", (far, counts), smooth=False)
    of_weight_0 = {"sample_weight": np.array([0.0, 0.0, 0.0, 0.0, 1.0, 1.0])}
    yield Sample("infinite logarithms of weight 0", (np.where(far == 1e4, 4.0, far), counts), of_weight_0, smooth=False)
    yield from rates(rng, draw)


def rates(rng, draw):
    """Rates in place of their logarithms."""
    for each in elementwise_samples(rng, draw):
        if each.label in ("plain", "empty batch", "masked nan and inf", "sample weight of rows"):
            x, y = each.arrays
            yield replace(
                each,
                label=f"rates, {each.label}",
                arrays=(np.abs(x) + 0.1, y),
                options={**each.options, "log_input": False},
            )
    x = rng.gamma(2.0, 2.0, (4, 3))
    yield Sample("rates, counts, full", (x, rng.poisson(2.0, (4, 3))), {"log_input": False, "full": True})
    yield Sample("rates, eps 0.25", (x, rng.poisson(2.0, (4, 3))), {"log_input": False, "eps": 0.25})
    edges = (np.array([0.0, 0.0, 1e-30, 6e4]), np.array([0.0, 2.0, 1.0, 0.0]))
    yield Sample("rates of 0", edges, {"log_input": False}, smooth=False)


def invalid(good):
    must = "hold values in [0, inf)"
    yield from elementwise_invalid(good)
    yield good.but(al.DTypeError, "target", good["target"] > 0, must, "bool")
    for bad in (-1.0, inf):
        yield good.value("target", (1, 2), bad, must)
    of_rates = good.having(input=np.abs(good["input"]), log_input=False)
    for bad in (-1.0, inf):
        yield of_rates.value("input", (1, 2), bad, must)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torch(oracle, input, target, *, log_input=True, full=False, eps=1e-8, sample_weight=None, reduction):
    if sample_weight is not None and reduction == "mean":
        raise NotCovered("it takes no weights")
    how = "none" if sample_weight is not None else reduction
    options = {"log_input": log_input, "full": full, "eps": eps, "reduction": how}
    found = oracle.whole("poisson_nll_loss", input, target, **options)
    if sample_weight is None:
        return found
    found = found.numpy() * sample_weight
    return found if reduction == "none" else found.sum()


def by_keras(oracle, input, target, *, log_input=True, eps=1e-8, reduction):
    if log_input or eps != 1e-7:
        raise NotCovered("it takes rates, and has its own eps")
    return oracle.elements("Poisson", input, target, reduction=reduction)


def for_keras(oracle, rng):
    x, y = rng.gamma(2.0, 2.0, (4, 3)), rng.poisson(2.0, (4, 3))
    yield Sample("rates as Keras has them", (x, y), {"log_input": False, "eps": 1e-7})


def by_sklearn(oracle, input, target, *, sample_weight=None, reduction):
    loss = oracle.compiled("HalfPoissonLoss")
    return (oracle.unreduced if reduction == "none" else oracle.mean)(loss, input, target, sample_weight)


def textbook(np, x, y):
    return (np.exp(x) - y * x).mean()


def draw_counts(rng, n):
    return benchmark_inputs.normal(rng, n), rng.poisson(2.0, n).astype(np.float32)


DEFECTS = (
    Defect(
        "torch.nn.functional",
        ("poisson_nll_loss",),
        ("empty batch", "rates, empty batch", "all masked*"),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        reductions=("mean",),
    ),
    Defect(
        "torch.nn.functional",
        ("poisson_nll_loss",),
        ("infinite logarithms*",),
        "nan",
        "NaN at infinite logarithms",
        "inf - inf and 0 * inf",
    ),
    Defect(
        "scikit-learn",
        ("poisson_nll_loss",),
        ("empty batch", "all masked"),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        reductions=("mean",),
    ),
    Defect(
        "scikit-learn",
        ("poisson_nll_loss",),
        ("infinite logarithms",),
        "nan",
        "NaN at infinite logarithms",
        "inf - inf and 0 * inf",
        reductions=("none", "mean"),
    ),
    Defect(
        "scikit-learn",
        ("poisson_nll_loss",),
        ("infinite logarithms of weight 0",),
        "nan",
        "NaN for weight 0",
        "0 * inf is NaN",
        reductions=("none",),
    ),
)
CASE = Case(
    "poisson_nll_loss",
    al.poisson_nll_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("the rate, y times the logarithm, and Stirling's terms cancel", scale=None),
    invalid=invalid,
    promises=frozenset(
        {"permutable over the batch", "linear in the weights", "minimised by the logarithm of the mean"}
    ),
    peers={
        "torch": Peer(by_torch),
        "optax": "no likelihood of counts",
        "keras": Peer(by_keras, samples=for_keras),
        "sklearn": Peer(by_sklearn),
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=draw_counts, textbook=textbook, rivals=(torch("poisson_nll_loss"),)),),
    demo=("log_rate", "count"),
)
