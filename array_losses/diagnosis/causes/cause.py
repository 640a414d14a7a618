"""A cause: its name, what was seen, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..entries import Places
from ..evidence import Evidence


class Cause(NamedTuple):
    """One likely cause.

    .. versionadded:: 0.1
    """

    name: str
    """The name, always the same for the same cause."""
    seen: str
    """What was seen in the arrays."""
    remedy: str
    """What to do."""
    sure: bool = True
    """Whether it certainly is wrong; else it is what such values mostly mean."""


Finder = Callable[[Evidence], Cause | None]
"""What looks at the evidence for one cause."""


def number(x: float) -> str:
    """A number in a few digits."""
    return f"{x:.0f}" if float(x).is_integer() and abs(x) < 1e7 else f"{x:.4g}"


def span(low: float, high: float) -> str:
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def spot(places: Places) -> str:
    """The first position, in words."""
    if not places.first or not places.first[0]:
        return ""
    return f", first at ({', '.join(map(str, places.first[0]))})"


def listed(names: Iterable[str]) -> str:
    """Names of arrays, in words."""
    return " and ".join(f"`{name}`" for name in names)
