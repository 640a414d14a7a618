"""Multiclass hinge loss of Weston and Watkins."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import by_classes, torch
from ..case import Case, Kink, Sample
from ..class_samples import class_ids, class_weights, extreme_classes
from ..invalid import classwise as classwise_invalid
from ..peer import NotCovered, Peer
from ..reference import classwise, exact, times


def reference(
    input, target, *, p=1, margin=1.0, weight=None, ignore_index=-100, axis=1, sample_weight=None, where=None
):
    def formula(z, y):
        others = [exact(margin) - exact(z[y]) + exact(z[c]) for c in range(len(z)) if c != y]
        loss = sum((each**p for each in others if each > 0), exact(0)) / len(z)
        w = 1.0 if weight is None else weight[y]
        return times(exact(w), loss), w

    options = {"ignore_index": ignore_index, "divisor": "count", "sample_weight": sample_weight, "where": where}
    return classwise(formula, input, target, axis=axis, **options)


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    yield from class_ids(rng, draw)
    yield from class_weights(rng, draw)
    yield from extreme_classes(rng)
    x, y = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
    for p in (1, 2):
        for margin in (-0.5, 0.0, 0.3, 2.5):
            yield Sample(f"p {p}, margin {margin}", (x, y), {"p": p, "margin": margin}, smooth=margin != 0)
    yield Sample("p 2, weight", (x, y), {"p": 2, "weight": np.array([0.5, 2.0, 0.25])})
    yield Sample("kink", (np.array([[2.0, 1.0, 0.0], [1.0, 0.5, 0.0]]), np.array([0, 0])), smooth=False)
    yield Sample("kink, p 2", (np.array([[2.0, 1.0, 0.0], [1.0, 0.5, 0.0]]), np.array([0, 0])), {"p": 2}, smooth=False)
    right = np.array([[np.inf, 0.0, 1.0], [0.0, 1.0, -np.inf], [-np.inf, 5.0, 0.0]])
    yield Sample("infinite, right", (right, np.array([0, 1, 1])), smooth=False)
    yield Sample("infinite, wrong", (right, np.array([1, 2, 0])), smooth=False)


KINKS = (
    Kink(
        "at the margin",
        (np.array([[2.0, 1.0, 0.0, 0.0], [1.0, 0.5, 0.0, -1.0]]), np.array([0, 0])),
        np.array([[0.0, 0.0, 0.0, 0.0], [-0.25, 0.25, 0.0, 0.0]]),
    ),
    Kink("at the margin 0", (np.zeros((1, 2)), np.array([1])), np.zeros((1, 2)), {"margin": 0.0}),
)


def invalid(good):
    yield from classwise_invalid(good, soft=False)
    for bad in (0, 3, 1.0, "1", None, True):
        yield good.but(al.OptionError, "p", bad, "be 1 or 2")


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "a class's weight multiplies its loss",
        "homogeneous with the margin",
        "nothing is lost with the right class ahead by the margin",
        "all ahead by the margin",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torch(oracle, input, target, *, p=1, margin=1.0, weight=None, reduction):
    """Of rows, as it takes no space."""
    if not target.size:
        raise NotCovered("of no rows it returns what lies in memory")
    rows = input.reshape(-1, input.shape[-1]), target.reshape(-1)
    found = oracle.whole("multi_margin_loss", *rows, p=p, margin=margin, weight=weight, reduction=reduction)
    return found.reshape(target.shape) if reduction == "none" else found


def textbook(np, z, y):
    excess = np.maximum(0 * z, 1 - z[np.arange(len(y)), y][:, None] + z)
    return ((excess.sum(axis=1) - 1) / z.shape[1]).mean()


CASE = Case(
    "multi_margin_loss",
    al.multi_margin_loss,
    samples,
    reference,
    differentiable=("input",),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer(by_torch),
        "optax": "its hinge loss of classes takes the strongest of the others alone",
        "keras": "its hinge loss of classes takes the strongest of the others alone",
        "sklearn": "its hinge loss of classes takes the strongest of the others alone",
    },
    benchmarks=by_classes(benchmark_inputs.classes, textbook=textbook, rivals=(torch("multi_margin_loss"),)),
    demo=("logits", "labels"),
)
