"""Hinge."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark
from ..case import Allowance, Case, Kink, Sample
from ..invalid import LARGEST, elementwise
from ..peer import Defect, Peer, weights_as
from ..reference import elementwise as elementwise_reference
from ..reference import exact
from ..samples import element_weights
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, margin=1.0, labels="pm1", weight=None, sample_weight=None, where=None):
    def formula(z, y):
        side = y if labels == "pm1" else 2 * y - 1
        lacking = exact(margin) - side * z
        return lacking if lacking > 0 else exact(0)

    return elementwise_reference(
        formula, input, target, divisor="count", weights=(weight,), sample_weight=sample_weight, where=where
    )


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), rng.choice([-1.0, 1.0], shape)

    yield from elementwise_samples(rng, draw)
    yield from element_weights(rng, draw)
    scores, signs = draw((4, 3))
    yield Sample("integer target", (scores, signs.astype(np.int64)))
    for margin in (0.25, 3.0, 0.0):
        yield Sample(f"margin {margin}", draw((4, 3)), {"margin": margin})
    yield Sample("labels 0 and 1", (scores, (signs > 0).astype(np.int64)), {"labels": "01"})
    yield Sample("boolean labels", (scores, signs > 0), {"labels": "01"})
    yield Sample("probabilities", (scores, rng.uniform(size=(4, 3))), {"labels": "01", "margin": 0.5})
    yield Sample("kink", (np.array([1.0, -1.0, 1.0, 2.0]), np.array([1.0, -1.0, -1.0, 1.0])), smooth=False)
    yield Sample("extreme", (np.array([1e4, -1e4, 50.0, 1e-4]), np.array([-1.0, 1.0, -1.0, 1.0])))
    yield Sample("huge and tiny", (np.array([1e300, -1e300, 1e-100]), np.array([-1.0, 1.0, 1.0])), smooth=False)
    far = (np.array([np.inf, 0.5, -np.inf]), np.array([-1.0, 1.0, -1.0]))
    yield Sample("infinite loss", far, smooth=False)
    yield Sample("infinite loss of weight 0", far, {"weight": np.array([0.0, 1.0, 0.0])}, smooth=False)


def invalid(good):
    yield from elementwise(good)
    yield good.but(al.DTypeError, "target", good["target"] > 0, "hold numbers", "bool")
    must = "hold -1 or 1"
    for bad in (0.0, 0.5, np.inf):
        yield good.value("target", (1, 2), bad, must)
    hard = good.having(target=good["target"].astype(np.int64))
    for bad in (0, 2, LARGEST):
        yield hard.value("target", (2, 0), bad, must)
    for bad in ("01 ", 1, None):
        yield good.but(al.OptionError, "labels", bad, 'be "pm1" or "01"')


PROMISES = frozenset({"nonnegative", "permutable over the batch", "linear in the weights"})
KINKS = (Kink("the margin is met", (np.array([1.0, -1.0]), np.array([1.0, -1.0])), np.array([0.0, 0.0])),)


def textbook(np, x, y):
    return np.maximum(0, 1 - x * (2 * y - 1)).mean()


DEFECTS = (
    Defect(
        "keras",
        ("hinge_loss",),
        ("all masked", "all masked nan and inf"),
        "shape",
        "no number for an empty list",
        "it returns a list of no losses before it reduces",
        reductions=("mean", "sum"),
    ),
    Defect(
        "keras",
        ("hinge_loss",),
        ("infinite loss of weight 0",),
        "nan",
        "NaN for an infinite loss of weight 0",
        "0 * inf",
    ),
)
CASE = Case(
    "hinge_loss",
    al.hinge_loss,
    samples,
    reference,
    differentiable=("input",),
    kinks=KINKS,
    allowance=Allowance("the margin less a product", scale=2.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "optax": Peer("hinge_loss"),
        "keras": Peer("Hinge", weights_as("sample_weight")),
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=benchmark_inputs.logits, textbook=textbook, options={"labels": "01"}),),
    demo=("logits", "signs"),
)
