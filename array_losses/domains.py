"""The values that an array may hold: a closed interval, with room for rounding."""

from __future__ import annotations

from typing import NamedTuple

from .backends.base import Backend
from .backends.polyfill import dtype_name
from .typing import Array, DType

ROUNDING = 1e-6
"""The distance by which a probability may leave a bound: mixing, smoothing and softmax give 1.0000001 every day."""
HALF_ROUNDING = {"float16": 2.0**-7, "bfloat16": 2.0**-4}
"""The distance in half precision: 8 units in the last place at 1."""


class Domain(NamedTuple):
    """The values an array may hold, both bounds included."""

    low: float
    high: float

    def valid(self, x: Array) -> Array:
        """A mask of the values inside; NaN passes, to show up as NaN."""
        return self.holds(x) | (x != x)

    def holds(self, x: Array) -> Array:
        """A mask of the values inside, without NaN. Without `|` too: torch.compile would keep that for a derivative."""
        return (x >= self.low) & (x <= self.high)

    def widened(self, slack: float) -> Domain:
        """The domain with room for rounding at both bounds."""
        return Domain(self.low - slack, self.high + slack) if slack else self

    def __str__(self) -> str:
        return f"hold values in [{self.low:g}, {self.high:g}]"


UNIT = Domain(0, 1)
"""Probabilities."""


class DomainCheck(NamedTuple):
    """The result of checking an array's domain."""

    rounded: bool = False
    """Whether values may lie outside by rounding, which count as lying on the bound."""
    unseen: Domain | None = None
    """The domain, with room for rounding, that is still to be checked: the values could not be looked at."""


INSIDE = DomainCheck()
"""Every value was seen to be inside."""


def rounding(backend: Backend, dtype: DType) -> float:
    """The distance by which values of a dtype may leave a bound; integers are exact."""
    kind = backend.kind(dtype)
    if kind == "half":
        return HALF_ROUNDING[dtype_name(dtype)]
    return ROUNDING if kind == "real" else 0
