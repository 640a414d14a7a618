"""Cross-entropy with smoothed labels."""

import array_losses as al

from ..case import Case
from ..class_samples import class_ids, class_probabilities, class_weights, extreme_classes
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


CASE = Case(
    "label_smoothing_loss", al.label_smoothing_loss, samples, reference, differentiable=("input", "target"), cancels=1.0
)  # fmt: skip
