"""Relations that hold between two calls of a loss, by name; a case names those that its loss promises."""

from . import (  # noqa: F401, each enters its promises
    binary,
    box_pairs,
    boxes,
    classes,
    distribution,
    embedding,
    every,
    likelihood,
    margins,
    overlaps,
    preferences,
    ranking,
    regions,
    regression,
    relative,
    robust,
    scores,
    sequence,
    soft_labels,
    vectors,
)
from .property import PROMISES, Claim

__all__ = ["PROMISES", "Claim"]
