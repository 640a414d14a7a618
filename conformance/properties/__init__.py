"""Relations that hold between two calls of a loss, by name; a case names those that its loss promises."""

from . import (  # noqa: F401, each enters its promises
    binary,
    boxes,
    classes,
    embedding,
    every,
    likelihood,
    ranking,
    regions,
    regression,
    relative,
    robust,
    sequence,
)
from .property import PROMISES, Claim

__all__ = ["PROMISES", "Claim"]
