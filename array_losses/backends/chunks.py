"""Evaluation chunk by chunk, on any library, of formulas that make too much of their arrays at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..typing import Array
from .blocks import Layout, made
from .evaluable import Evaluable, layout_of


def evaluate(totals: Evaluable, arrays: tuple[Array | None, ...]) -> Any:
    """The loss, of the totals of all chunks."""
    layout = layout_of(totals.prepared)
    parts = [totals.totals(*layout.take(arrays, block)) for block in layout.chunks()]
    return totals.finish(*totals.added(parts, layout))


def evaluate_each(formula: Callable[..., Array], layout: Layout, arrays: tuple[Array | None, ...]) -> Array:
    """The loss of each position, chunk by chunk."""
    from . import namespace

    parts = [formula(*layout.take(arrays, block)) for block in layout.chunks()]
    return namespace(parts[0]).concat(parts, axis=0)


def evaluate_slopes(
    totals: Evaluable, arrays: tuple[Array | None, ...], wanted: tuple[int, ...]
) -> tuple[Any, list[Array]]:
    """The value and its gradients with respect to the wanted arrays, in the dtype of the computation."""
    from . import namespace

    layout = layout_of(totals.prepared)
    parts: list[tuple[Array, Any]] = []
    found: list[Any] = [None] * len(wanted)
    for block in layout.chunks():
        total, divisor, slopes = totals.slopes(layout.take(arrays, block), wanted)
        parts.append((total, divisor))
        for place, (i, slope) in enumerate(zip(wanted, map(made, slopes), strict=True)):
            if layout.covers(i):
                found[place] = [*(found[place] or []), slope]
            else:
                found[place] = slope if found[place] is None else found[place] + slope
    total, divisor = totals.added(parts, layout)
    xp, scale = namespace(total), totals.scale(divisor, layout)
    factor = totals.rest(divisor) if scale is None else scale
    whole = [xp.concat(each, axis=0) if isinstance(each, list) else each for each in found]
    return totals.finish(total, divisor), [each * factor for each in whole]
