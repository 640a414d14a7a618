"""Smooth L1."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, keras, optax
from ..case import Case, Kink, Sample
from ..invalid import regression
from ..peer import NotCovered, Peer
from ..reference import elementwise, exact
from ..samples import elementwise as elementwise_samples
from . import huber


def curve(d, beta):
    """The loss of one error."""
    beta = exact(beta)
    return d**2 / (2 * beta) if abs(d) < beta else abs(d) - beta / 2


def reference(input, target, *, beta=1.0, sample_weight=None, where=None):
    def formula(x, y):
        return curve(x - y, beta)

    return elementwise(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), rng.normal(size=shape)

    yield from elementwise_samples(rng, draw)
    yield Sample("integer target", (rng.normal(size=(2, 3)), rng.integers(-3, 4, (2, 3))))
    for beta in (0.3, 2.5, 1 / 9):
        yield Sample(f"beta {beta:.1f}", draw((4, 3)), {"beta": beta})
    yield Sample("beta 0", draw((4, 3)), {"beta": 0.0, "sample_weight": np.array([[0.5, 0.0, 2.0]])})
    kinks = (np.array([0.5, -0.5, 0.0, 0.25, 0.75]), np.zeros(5))
    yield Sample("kink", kinks, {"beta": 0.5}, smooth=False)
    yield Sample("kink of beta 0", kinks, {"beta": 0.0}, smooth=False)
    yield Sample("extreme", (np.array([1e4, -1e4, 50.0, 1e-4]), np.array([-1e4, 50.0, -50.0, 0.0])))
    yield Sample("huge and tiny", (np.array([1e300, -1e300, 1e-100]), np.array([1.0, 0.0, 0.0])), smooth=False)
    far = (np.array([np.inf, 0.5, -np.inf]), np.array([0.0, 1.0, 2.0]))
    yield Sample("infinite loss", far, smooth=False)
    yield Sample("infinite loss of weight 0", far, {"sample_weight": np.array([0.0, 1.0, 0.0])}, smooth=False)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "symmetric",
        "translation invariant",
        "zero at the target",
        "monotone in the error",
        "homogeneous",
        "beta 0 is l1",
        "huber_loss divided by delta",
    }
)
EDGES = (np.array([0.0, 0.5, -0.5, 2.0]), np.zeros(4))
KINKS = (
    Kink("edges of the parabola", EDGES, np.array([0.0, 1.0, -1.0, 1.0]), {"beta": 0.5}),
    Kink("beta 0", EDGES, np.array([0.0, 1.0, -1.0, 1.0]), {"beta": 0.0}),
)


# --- other projects: Huber's loss over beta -------------------------------------------------------------------------


def positive(beta):
    if beta == 0:
        raise NotCovered("Huber's loss over `beta` at 0")
    return beta


def by_optax(oracle, input, target, *, beta=1.0, reduction):
    return oracle.elements("huber_loss", input, target, delta=positive(beta)) / beta


def by_keras(oracle, input, target, *, beta=1.0, sample_weight=None, reduction):
    given = {"sample_weight": sample_weight, "reduction": reduction}
    return oracle.elements("Huber", input, target, delta=positive(beta), **given) / beta


def by_sklearn(oracle, input, target, *, beta=1.0, sample_weight=None, reduction):
    huber_loss = huber.by_sklearn
    return huber_loss(oracle, input, target, delta=positive(beta), weight=sample_weight, reduction=reduction) / beta


CASE = Case(
    "smooth_l1_loss",
    al.smooth_l1_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    invalid=regression,
    promises=PROMISES,
    peers={
        "torch": Peer("smooth_l1_loss", ("beta",)),
        "optax": Peer(by_optax),
        "keras": Peer(by_keras),
        "sklearn": Peer(by_sklearn),
    },
    benchmarks=(
        Benchmark(draw=benchmark_inputs.pair, textbook=huber.textbook, rivals=(optax("huber_loss"), keras("Huber"))),
    ),
    demo={"regression": ("predicted", "progress"), "detection": ("matched_pred", "matched_target")},
)
