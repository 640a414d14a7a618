"""The causes, as data: of each group the first that is found, in order."""

from __future__ import annotations

from ..evidence import Evidence
from . import gradients, labels, numbers, regression, scales, sequences, shapes, weights
from .cause import Cause, Finder

GROUPS: tuple[tuple[Finder, ...], ...] = (
    *shapes.CAUSES,
    *weights.CAUSES[:1],
    *labels.CAUSES,
    *numbers.CAUSES[:1],
    (*sequences.CAUSES[0], *numbers.CAUSES[1]),
    *scales.CAUSES,
    *regression.CAUSES,
    *weights.CAUSES[1:],
    *gradients.CAUSES,
)
"""Groups of functions that each look for one cause."""


def causes_of(evidence: Evidence) -> list[Cause]:
    """The likely causes, those that are certain first."""
    found = [next((each for finder in group if (each := finder(evidence))), None) for group in GROUPS]
    return sorted([each for each in found if each is not None], key=lambda each: not each.sure)
