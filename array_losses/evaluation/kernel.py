"""A sum over positions, of which everything here is made: what a block adds to it, and how its gradient comes about."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, NamedTuple, Protocol

from ..autodiff.sum_gradients import tape_gradients
from ..backends import backend_of
from ..typing import Array
from .partition import LazyMatmul, Partition

Parts = tuple[Any, ...]
"""What blocks add up to: arrays, the first one that is differentiated, and counts. A Python integer is a count that is
known before any array is looked at."""
Operands = tuple[Any, ...]
"""Arrays, each known to an executor by the type of its own library, and None."""
Slopes = tuple[Array | LazyMatmul, ...]
"""The derivatives of the first part with respect to each operand wanted."""
ByHand = Callable[..., tuple[Parts, Callable[[tuple[int, ...]], Slopes]] | None]

EACH = -1
"""As `Kernel.kept`: every position keeps its own."""


class Finish(Protocol):
    """The last step of a sum whose derivative by the first part is one number."""

    def __call__(self, parts: Parts) -> Any:
        """The result."""

    def factor(self, parts: Parts) -> float | None:
        """The derivative of the result by the first part, where no array has to be looked at for it."""

    def late_factor(self, parts: Parts) -> Array:
        """The derivative of the result by the first part."""


class Kernel(NamedTuple):
    """A sum over positions."""

    partials: Callable[..., Parts]
    """The additive parts of a block of the operands."""
    operands: Operands
    compute: Any
    """The dtype of the parts and of the gradients."""
    partition: Callable[[], Partition] | None = None
    """The layout of the operands, for blocks; None where parts of blocks do not add up."""
    finish: Finish | None = None
    """The last step; None: the parts are the result, and their gradient takes a second pass."""
    kept: int = 0
    """The number of leading position axes that the parts keep: 0 of a total, 1 of sums for each sample, or `EACH`."""
    by_hand: ByHand | None = None
    """The parts, and a function to their slopes, of finite operands; None for those it is not right for."""
    by_hand_argnums: tuple[int, ...] = (0,)
    """The operands whose slopes it gives."""
    values_by_hand: bool = False
    """Whether it is faster also where only the parts are wanted."""
    chunked: bool = False
    """Whether the formula makes more of its operands than is to be held at once: then there are blocks everywhere."""

    def whole(self, *operands: Array | None) -> Any:
        """The result of a plain evaluation of whole operands."""
        return self.finished(self.partials(*operands))

    def finished(self, parts: Parts) -> Any:
        """The result of the parts of all blocks."""
        if self.kept == EACH:
            return parts[0]
        return parts if self.finish is None else self.finish(parts)

    def has_gradient(self, argnums: tuple[int, ...]) -> bool:
        """Whether the derivative with respect to these operands is written beside the formula."""
        return self.by_hand is not None and set(argnums) <= set(self.by_hand_argnums)

    def values(self, operands: Any) -> Parts:
        """The parts of a block of plain operands, as `values_and_slopes` gives them."""
        found = self._by_hand(operands, ()) if self.values_by_hand else None
        return self.partials(*operands) if found is None else found[0]

    def values_and_slopes(
        self, operands: Any, argnums: tuple[int, ...], cotangents: Parts | None = None
    ) -> tuple[Parts, Slopes]:
        """The parts of a block of plain operands, and the slopes of the first one; with cotangents, those of all."""
        found = self._by_hand(operands, argnums) if cotangents is None else None
        if found is None:
            return tape_gradients(self.partials, operands, argnums, cotangents)
        parts, slopes = found
        return parts, slopes(argnums)

    def _by_hand(self, operands: Any, argnums: tuple[int, ...]) -> Any:
        """The parts and slopes as written beside the formula: for finite operands, as a finite total tells."""
        found = self.by_hand(*operands) if self.by_hand is not None and self.has_gradient(argnums) else None
        if found is None:
            return None
        seen = backend_of(found[0][0]).concrete_or_none(found[0][0])
        return found if seen is None or isfinite(seen) else None

    def without_operands(self, partition: Partition | None) -> Kernel:
        """A copy to keep for a gradient that may outlive the operands; `partition` says how they lay."""
        return self._replace(operands=(), partition=None if partition is None else lambda: partition)
