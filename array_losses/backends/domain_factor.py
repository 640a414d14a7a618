"""The factor that makes values outside their domain NaN, without a selection: compilers sum those slowly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import inf
from typing import Any

from ..typing import Array


def domain_factor(xp: Any, arrays: Sequence[Array], domains: Sequence[Any]) -> Any:
    """The factor 1 within the domains, else NaN: 1 + 0 * the root of the least distance to a bound."""
    pairs = list(zip(arrays, domains, strict=True))
    room = [x - domain.low if domain.low else x for x, domain in pairs if domain.low > -inf]
    room += [domain.high - x for x, domain in pairs if domain.high < inf]
    return 1.0 + 0.0 * xp.sqrt(reduce(xp.minimum, room))
