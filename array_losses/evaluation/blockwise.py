"""Evaluation chunk by chunk, on any library, of formulas that make too much of their arrays at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..typing import Array
from .evaluable import Evaluable, partition_of
from .partition import Partition, materialize


def evaluate_chunked(totals: Evaluable, arrays: tuple[Array | None, ...]) -> Any:
    """The loss, of the totals of all chunks."""
    partition = partition_of(totals.prepared)
    parts = [totals.totals(*partition.slice_block(arrays, block)) for block in partition.chunks()]
    return totals.finish(*totals.added(parts, partition))


def elements_chunked(formula: Callable[..., Array], partition: Partition, arrays: tuple[Array | None, ...]) -> Array:
    """The loss of each position, chunk by chunk."""
    from ..backends import namespace

    parts = [formula(*partition.slice_block(arrays, block)) for block in partition.chunks()]
    return namespace(parts[0]).concat(parts, axis=0)


def gradients_chunked(
    totals: Evaluable, arrays: tuple[Array | None, ...], wanted: tuple[int, ...]
) -> tuple[Any, list[Array]]:
    """The value and its gradients with respect to the wanted arrays, in the dtype of the computation."""
    from ..backends import namespace

    partition = partition_of(totals.prepared)
    parts: list[tuple[Array, Any]] = []
    found: list[Any] = [None] * len(wanted)
    for block in partition.chunks():
        total, divisor, slopes = totals.totals_and_gradients(partition.slice_block(arrays, block), wanted)
        parts.append((total, divisor))
        for place, (i, slope) in enumerate(zip(wanted, map(materialize, slopes), strict=True)):
            if partition.is_partitioned(i):
                found[place] = [*(found[place] or []), slope]
            else:
                found[place] = slope if found[place] is None else found[place] + slope
    total, divisor = totals.added(parts, partition)
    xp, scale = namespace(total), totals.scale(divisor, partition)
    factor = totals.rest(divisor) if scale is None else scale
    whole = [xp.concat(each, axis=0) if isinstance(each, list) else each for each in found]
    return totals.finish(total, divisor), [each * factor for each in whole]
