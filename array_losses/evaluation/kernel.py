"""Sums over positions, as regional losses need them: those of blocks add up to those of the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..typing import Array
from .partition import Block, Partition

Parts = tuple[Array, ...]


class Additive(NamedTuple):
    """Sums over positions: with `by_row` a row of them for each entry of the first axis, else over that axis too."""

    formula: Callable[..., Parts]
    arrays: tuple[Any, ...]
    partition: Callable[[], Partition]
    by_row: bool
    tape: Callable[..., Any]
    """The derivatives of a (total, divisor) by the tape, for arrays of any library."""
    compute: Any
    """The dtype of the sums and of the gradients."""
    large: bool = False
    """Always False: the formula never makes more than blocks hold. `Prepared` has the same field."""

    def with_arrays(self, arrays: tuple[Array | None, ...]) -> Additive:
        """A copy with other arrays of the same shapes."""
        return self._replace(arrays=arrays)

    def detach_arrays(self, partition: Partition) -> Additive:
        """A copy without arrays, to keep for a gradient that may outlive them; `partition` says how they lay."""
        return self._replace(arrays=(), partition=lambda: partition)

    def whole(self) -> Parts:
        """The sums by one plain evaluation of all arrays."""
        return self.formula(*self.arrays)

    def block_vjp(
        self, block: Block, part: list[Array | None], gs: Parts, wanted: tuple[int, ...]
    ) -> tuple[Array, ...]:
        """The vector-Jacobian products of a block's sums with the cotangents `gs` of all sums (None is 0)."""
        from ..backends import namespace

        row = block[:1] if self.by_row else ()

        def total(*arrays: Array | None) -> tuple[Array, None]:
            weighted = [each * g[row] for each, g in zip(self.formula(*arrays), gs, strict=True) if g is not None]
            first, *others = [namespace(each).sum(each) for each in weighted]
            return sum(others, start=first), None

        return self.tape(total, part, wanted)[2]  # type: ignore[no-any-return]

    def added(self, parts: list[Parts], blocks: list[Block]) -> Parts:
        """The sums of all blocks, in their order."""
        from ..backends import namespace

        rows: dict[Any, Parts] = {}
        for block, part in zip(blocks, parts, strict=True):
            row = (block[0].start, block[0].stop) if self.by_row else None
            before = rows.get(row)
            rows[row] = part if before is None else tuple([a + b for a, b in zip(before, part, strict=True)])
        if len(rows) == 1:
            return next(iter(rows.values()))
        return tuple([namespace(each[0]).concat(list(each), axis=0) for each in zip(*rows.values(), strict=True)])
