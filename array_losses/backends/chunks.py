"""Losses whose formula makes too much of its arrays to be evaluated whole, on any library: a chunk at a time."""

from __future__ import annotations

from typing import Any

from .blocks import Layout, made

Array = Any


def evaluate(totals: Any, arrays: tuple[Array | None, ...]) -> Any:
    """A loss that is a sum, then a finish."""
    layout = totals.prepared.layout()
    parts = [totals.totals(*layout.take(arrays, block)) for block in layout.chunks()]
    return totals.finish(*totals.added(parts, layout))


def evaluate_each(formula: Any, layout: Layout, arrays: tuple[Array | None, ...]) -> Array:
    """A formula that gives a loss for each position."""
    from . import namespace

    parts = [formula(*layout.take(arrays, block)) for block in layout.chunks()]
    return namespace(parts[0]).concat(parts, axis=0)


def evaluate_slopes(totals: Any, arrays: tuple[Array | None, ...], wanted: tuple[int, ...]) -> Any:
    """The value, and its gradient with respect to each array wanted, in the dtype it is computed in."""
    from . import namespace

    layout = totals.prepared.layout()
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
