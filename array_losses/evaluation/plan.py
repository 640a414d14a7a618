"""A checked call as a sum and a finish: what an adapter evaluates, whole or in blocks."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from math import isfinite, prod
from typing import Any, NamedTuple

from ..arguments import Arguments
from ..backends import backend_of
from ..backends.base import Backend
from ..numerics import poison
from ..pairs import pair_of
from ..reduction import Elements, Plan, divide, divisor_of, nothing
from ..sums import Sums
from ..typing import Array
from .evaluable import Divisor
from .partition import LazyMatmul, Partition

Slopes = tuple[Array | LazyMatmul, ...]


class Prepared(NamedTuple):
    """A checked call: its arrays, what to make of them, and what the evaluator may do with them."""

    arrays: tuple[Array | None, ...]
    elements: Callable[..., Elements]
    partition: Callable[[], Partition] | None = None
    """The layout of the arrays, for blocks whose totals add up; None where they do not."""
    slope: Callable[..., tuple[Elements, Callable[[Any], Slopes]] | None] | None = None
    """The elements of finite arrays, and the derivatives of their sum with respect to wanted arrays of `sloped`.

    Finite derivatives wherever the elements are finite.
    """
    sloped: tuple[int, ...] = (0,)
    tape: Callable[..., Any] | None = None
    """The derivatives of `totals` by the tape, for arrays of any library."""
    large: bool = False
    """Whether the formula makes more of its arrays than is to be held at once: then there are blocks everywhere."""
    values_by_slope: bool = True
    """Whether `slope` is faster also where only the elements are wanted."""


class Totals:
    """A call as a sum and a finish: what `Backend.evaluate` is given."""

    def __init__(self, call: Arguments, plan: Plan, prepared: Prepared) -> None:
        self.plan, self.prepared, self.compute = plan, prepared, call.compute

    def detach_arrays(self, partition: Partition | None) -> Totals:
        """A copy without arrays, to keep for a gradient that may outlive them; `partition` says how they lay."""
        kept = copy(self)
        kept.prepared = self.prepared._replace(arrays=(), partition=None if partition is None else lambda: partition)
        return kept

    def __call__(self, *arrays: Array | None) -> Any:
        """The result of a plain evaluation, on whole arrays."""
        return self.finish(*self.totals(*arrays))

    def totals(self, *arrays: Array | None) -> tuple[Array, Divisor]:
        """The sum of the losses and the divisor, both additive; a number or None is a divisor known before."""
        return self._totals(self.prepared.elements(*arrays))

    def _totals(self, found: Elements) -> tuple[Array, Any]:
        plan, total = self.plan, backend_of(found.loss).xp.sum(found.loss)
        divisor = None if plan.reduction == "sum" else divisor_of(found, plan.normalizer)
        return total if found.all_valid is None else poison(total, found.all_valid), divisor

    def finish(self, total: Array, divisor: Any) -> Any:
        if self.plan.reduction == "sums":
            return total, divisor
        return divide(total, divisor, self.plan.finish.min_divisor) if self.plan.reduction == "mean" else total

    def added(self, parts: list[tuple[Array, Divisor]], partition: Partition) -> tuple[Array, Divisor]:
        """The totals of all blocks, in their order."""
        backend = backend_of(parts[0][0])
        total = backend.xp.sum(backend.xp.stack([part[0] for part in parts]))
        divisor = parts[0][1]
        if not self.known(divisor):
            counts = backend.xp.stack([part[1] for part in parts])
            divisor = backend.xp.sum(counts, dtype=counts.dtype)
        elif type(divisor) is int:
            divisor = prod(partition.positions)
        return total, divisor

    def constant(self, arrays: tuple[Array | None, ...], partition: Partition) -> tuple[bool, Divisor]:
        """Whether the divisor does not depend on the values of the arrays, and that divisor, of an empty block."""
        _, divisor = self.totals(*partition.slice_block(arrays, (slice(0, 0),)))
        return self.known(divisor), prod(partition.positions) if isinstance(divisor, int) else divisor

    def known(self, divisor: Divisor) -> bool:
        """Whether a divisor is the same whatever the arrays hold."""
        return divisor is None or type(divisor) is int or not isinstance(self.plan.normalizer, str)

    def scale(self, divisor: Any, partition: Partition | None) -> float | None:
        """The factor of a block's gradient where the divisor of the whole is known already; else None."""
        if self.plan.reduction != "mean":
            return 1.0
        if type(divisor) not in (int, float):  # a NumPy scalar is a sum
            return None
        if type(divisor) is int and partition is not None:  # a count, of one block
            divisor = prod(partition.positions)
        whole = max(divisor, self.plan.finish.min_divisor)
        return 1 / whole if whole else 0.0

    def rest(self, divisor: Divisor) -> Array:
        """The factor of the gradient of the totals that could only be known with the divisor of the whole."""
        divisor = backend_of(divisor).cast(divisor, self.compute)
        return divide(backend_of(divisor).xp.ones_like(divisor), divisor, self.plan.finish.min_divisor)

    def factor(self, divisor: Divisor) -> Array | float:
        """The factor of the gradient of the totals of arrays that are not cut."""
        scale = self.scale(divisor, None)
        return self.rest(divisor) if scale is None else scale

    def by_hand(self, wanted: tuple[int, ...]) -> bool:
        """Whether the derivative with respect to the wanted arrays is written beside the formula."""
        return self.prepared.slope is not None and set(wanted) <= set(self.prepared.sloped)

    def totals_and_gradients(self, arrays: Any, wanted: tuple[int, ...]) -> tuple[Array, Divisor, Slopes]:
        """The totals of plain arrays, and the derivatives of the sum with respect to the wanted ones."""
        found = self._by_hand(arrays, wanted)
        if found is not None:
            total, divisor, slope = found
            return total, divisor, slope(wanted)
        assert self.prepared.tape is not None
        return self.prepared.tape(self.totals, arrays, wanted)  # type: ignore[no-any-return]

    def values(self, arrays: Any) -> tuple[Array, Divisor]:
        """The totals of plain arrays, as `totals_and_gradients` gives them."""
        found = self._by_hand(arrays, ()) if self.prepared.values_by_slope else None
        return self.totals(*arrays) if found is None else found[:2]

    def _by_hand(self, arrays: Any, wanted: tuple[int, ...]) -> Any:
        """The totals and the slope as written beside the formula: for finite arrays, as a finite total tells."""
        both = self.prepared.slope(*arrays) if self.by_hand(wanted) else None  # type: ignore[misc]
        if both is None:
            return None
        total, divisor = self._totals(both[0])
        seen = backend_of(total).concrete_or_none(total)
        return (total, divisor, both[1]) if seen is None or isfinite(seen) else None


def reduce(call: Arguments, plan: Plan, prepared: Prepared) -> Array | Sums:
    """Evaluate unreduced losses and reduce them."""
    backend: Backend = call.backend
    if plan.reduction == "none":

        def each(*arrays: Array | None) -> Array:
            return prepared.elements(*arrays).loss

        return backend.evaluate_each(each, prepared, call.compute)
    divisor, mean = plan.normalizer, plan.reduction == "mean"
    if mean and isinstance(divisor, int | float) and max(divisor, plan.finish.min_divisor) == 0:
        return backend.run(lambda *arrays: nothing(arrays, call.compute), prepared.arrays)
    if plan.reduction != "sum" and not isinstance(divisor, str | int | float):  # an array, which may be differentiated
        total = backend.evaluate(Totals(call, plan._replace(reduction="sum"), prepared), prepared.arrays)
        return divide(total, divisor) if mean else make_sums(plan, total, divisor)
    found = backend.evaluate(Totals(call, plan, prepared), prepared.arrays)
    return make_sums(plan, *found) if plan.reduction == "sums" else found


def make_sums(plan: Plan, total: Array, divisor: Any) -> Sums:
    """The parts of a mean; a constant divisor is kept beside the number of merged sums."""
    xp = backend_of(total).xp
    whole, rest = pair_of(divisor, total)
    parts, rests = (total, whole), (xp.zeros_like(total), rest)
    if isinstance(plan.normalizer, str):
        return Sums(parts, plan.finish, rests)
    return Sums((*parts, xp.ones_like(total)), plan.finish, (*rests, xp.zeros_like(total)))
