"""The sum over the classes in native functions, weighed by a vector."""

from __future__ import annotations

from typing import Any

from ..typing import Array


def class_sum(xp: Any, terms: Array, weight: Array | None, axis: int) -> Any:
    """The sum of terms along the axis of the classes, with 0 * inf = 0."""
    if weight is not None:
        w = xp.reshape(weight, (-1,) + (1,) * (terms.ndim - 1 - axis))
        terms = w * xp.where((w == 0) & xp.isinf(terms), 0, terms)
    return xp.sum(terms, axis=axis)
