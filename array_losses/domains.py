"""The check of the values of an array against their domain, with room for rounding."""

from __future__ import annotations

from typing import NamedTuple

from .backends.base import Backend
from .backends.polyfill import dtype_name
from .intervals import BITS, SIGNS, UNIT, Domain, Interval, Numbers
from .typing import DType

__all__ = ["BITS", "INSIDE", "SIGNS", "UNIT", "Domain", "DomainCheck", "Interval", "Numbers", "rounding"]

ROUNDING = 1e-6
"""The distance by which a probability may leave a bound: mixing, smoothing and softmax give 1.0000001 every day."""
HALF_ROUNDING = {"float16": 2.0**-7, "bfloat16": 2.0**-4}
"""The distance in half precision: 8 units in the last place at 1."""


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
