"""Squared hinge loss."""

import numpy as np

import array_losses as al

from .. import sign_labels
from ..benchmark import Benchmark
from ..case import Allowance, Case, Kink, Sample
from ..invalid import elementwise
from ..peer import Defect, Peer
from ..reference import elementwise as each_element
from ..reference import exact
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, margin=1.0, labels="pm1", sample_weight=None, where=None):
    negative = {"pm1": -1, "01": 0}[labels]

    def formula(z, y):
        shortfall = exact(margin) + (z if y == negative else -z)
        return shortfall**2 if shortfall > 0 else exact(0)

    return each_element(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), sign_labels.signs(rng, shape)

    yield from elementwise_samples(rng, draw)
    yield from sign_labels.integers(rng, draw)
    for margin in (0.0, 0.3, 2.5):
        yield Sample(f"margin {margin}", draw((4, 3)), {"margin": margin})
    yield from sign_labels.zeros_and_ones(rng, draw)
    edge = np.array([1.0, -1.0, 0.0, 1.0, -1.0])
    yield Sample("at the margin", (edge, np.array([1.0, -1.0, 1.0, -1.0, 1.0])), smooth=False)
    yield Sample("at the margin 0", (np.array([0.0, -0.0]), np.array([1.0, -1.0])), {"margin": 0.0}, smooth=False)
    near = 1 + np.array([1, -1, 4, -4]) * 2.0**-20
    yield Sample("near the margin", (near, np.ones(4)), smooth=False)
    big = np.array([1e4, -1e4, 1e4, -1e4, 50.0, -50.0])
    yield Sample("extreme", (big, np.array([1.0, -1.0, -1.0, 1.0, -1.0, 1.0])))
    huge = np.array([1e300, 1e150, -1e150, 1e-300])
    yield Sample("huge and tiny", (huge, np.array([1.0, -1.0, 1.0, 1.0])), smooth=False)
    far = np.array([np.inf, -np.inf])
    yield Sample("infinite, right", (far, np.array([1, -1])), smooth=False)
    yield Sample("infinite, wrong", (far, np.array([-1, 1])), smooth=False)
    yield Sample("infinite, wrong, weight 0", (far, np.array([-1, 1])), {"sample_weight": np.zeros(2)}, smooth=False)


KINKS = (Kink("at the margin", (np.array([1.0, -1.0, 0.5]), np.array([1.0, -1.0, 1.0])), np.array([0.0, 0.0, -1.0])),)


def invalid(good):
    yield from elementwise(good)
    yield from sign_labels.invalid(good)
    yield from sign_labels.invalid_zeros_and_ones(good)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "mirrored signs",
        "labels 01 are the signs",
        "the square of the hinge loss",
        "nothing is lost beyond the margin",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_keras(oracle, input, target, *, labels="pm1", sample_weight=None, reduction):
    """Labels of 0 and 1 as they are: it converts a batch that holds nothing else."""
    return oracle.elements("SquaredHinge", input, target, reduction=reduction, sample_weight=sample_weight)


def textbook(np, z, y):
    return (np.maximum(0 * z, 1 - y * z) ** 2).mean()


DEFECTS = (
    Defect(
        "keras",
        ("squared_hinge_loss",),
        ("all masked", "all masked nan and inf"),
        "shape",
        "no number for an empty list",
        "it returns a list of no losses before it reduces",
        reductions=("mean", "sum"),
    ),
    Defect(
        "keras",
        ("squared_hinge_loss",),
        ("infinite, wrong, weight 0",),
        "nan",
        "NaN for weight 0",
        "0 * inf is NaN",
    ),
)
CASE = Case(
    "squared_hinge_loss",
    al.squared_hinge_loss,
    samples,
    reference,
    differentiable=("input",),
    kinks=KINKS,
    allowance=Allowance("the square doubles the rounding of a difference of numbers of order 1", ulps=6.0, scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": "its hinge losses are of classes and of distances",
        "optax": "the hinge loss alone",
        "keras": Peer(by_keras),
        "sklearn": "the metric `hinge_loss` alone; its linear models hold theirs in private",
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=sign_labels.draw_large, textbook=textbook),),
    demo={"binary": ("logits", "signs")},
)
