"""What a formula sees of a call, and what it finds."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..domains import Domain
from ..typing import Array

Weights = list[Array | None]


class Seen(NamedTuple):
    """The arguments as a formula may see them, and what its losses take."""

    inputs: dict[str, Any]
    weights: Weights
    """The weights outside the formula."""
    kept: Array | None
    """The mask, without ignored ids; None is everything."""
    valid: Array | None
    """Where ids are valid; None is everywhere."""
    doubtful: dict[str, tuple[Array, Domain]]
    """The arrays whose values are still to be checked, with their domains."""
    finite: bool = False
    """Whether what has no weight is hidden, so that its losses are finite."""


class Counts(NamedTuple):
    """What of the losses counts, beside their weights (`Elements`)."""

    kept: Array | None = None
    weight: Array | None = None
    counted: Array | None = None
    size: Array | None = None


class Sized(NamedTuple):
    """Unreduced losses, and what each is divided by in the mean alone; None is 1."""

    loss: Array
    size: Array | None
