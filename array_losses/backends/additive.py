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
    large: bool = False
    """As of `Prepared`: its formula does not make too much of its arrays."""

    def of(self, arrays: tuple[Array | None, ...]) -> Additive:
        """The same of other arrays of the same shapes."""
        return self._replace(arrays=arrays)

    def without_arrays(self, layout: Layout) -> Additive:
        """The same, to be kept for a gradient that may outlive the arrays; they lie as the layout says."""
        return self._replace(arrays=(), layout=lambda: layout)

    def whole(self) -> Sums:
        """The plain evaluation."""
        return self.formula(*self.arrays)

    def slopes(self, block: Block, part: list[Array | None], gs: Sums, wanted: tuple[int, ...]) -> tuple[Array, ...]:
        """The derivatives of a block's sums, weighted by those of what is made of the sums (None is 0)."""
        row = block[:1] if self.by_row else ()

        def total(*arrays: Array | None) -> tuple[Array, None]:
            weighted = [each * g[row] for each, g in zip(self.formula(*arrays), gs, strict=True) if g is not None]
            return sum(each.__array_namespace__().sum(each) for each in weighted), None

        return self.tape(total, part, wanted)[2]  # type: ignore[no-any-return]

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
