"""Cross-entropy with smoothed labels."""

import array_losses as al

from ..case import Allowance, Case
from ..class_samples import class_ids, class_probabilities, class_weights, extreme_classes
from ..invalid import classwise as invalid
from . import cross_entropy


def reference(input, target, *, smoothing=0.1, **options):
    return cross_entropy.reference(input, target, label_smoothing=smoothing, **options)


def samples(rng):
    def draw(shape, axis):
        return 2 * rng.normal(size=shape)

    yield from class_ids(rng, draw)
    yield from class_weights(rng, draw)
    yield from class_probabilities(rng, draw, "weight", "smoothing")
    yield from extreme_classes(rng)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "ids equal one-hot",
        "linear in the smoothing",
        "the same of any labels at smoothing 1",
        "smoothing 0 is cross-entropy",
    }
)
CASE = Case(
    "label_smoothing_loss",
    al.label_smoothing_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("as cross_entropy", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
)
