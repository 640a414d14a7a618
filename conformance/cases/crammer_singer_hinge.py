"""Multiclass hinge loss of Crammer and Singer."""

from dataclasses import replace

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import PeerCall, by_classes, plain_torch
from ..case import Case, Kink, Sample
from ..class_samples import class_ids, extreme_classes
from ..invalid import classwise as classwise_invalid
from ..peer import Defect, NotCovered, Peer
from ..reference import classwise, exact


def reference(input, target, *, margin=1.0, ignore_index=-100, axis=1, sample_weight=None, where=None):
    def formula(z, y):
        others = [exact(z[c]) for c in range(len(z)) if c != y]
        shortfall = exact(margin) + max(others) - exact(z[y]) if others else exact(0)
        return max(shortfall, exact(0)), 1.0

    options = {"ignore_index": ignore_index, "divisor": "count", "sample_weight": sample_weight, "where": where}
    return classwise(formula, input, target, axis=axis, **options)


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    yield from class_ids(rng, draw)
    for each in extreme_classes(rng):  # where several of the others are strongest
        yield replace(each, smooth=each.smooth and each.label not in ("ties", "extreme, wrong"))
    x, y = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
    for margin in (0.0, 0.3, 2.5):
        yield Sample(f"margin {margin}", (x, y), {"margin": margin})
    yield Sample("kink", (np.array([[2.0, 1.0, 0.0], [1.0, 0.5, 0.5]]), np.array([0, 0])), smooth=False)
    right = np.array([[np.inf, 0.0, 1.0], [0.0, 1.0, -np.inf], [-np.inf, 5.0, 0.0]])
    yield Sample("infinite, right", (right, np.array([0, 1, 1])), smooth=False)
    yield Sample("infinite, wrong", (right, np.array([1, 2, 0])), smooth=False)


KINKS = (
    Kink(
        "at the margin",
        (np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 0.5]]), np.array([0, 0])),
        np.array([[0.0, 0.0, 0.0], [-1.0, 1.0, 0.0]]),
    ),
    Kink(
        "two that are strongest", (np.array([[0.0, 1.0, 1.0, 0.5]]), np.array([0])), np.array([[-1.0, 0.5, 0.5, 0.0]])
    ),
)


def invalid(good):
    yield from classwise_invalid(good, soft=False)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "homogeneous with the margin",
        "nothing is lost with the right class ahead by the margin",
        "at least that of the mean over classes",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_optax(oracle, input, target, *, reduction):
    return oracle.positions("multiclass_hinge_loss", input, target)


def by_sklearn(oracle, input, target, *, reduction):
    """Without weights, by which its mean divides."""
    classes = input.shape[-1]
    if classes < 3:
        raise NotCovered("of two classes it takes one score")
    rows = target.reshape(-1), input.reshape(-1, classes)
    return oracle.metrics.hinge_loss(*rows, labels=np.arange(classes))


def textbook(np, z, y):
    mine = z[np.arange(len(y)), y][:, None]
    right = np.arange(z.shape[1])[None, :] == y[:, None]
    return np.maximum(0 * mine[:, 0], (1 - mine + z - 2.0**40 * right).max(axis=1)).mean()


def of_torch(F):
    def loss(z, y):
        mine = z.gather(1, y[:, None])
        return (1 + z.scatter(1, y[:, None], -float("inf")).amax(1) - mine[:, 0]).relu().mean()

    return loss


def of_optax(optax):
    return lambda z, y: optax.losses.multiclass_hinge_loss(z, y).mean()


DEFECTS = (
    Defect(
        "optax",
        ("crammer_singer_hinge_loss",),
        (
            "-inf elsewhere",
            "infinite loss",
            "infinite, *",
        ),
        "nan",
        "NaN for an infinite score of another class",
        "0 * inf is NaN",
        "",
        ("none",),
    ),
    Defect(
        "scikit-learn",
        ("crammer_singer_hinge_loss",),
        (
            "empty batch",
            "empty space",
            "all masked",
            "all ignored",
        ),
        "error",
        "refuses to reduce nothing",
        "it checks that there is a row",
        "",
        ("mean",),
    ),
    Defect(
        "scikit-learn",
        ("crammer_singer_hinge_loss",),
        (
            "-inf elsewhere",
            "infinite loss",
            "infinite, *",
        ),
        "error",
        "refuses infinities",
        "it checks that all is finite",
        "",
        ("mean",),
    ),
)
CASE = Case(
    "crammer_singer_hinge_loss",
    al.crammer_singer_hinge_loss,
    samples,
    reference,
    differentiable=("input",),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": "its hinge loss of classes is the sum over the others",
        "optax": Peer(by_optax, scale=8.0),
        "keras": "takes at least 0 for the strongest of the others (keras#8083)",
        "sklearn": Peer(by_sklearn, reductions=("mean",)),
    },
    defects=DEFECTS,
    benchmarks=by_classes(
        benchmark_inputs.classes,
        textbook=textbook,
        rivals=(plain_torch(of_torch), PeerCall("optax", "optax.losses.multiclass_hinge_loss", of_optax)),
    ),
    demo=("logits", "labels"),
)
