"""Relations that hold between two calls of a loss, by name; a case names those that its loss promises."""

from . import (  # noqa: F401, each enters its promises
    binary,
    boxes,
    classes,
    embedding,
    every,
    margins,
    preferences,
    ranking,
    regions,
    regression,
    sequence,
    soft_labels,
)
from .property import PROMISES, Claim

__all__ = ["PROMISES", "Claim"]
