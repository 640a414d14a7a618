"""Softmax cross-entropy."""

import numpy as np

import array_losses as al

from ..case import Allowance, Case
from ..class_samples import class_ids, class_probabilities, class_weights, extreme_classes
from ..invalid import classwise as invalid
from ..reference import classwise, exact, smoothed, surprise, times


def reference(
    input, target, weight=None, *, ignore_index=-100, label_smoothing=0.0, axis=1, sample_weight=None, where=None
):  # fmt: skip
    def formula(z, y):
        classes = range(len(z))
        w = np.ones(len(z)) if weight is None else weight
        if not isinstance(y, int):  # probabilities
            loss = sum(
                times(exact(w[c]), times(smoothed(y[c], label_smoothing, len(z)), surprise(z, c))) for c in classes
            )
            return loss, 1.0 if weight is None else sum(exact(w[c]) * exact(y[c]) for c in classes)
        eps = exact(label_smoothing)
        loss = times(1 - eps, times(exact(w[y]), surprise(z, y)))
        if eps:
            loss += eps / len(z) * sum(times(exact(w[c]), surprise(z, c)) for c in classes)
        return loss, w[y]

    divisor = "weights" if target.dtype.kind in "iu" else "count"
    return classwise(
        formula, input, target, axis=axis, ignore_index=ignore_index, divisor=divisor, sample_weight=sample_weight,
        where=where,
    )  # fmt: skip


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    yield from class_ids(rng, draw)
    yield from class_weights(rng, draw)
    yield from class_probabilities(rng, draw, "weight", "label_smoothing")
    yield from extreme_classes(rng)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "a class's weight multiplies its loss",
        "cheaper at a higher score of the right class",
        "ids equal one-hot",
        "linear in the smoothing",
        "the same of any labels at smoothing 1",
    }
)
CASE = Case(
    "cross_entropy",
    al.cross_entropy,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance(
        "ln p_y = z_y - ln sum e^z is a difference of numbers of order 1: near p_y = 1 its error is absolute", scale=1.0
    ),
    invalid=invalid,
    promises=PROMISES,
)
