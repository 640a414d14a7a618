"""What a formula makes of positions, summed over them: results that add up over blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .blocks import Block, Layout

Array = Any
Sums = tuple[Array, ...]


class Additive(NamedTuple):
    """Sums over positions: with `by_row` a row of them for each entry of the first axis, else over that axis too."""

    formula: Callable[..., Sums]
    arrays: tuple[Array | None, ...]
    layout: Callable[[], Layout]
    by_row: bool
    tape: Callable[..., Any]
    """The derivatives of a (total, divisor) by the tape, for arrays of any library."""
    compute: Any
    """The dtype of the sums and of the gradients."""

    def whole(self) -> Sums:
        """The plain evaluation."""
        return self.formula(*self.arrays)

    def added(self, parts: list[Sums], blocks: list[Block]) -> Sums:
        """The sums of all blocks, in their order."""
        from . import namespace

        rows: dict[Any, Sums] = {}
        for block, part in zip(blocks, parts, strict=True):
            row = (block[0].start, block[0].stop) if self.by_row else None
            before = rows.get(row)
            rows[row] = part if before is None else tuple([a + b for a, b in zip(before, part, strict=True)])
        if len(rows) == 1:
            return next(iter(rows.values()))
        return tuple([namespace(each[0]).concat(list(each), axis=0) for each in zip(*rows.values(), strict=True)])
