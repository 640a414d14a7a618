"""Hinge embedding loss."""

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


def reference(input, target, *, margin=1.0, sample_weight=None, where=None):
    def formula(x, y):
        if y == 1:
            return x
        return exact(margin) - x if x < exact(margin) else exact(0)

    return each_element(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return np.abs(2 * rng.normal(size=shape)), sign_labels.signs(rng, shape)

    yield from elementwise_samples(rng, draw)
    yield from sign_labels.integers(rng, draw)
    for margin in (-0.3, 0.0, 2.5):
        yield Sample(f"margin {margin}", draw((4, 3)), {"margin": margin})
    x, y = draw((4, 3))
    yield Sample("negative", (-x, y))
    yield Sample("kink", (np.array([1.0, 1.0, 0.0]), np.array([-1.0, 1.0, -1.0])), smooth=False)
    near = 1 + np.array([1, -1, 4, -4]) * 2.0**-20
    yield Sample("near the margin", (near, -np.ones(4)), smooth=False)
    big = np.array([1e4, -1e4, 1e4, -1e4, 50.0, -50.0])
    yield Sample("extreme", (big, np.array([1.0, -1.0, -1.0, 1.0, -1.0, 1.0])))
    huge = np.array([1e300, 1e300, -1e300, 1e-300])
    yield Sample("huge and tiny", (huge, np.array([1.0, -1.0, -1.0, 1.0])), smooth=False)
    far = np.array([np.inf, -np.inf])
    yield Sample("infinite, right", (far[:1], np.array([-1])), smooth=False)
    yield Sample("infinite, wrong", (far, np.array([1, -1])), smooth=False)
    yield Sample("infinite, wrong, weight 0", (far, np.array([1, -1])), {"sample_weight": np.zeros(2)}, smooth=False)


KINKS = (
    Kink("at the margin", (np.array([1.0, 1.0, 0.5]), np.array([-1.0, 1.0, -1.0])), np.array([0.0, 1.0, -1.0])),
    Kink("at another margin", (np.array([2.5, 0.0]), -np.ones(2)), np.array([0.0, -1.0]), {"margin": 2.5}),
)


def invalid(good):
    yield from elementwise(good)
    yield from sign_labels.invalid(good)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "distances of pairs that are alike",
        "hinge loss of pairs that differ",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, x, y):
    return np.where(y > 0, x, np.maximum(0 * x, 1 - x)).mean()


DEFECTS = (
    Defect(
        "torch.nn.functional",
        ("hinge_embedding_loss",),
        ("empty batch", "all masked"),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        ("mean",),
    ),
)
NONE = "no loss of distances that are given"
CASE = Case(
    "hinge_embedding_loss",
    al.hinge_embedding_loss,
    samples,
    reference,
    differentiable=("input",),
    kinks=KINKS,
    allowance=Allowance("the margin less the distance is a difference of numbers of order 1", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": Peer("hinge_embedding_loss", ("margin",)), "optax": NONE, "keras": NONE, "sklearn": NONE},
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=sign_labels.draw_large, textbook=textbook),),
)
