"""Jensen-Shannon divergence."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Allowance, Case, Kink, Sample
from ..distributions import alike, draw, pairs
from ..invalid import unit
from ..reference import EXACT, collect, exact


def divergence(p, m):
    """Of one entry of the first distribution from the second."""
    if p == 0:
        return exact(0)
    return EXACT.inf if m == 0 else p * EXACT.log(p / m)


def reference(input, target, *, beta=0.5, log_input=True, axis=1, sample_weight=None, where=None):
    axis = 0 if input.ndim == 1 and axis == 1 else axis
    input, target, beta = np.moveaxis(input, axis, -1), np.moveaxis(target, axis, -1), exact(beta)

    def entry(q, p):
        q, p = (EXACT.exp(exact(each)) if log_input else exact(each) for each in (q, p))
        if beta in (0, 1):
            return divergence(p, q) if beta == 0 else divergence(q, p)
        m = beta * p + (1 - beta) * q
        return beta * divergence(p, m) + (1 - beta) * divergence(q, m)

    def element(index):
        return sum(map(entry, input[index], target[index]), exact(0)), 1.0

    return collect(input.shape[:-1], element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    yield from pairs(rng, np.log)
    logs = tuple(np.log(draw(rng, (4, 5))) for _ in range(2))
    for beta in (0.0, 0.1, 0.9, 1.0):
        yield Sample(f"beta {beta}", logs, {"beta": beta})
    yield Sample("no distributions", (rng.normal(size=(3, 4)), rng.normal(size=(3, 4))))
    plain = {"log_input": False}
    yield Sample("probabilities", (draw(rng, (4, 5)), draw(rng, (4, 5))), plain)
    for beta in (0.0, 0.25, 1.0):
        yield Sample(f"probabilities, beta {beta}", (draw(rng, (4, 5)), draw(rng, (4, 5))), {**plain, "beta": beta})
    yield Sample("nearly equal", (logs[0], logs[0] + 1e-6 * rng.normal(size=(4, 5))))
    yield Sample("equal", (logs[0], logs[0]))
    one_hot, other = np.eye(3), np.array([[1.0, 0.0, 0.0], [0.5, 0.0, 0.5], [0.25, 0.5, 0.25]])
    yield Sample("probabilities of 0", (one_hot, other), plain, smooth=False)
    yield Sample("probabilities of 0 of weight 0", (one_hot, other), {**plain, "sample_weight": np.zeros(3)})
    with np.errstate(divide="ignore"):
        certain = np.log(one_hot), np.log(other)
    yield Sample("log-probabilities of -inf", certain, smooth=False)
    for beta in (0.0, 1.0):
        yield Sample(f"infinite loss, beta {beta}", certain, {"beta": beta}, smooth=False)
        every = {"beta": beta, "sample_weight": np.array([1.0, 0.0, 0.0])}
        yield Sample(f"infinite loss of weight 0, beta {beta}", certain, every, smooth=False)
    far = np.array([[0.0, -1e4, -50.0], [-90.0, 0.0, -1e-30], [-1e4, -1e4, 0.0]])
    yield Sample("extreme", (far, far[::-1].copy()))
    yield Sample("extreme, beta 0.25", (far, far[:, ::-1].copy()), {"beta": 0.25})


PLAIN = {"log_input": False}
CERTAIN = np.array([0.0, 1.0])
KINKS = (
    Kink("probabilities of 0", (CERTAIN, CERTAIN[::-1].copy()), np.array([0.0, np.log(2) / 2]), PLAIN),
    Kink("probabilities of 0 in both", (CERTAIN, CERTAIN), np.zeros(2), PLAIN),
)


def invalid(good):
    yield from alike(good)
    x, y = good["input"], good["target"]
    yield good.but(al.DTypeError, "target", y > 0, "hold numbers", "bool")
    plain = good.having(input=np.exp(x), target=np.exp(y), log_input=False)
    for name in ("input", "target"):
        yield from unit(plain, name, (1, 2), spoiled=(1,))


PROMISES = frozenset(
    {
        "nonnegative between distributions",
        "permutable over the batch",
        "permutable over the outcomes",
        "linear in the weights",
        "symmetric",
        "nothing between equals",
        "at most ln 2",
        "the direction may be turned",
        "beta 0 is the divergence",
        "probabilities give the same",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, log_q, log_p):
    p, q = np.exp(log_p), np.exp(log_q)
    log_m = np.log((p + q) / 2)
    return (p * (log_p - log_m) + q * (log_q - log_m)).sum(axis=1).mean() / 2


def draw_logs(rng, n):
    rows = max(1, n // 100)
    z = benchmark_inputs.normal(rng, 2, rows, 100)
    return tuple(z - np.log(np.exp(z).sum(axis=-1, keepdims=True)))


NONE = "no loss of two distributions but KL"
CASE = Case(
    "js_div",
    al.js_div,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    allowance=Allowance("ln p - ln m is a difference of numbers of order 1", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers=dict.fromkeys(("torch", "optax", "keras", "sklearn"), NONE),
    benchmarks=(Benchmark(draw=draw_logs, textbook=textbook, variant="C=100", smallest=100),),
)
