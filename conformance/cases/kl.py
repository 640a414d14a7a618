"""Kullback-Leibler divergence."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, torch
from ..case import Allowance, Case, Kink, Sample
from ..invalid import elementwise as every
from ..invalid import unit
from ..peer import Defect, NotCovered, Peer
from ..reference import EXACT, elementwise, exact
from ..samples import elementwise as elementwise_samples
from ..samples import mask, poisoned, weights


def reference(input, target, *, log_target=False, sample_weight=None, where=None):
    def formula(log_q, target):
        p = EXACT.exp(target) if log_target else target
        if p == 0:
            return exact(0)
        return p * ((target if log_target else EXACT.log(p)) - log_q)

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def distributions(rng, shape):
    """Probabilities along the last axis."""
    found = rng.uniform(0.05, 1.0, shape)
    return found / found.sum(axis=-1, keepdims=True) if found.size else found


def samples(rng):
    def draw(shape):
        return np.log(distributions(rng, shape)), distributions(rng, shape)

    def logs(shape):
        return np.log(distributions(rng, shape)), np.log(distributions(rng, shape))

    shape, in_logs = (4, 3), {"log_target": True}
    yield from elementwise_samples(rng, draw)
    yield Sample("integer target", (draw(shape)[0], rng.integers(0, 2, shape)))
    yield Sample("no distributions", (rng.normal(size=shape), rng.uniform(0, 1, shape)))
    yield Sample("log target", logs(shape), in_logs)
    yield Sample("log target, integer", (logs(shape)[0], -rng.integers(0, 4, shape)), in_logs)
    yield Sample("log target, no distributions", (rng.normal(size=shape), -rng.exponential(size=shape)), in_logs)
    kept = mask(rng, shape)
    bad = tuple(poisoned(each, kept) for each in logs(shape))
    every = {"where": kept, "sample_weight": weights(rng, (4, 1))}
    yield Sample("log target, masked nan and inf", bad, {**in_logs, **every})
    far = np.array([-1e4, 50.0, -90.0, 0.0, -1e-30])
    yield Sample("extreme", (far, np.array([0.5, 1.0, 1e-20, 1.0, 1e-3])))
    yield Sample("extreme, log target", (far, np.array([0.0, -1e4, -50.0, -100.0, -2.0])), in_logs)
    yield Sample("tiny", (np.full(4, -700.0), np.array([1e-300, 5e-324, 2.0**-1022, 0.5])), smooth=False)
    some = np.array([-np.inf, -1.0, -np.inf, -0.25])
    yield Sample("p of 0", (some, np.array([0.0, 0.0, 0.0, 0.25])), smooth=False)
    nothing = np.array([-np.inf, -np.inf, -np.inf, -0.5])
    yield Sample("log p of -inf", (some, nothing), in_logs, smooth=False)
    wrong = (some, np.array([0.5, 0.0, 0.0, 0.25]))
    yield Sample("infinite loss", wrong, smooth=False)
    only = {"sample_weight": np.array([0.0, 1.0, 1.0, 2.0])}
    yield Sample("infinite loss of weight 0", wrong, only, smooth=False)
    yield Sample("infinite loss, log target", (some, np.full(4, -1.0)), in_logs, smooth=False)
    hidden = (some, np.array([-1.0, -np.inf, -np.inf, -0.5]))
    yield Sample("infinite loss of weight 0, log target", hidden, {**in_logs, **only}, smooth=False)


KINKS = (
    Kink("p of 0", (np.array([-1.0, -np.inf]), np.zeros(2)), np.zeros(2)),
    Kink("q of 0", (np.array([-np.inf, -np.inf]), np.array([0.25, 1.0])), np.array([-0.25, -1.0])),
)


def invalid(good):
    yield from every(good)
    yield from unit(good, "target", (1, 2))
    yield good.but(al.DTypeError, "target", good["target"] > 0, "hold values in [0, 1]", "bool")
    logs = good.having(target=np.log(good["target"]), log_target=True)
    for bad in (0.5, np.inf):
        yield logs.value("target", (1, 2), bad, "hold values in [-inf, 0]")
    expected = 'be None with reduction="batchmean"'
    for bad in (2, "count"):
        yield good.having(reduction="batchmean").but(al.OptionError, "normalizer", bad, expected)


PROMISES = frozenset(
    {
        "permutable over the batch",
        "linear in the weights",
        "the divergence of distributions is nonnegative",
        "nothing between equals",
        "logarithms of the target give the same",
        "batchmean is the mean over the samples",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_optax(oracle, input, target, *, log_target=False, reduction):
    name = "kl_divergence_with_log_targets" if log_target else "kl_divergence"
    rows = (each.reshape(-1, 1) for each in (input, target))
    return np.asarray(getattr(oracle.optax.losses, name)(*rows)).reshape(input.shape)


def by_keras(oracle, input, target, *, sample_weight=None, reduction):
    """Of probabilities that it does not clip."""
    if np.any(target < 1e-7) or np.any(np.abs(np.exp(input) - 0.5) > 0.5 - 1e-7):
        raise NotCovered("it clips probabilities")
    return oracle.elements("KLDivergence", np.exp(input), target, reduction=reduction, sample_weight=sample_weight)


def textbook(np, log_q, p):
    return (p * (np.log(p) - log_q)).mean()


def draw(rng, n):
    return tuple(f(0.01 + 0.98 * rng.random(n, dtype=np.float32)) for f in (np.log, np.float32))


TORCH = "torch.nn.functional"
NOT_A_NUMBER = "0 * inf, or 0 times the logarithm of 0"
DEFECTS = (
    Defect(
        TORCH,
        ("kl_div",),
        ("empty batch", "all masked"),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        ("mean",),
    ),
    Defect(TORCH, ("kl_div",), ("p of 0", "infinite loss"), "nan", "NaN where p and q are 0", NOT_A_NUMBER),
    Defect(TORCH, ("kl_div",), ("log p of -inf",), "nan", "NaN where p is 0", NOT_A_NUMBER),
    Defect(
        "optax",
        ("kl_div",),
        ("tiny", "p of 0", "log p of -inf", "infinite loss"),
        "nan",
        "NaN where p is 0 and q is, or p is subnormal",
        NOT_A_NUMBER,
        reductions=("none",),
    ),
    Defect(
        "keras",
        ("kl_div",),
        ("all masked", "all masked nan and inf"),
        "shape",
        "no number for an empty list",
        "it returns a list of no losses before it reduces",
        reductions=("mean", "sum"),
    ),
)
CASE = Case(
    "kl_div",
    al.kl_div,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    allowance=Allowance("ln p - ln q is a difference of numbers of order 1, times a rounded p", ulps=6.0, scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    defects=DEFECTS,
    peers={
        "torch": Peer("kl_div", ("log_target",), scale=1.0),
        "optax": Peer(by_optax, scale=1.0),
        "keras": Peer(by_keras, scale=1.0),
        "sklearn": "mutual information of labels only",
    },
    benchmarks=(Benchmark(draw=draw, textbook=textbook, rivals=(torch("kl_div"),)),),
)
