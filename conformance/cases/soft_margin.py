"""Soft margin loss."""

import numpy as np

import array_losses as al

from .. import sign_labels
from ..benchmark import Benchmark
from ..case import Case, Sample
from ..invalid import elementwise
from ..peer import Defect, Peer
from ..reference import elementwise as each_element
from ..reference import softplus
from ..samples import elementwise as elementwise_samples


def reference(input, target, *, sample_weight=None, where=None):
    def formula(z, y):
        return softplus(z if y == -1 else -z)

    return each_element(formula, input, target, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), sign_labels.signs(rng, shape)

    yield from elementwise_samples(rng, draw)
    yield from sign_labels.integers(rng, draw)
    yield Sample("undecided", (np.array([0.0, -0.0]), np.array([1.0, -1.0])))
    big = np.array([1e4, -1e4, 1e4, -1e4, 50.0, -50.0])
    yield Sample("extreme", (big, np.array([1.0, -1.0, -1.0, 1.0, -1.0, 1.0])))
    yield Sample("extreme, right", (np.array([30.0, -100.0]), np.array([1.0, -1.0])))
    huge = np.array([1e300, 1e300, -1e300, 1e-300])
    yield Sample("huge and tiny", (huge, np.array([1.0, -1.0, 1.0, 1.0])), smooth=False)
    far = np.array([np.inf, -np.inf])
    yield Sample("infinite, right", (far, np.array([1, -1])), smooth=False)
    yield Sample("infinite, wrong", (far, np.array([-1, 1])), smooth=False)
    yield Sample("infinite, wrong, weight 0", (far, np.array([-1, 1])), {"sample_weight": np.zeros(2)}, smooth=False)


def invalid(good):
    yield from elementwise(good)
    yield from sign_labels.invalid(good)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "mirrored signs",
        "binary cross-entropy of the signs",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_optax(oracle, input, target, *, reduction):
    return oracle.elements("sigmoid_binary_cross_entropy", input, (target + 1) / 2)


def textbook(np, z, y):
    return np.log1p(np.exp(-y * z)).mean()


DEFECTS = (
    Defect(
        "torch.nn.functional",
        ("soft_margin_loss",),
        ("empty batch", "all masked"),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        ("mean",),
    ),
    Defect(
        "torch.nn.functional",
        ("soft_margin_loss",),
        ("extreme", "huge and tiny"),
        "inf",
        "the exponential overflows",
        "it is ln(1 + e^x) as it stands",
        "pytorch#77529",
    ),
    Defect(
        "optax",
        ("soft_margin_loss",),
        ("infinite, right",),
        "nan",
        "NaN for a right answer at infinity",
        "0 * inf is NaN",
        "",
        ("none",),
    ),
)
CASE = Case(
    "soft_margin_loss",
    al.soft_margin_loss,
    samples,
    reference,
    differentiable=("input",),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer("soft_margin_loss", scale=1.0),
        "optax": Peer(by_optax),
        "keras": "binary cross-entropy alone, which is compared as that",
        "sklearn": "binary cross-entropy alone, which is compared as that",
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=sign_labels.draw_large, textbook=textbook),),
    demo={"binary": ("logits", "signs")},
)
