"""From unreduced losses to a result: the four reductions, weights, masks and the divisor of the mean.

The unreduced losses of a call, with their weights and mask, are its `Elements`; of these come the totals, a sum and a
divisor, additive over samples; the finish makes the mean of the totals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, isfinite, prod
from typing import Any, NamedTuple

from .backends import backend_of
from .backends.blocks import Layout, Product
from .backends.generic import Backend
from .checks import Call, frozen
from .errors import DTypeError, OptionError, describe, fail
from .numerics import safe_divide, weigh
from .sums import Sums

Array = Any
Slopes = tuple[Array | Product, ...]
REDUCTIONS = ("mean", "sum", "none", "sums")


class Elements(NamedTuple):
    """Unreduced losses, weighted and masked (0 where masked)."""

    loss: Array
    weight: Array | None = None
    """What each element counts in the divisor "weights", broadcastable to `loss`; None is 1."""
    kept: Array | None = None
    """Boolean mask of the elements that count, broadcastable to `loss`; None is all."""
    own: Array | None = None
    """What each element adds to the loss's own divisor (SSD: its positive boxes)."""


class Finish(NamedTuple):
    """The last step of a mean; equal for sums that may be merged."""

    loss: str
    options: tuple[tuple[str, Any], ...]
    dtype: Any
    floor: float = 0.0
    """The divisor is at least this (SSD: 1)."""

    def __call__(self, parts: tuple[Array, ...], reduction: str) -> Array:
        total, divisor, *merged = parts
        backend = backend_of(total)
        if reduction == "mean":
            # a constant divisor was added up once per merged Sums
            constant = divisor / merged[0] if merged else divisor
            total = divide(total, constant, self.floor)
        return backend.cast(total, self.dtype)

    def __repr__(self) -> str:
        return f"{self.loss}({', '.join(f'{name}={value!r}' for name, value in self.options)}) in {self.dtype}"


class Plan(NamedTuple):
    """How one call is reduced."""

    reduction: str
    normalizer: str | float | Array
    """ "weights", "count", "own" or a constant divisor."""
    finish: Finish


def divide(total: Array, divisor: Array | float, floor: float = 0.0) -> Array:
    """The mean; over nothing it is 0, with a zero gradient."""
    if isinstance(divisor, int | float):
        divisor = max(divisor, floor)
        return total / divisor if divisor != 0 else weigh(backend_of(total).xp.zeros_like(total), total)
    if floor:
        divisor = backend_of(divisor).xp.where(divisor > floor, divisor, floor)
    return safe_divide(total, divisor)


def check_options(call: Call, reduction: Any, normalizer: Any) -> Any:
    """The two options as they may be used: a reduction by its name, a normalizer by name, as number or 0-d array."""
    if not isinstance(reduction, str) or reduction not in REDUCTIONS:
        fail(OptionError, call.function, "reduction", 'be "mean", "sum", "none" or "sums"', describe(reduction))
    expected = 'be None, "weights", "count", a number or a 0-d array'
    if normalizer is None or isinstance(normalizer, str):
        if normalizer not in (None, "weights", "count"):
            fail(OptionError, call.function, "normalizer", expected, describe(normalizer))
        return normalizer
    plain = frozen(normalizer)
    normalizer = plain if isinstance(plain, int | float) else normalizer
    if isinstance(normalizer, bool):
        fail(OptionError, call.function, "normalizer", expected, describe(normalizer))
    if isinstance(normalizer, int | float):
        if not 0 <= normalizer < inf:
            fail(OptionError, call.function, "normalizer", "be a finite number >= 0", describe(normalizer))
        return float(normalizer)
    array = call.real("normalizer", normalizer)
    if tuple(array.shape) != ():
        fail(DTypeError, call.function, "normalizer", expected, describe(normalizer))
    return call.backend.cast(array, call.compute)


def weighted(loss: Array, weights: Sequence[Array | None], class_weight: Array | None, where: Array | None) -> Elements:
    """Weigh and mask unreduced losses.

    `weights` multiply the loss here; `class_weight` is in the loss already and only counts in the divisor.
    """
    weight = class_weight
    for each in weights:
        if each is None:
            continue
        if where is not None:  # what is masked may hold NaN, also in its weights
            each = backend_of(loss).xp.where(where, each, 0.0)
        loss = weigh(each, loss)
        weight = each if weight is None else weight * each
    if where is not None:
        xp = backend_of(loss).xp
        loss = xp.where(where, loss, 0.0)
        weight = None if weight is None else xp.where(where, weight, 0.0)
    return Elements(loss, weight, where)


def divisor_of(elements: Elements, normalizer: Any) -> Array | int | float:
    """The divisor of the mean: additive, but for a constant."""
    if not isinstance(normalizer, str):
        return normalizer
    loss, xp = elements.loss, backend_of(elements.loss).xp
    if normalizer == "own":
        return xp.sum(elements.own)
    if normalizer == "weights" and elements.weight is not None:
        return xp.sum(xp.broadcast_to(elements.weight, loss.shape))
    if elements.kept is None:
        return prod(loss.shape)
    kept = xp.astype(xp.broadcast_to(elements.kept, loss.shape), xp.int32)  # exact to 2^31, float32 only to 2^24
    return xp.astype(xp.sum(kept, dtype=xp.int32), loss.dtype)


class Prepared(NamedTuple):
    """A checked call: its arrays, what to make of them, and what the evaluator may do with them."""

    arrays: tuple[Array | None, ...]
    elements: Callable[..., Elements]
    layout: Callable[[], Layout] | None = None
    """How the arrays are cut into blocks whose totals add up; None where they do not."""
    slope: Callable[..., tuple[Elements, Callable[[Any], Slopes]] | None] | None = None
    """The elements of finite arrays, and the derivatives of their sum with respect to wanted arrays of `sloped`.

    Finite derivatives wherever the elements are finite.
    """
    sloped: tuple[int, ...] = (0,)
    tape: Callable[..., Any] | None = None
    """The derivatives of `totals` by the tape, for arrays of any library."""
    large: bool = False
    """Whether the formula makes more of its arrays than is to be held at once: then there are blocks everywhere."""


class Totals:
    """A call as a sum and a finish: what `Backend.evaluate` is given."""

    def __init__(self, call: Call, plan: Plan, prepared: Prepared) -> None:
        self.call, self.plan, self.prepared = call, plan, prepared
        self.compute = call.compute

    def __call__(self, *arrays: Array | None) -> Any:
        """The plain evaluation, on whole arrays."""
        return self.finish(*self.totals(*arrays))

    def totals(self, *arrays: Array | None) -> tuple[Array, Any]:
        """The sum of the losses and the divisor, both additive; a number or None is a divisor known before."""
        return self._totals(self.prepared.elements(*arrays))

    def _totals(self, found: Elements) -> tuple[Array, Any]:
        plan = self.plan
        return backend_of(found.loss).xp.sum(found.loss), (
            None if plan.reduction == "sum" else divisor_of(found, plan.normalizer)
        )

    def finish(self, total: Array, divisor: Any) -> Any:
        backend, plan = backend_of(total), self.plan
        if plan.reduction == "sums":
            return total, divisor
        if plan.reduction == "mean":
            total = divide(total, divisor, plan.finish.floor)
        return backend.cast(total, self.call.dtype)

    def added(self, parts: list[tuple[Array, Any]], layout: Layout) -> tuple[Array, Any]:
        """The totals of all blocks, in their order."""
        backend = backend_of(parts[0][0])
        total = backend.xp.sum(backend.xp.stack([part[0] for part in parts]))
        divisor = parts[0][1]
        if not self.known(divisor):
            divisor = backend.xp.sum(backend.xp.stack([part[1] for part in parts]))
        elif type(divisor) is int:
            divisor = prod(layout.positions)
        return total, divisor

    def constant(self, arrays: tuple[Array | None, ...], layout: Layout) -> tuple[bool, Any]:
        """Whether the divisor does not depend on what the arrays hold, and it: a block of nothing tells."""
        _, divisor = self.totals(*layout.take(arrays, (slice(0, 0),)))
        return self.known(divisor), prod(layout.positions) if isinstance(divisor, int) else divisor

    def known(self, divisor: Any) -> bool:
        """Whether a divisor is the same whatever the arrays hold."""
        return divisor is None or type(divisor) is int or not isinstance(self.plan.normalizer, str)

    def scale(self, divisor: Any, layout: Layout | None) -> float | None:
        """What a block's gradient is multiplied by, where the whole divisor is known already."""
        if self.plan.reduction != "mean":
            return 1.0
        if type(divisor) not in (int, float):  # a NumPy scalar is a sum
            return None
        if type(divisor) is int and layout is not None:  # a count, of one block
            divisor = prod(layout.positions)
        whole = max(divisor, self.plan.finish.floor)
        return 1 / whole if whole else 0.0

    def rest(self, divisor: Any) -> Array:
        """What the gradient of the totals is multiplied by where only the whole divisor told."""
        return divide(backend_of(divisor).xp.ones_like(divisor), divisor, self.plan.finish.floor)

    def by_hand(self, wanted: tuple[int, ...]) -> bool:
        """Whether the derivative with respect to the wanted arrays is written beside the formula."""
        return self.prepared.slope is not None and set(wanted) <= set(self.prepared.sloped)

    def slopes(self, arrays: Any, wanted: tuple[int, ...]) -> tuple[Array, Any, Slopes]:
        """The totals of plain arrays, and the derivatives of the sum with respect to the wanted ones."""
        found = self._by_hand(arrays, wanted)
        if found is not None:
            total, divisor, slope = found
            return total, divisor, slope(wanted)
        assert self.prepared.tape is not None
        return self.prepared.tape(self.totals, arrays, wanted)  # type: ignore[no-any-return]

    def values(self, arrays: Any) -> tuple[Array, Any]:
        """The totals of plain arrays, as `slopes` gives them."""
        found = self._by_hand(arrays, ())
        return self.totals(*arrays) if found is None else found[:2]

    def _by_hand(self, arrays: Any, wanted: tuple[int, ...]) -> Any:
        """The totals and the slope as written beside the formula: for finite arrays, as a finite total tells."""
        both = self.prepared.slope(*arrays) if self.by_hand(wanted) else None  # type: ignore[misc]
        if both is None:
            return None
        total, divisor = self._totals(both[0])
        seen = backend_of(total).look(total)
        return (total, divisor, both[1]) if seen is None or isfinite(seen) else None


def reduce(call: Call, plan: Plan, prepared: Prepared) -> Any:
    """Evaluate unreduced losses and reduce them."""
    backend: Backend = call.backend
    if plan.reduction == "none":

        def each(*arrays: Any) -> Array:
            return backend_of(loss := prepared.elements(*arrays).loss).cast(loss, call.dtype)

        return backend.evaluate_each(each, prepared, call.dtype)
    found = backend.evaluate(Totals(call, plan, prepared), prepared.arrays)
    return sums(call, plan, *found) if plan.reduction == "sums" else found


def sums(call: Call, plan: Plan, total: Array, divisor: Any) -> Sums:
    """The parts of a mean as arrays; a constant divisor is kept beside the number of merged sums."""
    one = call.backend.xp.ones_like(total)
    if isinstance(divisor, int | float):
        divisor = one * float(divisor)
    if isinstance(plan.normalizer, str):
        return Sums((total, divisor), plan.finish)
    return Sums((total, divisor, one), plan.finish)
