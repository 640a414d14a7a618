"""Views: what losses are drawn over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any, NamedTuple

import numpy as np

from ..backends import namespace
from ..families.roles import Role
from ..intervals import SIGNS
from .terms import Term, domain_of

Arrays = Callable[[Term, Any], tuple[Any, ...]]
"""From a term and the points x (n,) to the arrays of the loss, in order."""


class View(NamedTuple):
    """A number that losses are drawn over, from `low` to `high`, and the lines for each of them."""

    axis: str
    """The number, in words."""
    symbol: str
    """The number in mathematics."""
    low: float
    high: float
    cases: Mapping[str, Arrays]
    """The lines, by what is said of them; one without a name where there is nothing to tell apart."""
    ends: tuple[float, float] = (-inf, inf)
    """Between which it may lie at all."""
    batches: bool = False
    """Whether each point makes a batch of its own; else all of them make one, with a sample for each."""


def along(x: Any, direction: Any, base: Any = 0.0) -> Any:
    """The arrays ``base + x * direction``, one for each point."""
    step = np.asarray(direction, dtype=np.float64)
    return namespace(x).reshape(x, (*x.shape, *[1] * step.ndim)) * step + np.asarray(base, dtype=np.float64)


def repeated(x: Any, array: Any) -> Any:
    """The array, once for each point."""
    return np.broadcast_to(np.asarray(array), (*x.shape, *np.shape(array)))


def label(role: Role | None, positive: bool) -> float:
    """The label of the positive or the negative class: 1 and 0, or 1 and -1."""
    return 1.0 if positive else -1.0 if domain_of(role) == SIGNS else 0.0
