"""Domains told without a selection, of which compilers make slow code where a sum follows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import inf
from typing import Any


def one_inside(xp: Any, arrays: Sequence[Any], domains: Sequence[Any]) -> Any:
    """1 where each array is within its domain, else NaN: by the root of the least distance to a limit."""
    pairs = list(zip(arrays, domains, strict=True))
    room = [x - domain.low if domain.low else x for x, domain in pairs if domain.low > -inf]
    room += [domain.high - x for x, domain in pairs if domain.high < inf]
    return 1.0 + 0.0 * xp.sqrt(reduce(xp.minimum, room))
