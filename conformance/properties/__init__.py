"""Relations that hold between two calls of a loss, by name; a case names those that its loss promises."""

from . import binary, boxes, classes, every, ranking, regions, regression  # noqa: F401, each enters its promises
from .property import PROMISES, Claim

__all__ = ["PROMISES", "Claim"]
