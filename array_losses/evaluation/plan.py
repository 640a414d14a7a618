"""A checked call as a kernel: the sum of its unreduced losses, and the last step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from ..arguments import Arguments
from ..backends import backend_of
from ..backends.base import Backend
from ..numerics import poison
from ..pairs import pair_of
from ..reduction import Elements, Plan, divide, divisor_of, nothing
from ..sums import Sums
from ..typing import Array
from . import evaluate
from .kernel import EACH, Kernel, Parts, Slopes
from .partition import Partition

ElementsByHand = Callable[..., tuple[Elements, Callable[[tuple[int, ...]], Slopes]] | None]


class Prepared(NamedTuple):
    """A checked call: its arrays, what to make of them, and what the evaluator may do with them."""

    arrays: tuple[Array | None, ...]
    elements: Callable[..., Elements]
    partition: Callable[[], Partition] | None = None
    """The layout of the arrays, for blocks whose totals add up; None where they do not."""
    by_hand: ElementsByHand | None = None
    """The elements of finite arrays, and the derivatives of their sum with respect to wanted arrays of `argnums`.

    Finite derivatives wherever the elements are finite.
    """
    argnums: tuple[int, ...] = (0,)
    chunked: bool = False
    """Whether the formula makes more of its arrays than is to be held at once: then there are blocks everywhere."""
    values_by_hand: bool = True
    """Whether `by_hand` is faster also where only the elements are wanted."""
    sized: bool = False
    """Whether each loss is divided by a size in the mean."""
    parts: Callable[..., tuple[Elements, dict[str, Elements]]] | None = None
    """The elements, and by name those of the parts that they are the sum of, where the loss has parts."""

    def divided(self) -> Prepared:
        """The call with losses that are divided by their sizes."""
        elements = self.elements
        return self._replace(elements=lambda *arrays: by_size(elements(*arrays)), sized=False)


class Mean(NamedTuple):
    """The last step of a mean, a sum or `Sums`."""

    reduction: str
    constant: Any
    """The divisor where it is a number; else it is the second part."""
    min_divisor: float
    compute: Any

    def __call__(self, parts: Parts) -> Any:
        divisor = parts[1] if len(parts) > 1 else self.constant
        if self.reduction == "sums":
            return parts[0], divisor
        return divide(parts[0], divisor, self.min_divisor) if self.reduction == "mean" else parts[0]

    def factor(self, parts: Parts) -> float | None:
        if self.reduction != "mean":
            return 1.0
        divisor = parts[1] if len(parts) > 1 else self.constant
        if type(divisor) not in (int, float):  # a NumPy scalar is a sum
            return None
        whole = max(divisor, self.min_divisor)
        return 1 / whole if whole else 0.0

    def late_factor(self, parts: Parts) -> Array:
        divisor = backend_of(parts[1]).cast(parts[1], self.compute)
        return divide(backend_of(divisor).xp.ones_like(divisor), divisor, self.min_divisor)


def reduce(call: Arguments, plan: Plan, prepared: Prepared) -> Array | Sums:
    """Evaluate unreduced losses and reduce them."""
    backend: Backend = call.backend
    divisor, mean = plan.normalizer, plan.reduction == "mean"
    if plan.reduction == "none":
        losses = evaluate(backend, kernel_of_each(call, prepared))
        return cast("Array", losses[0] if prepared.chunked else losses)
    if mean and prepared.sized:
        prepared = prepared.divided()
    if prepared.sized and plan.reduction == "sums":
        return sized_sums(call, plan, prepared)
    if mean and isinstance(divisor, int | float) and max(divisor, plan.finish.min_divisor) == 0:
        return backend.run(lambda *arrays: nothing(arrays, call.compute), prepared.arrays)
    if plan.reduction != "sum" and not isinstance(divisor, str | int | float):  # an array, which may be differentiated
        total = evaluate(backend, kernel_of(call, plan._replace(reduction="sum"), prepared))
        return divide(total, divisor) if mean else make_sums(plan, total, divisor)
    found: Any = evaluate(backend, kernel_of(call, plan, prepared))
    return make_sums(plan, *found) if plan.reduction == "sums" else found


def sized_sums(call: Arguments, plan: Plan, prepared: Prepared) -> Sums:
    """The sums of losses that are divided by their sizes in the mean alone: both totals."""
    elements, named = prepared.elements, isinstance(plan.normalizer, str)

    def parts_of(*arrays: Array | None) -> Parts:
        found = elements(*arrays)
        totals = total_of(by_size(found)), total_of(found)
        return (*totals, divisor_of(found, plan.normalizer)) if named else totals

    total, undivided, *divisor = evaluate(call.backend, Kernel(parts_of, prepared.arrays, call.compute))
    finish = plan.finish._replace(sized=True)
    return make_sums(plan._replace(finish=finish), total, *(divisor or [plan.normalizer]), undivided)


def reduce_with_parts(call: Arguments, plan: Plan, prepared: Prepared) -> tuple[Any, dict[str, Any]]:
    """The reduced loss and its reduced parts, evaluated together."""
    parts, finish = prepared.parts, plan.finish
    assert parts is not None

    def of_all(*arrays: Array | None) -> tuple[Any, dict[str, Any]]:
        whole, found = parts(*arrays)
        divisor = divisor_of(whole, plan.normalizer)

        def result(name: str, each: Elements) -> Any:
            if plan.reduction == "none":
                return each.loss
            total = total_of(each)
            if plan.reduction == "sums":
                options = (*finish.options, *([("part", name)] if name else []))
                return make_sums(plan._replace(finish=finish._replace(options=options)), total, divisor)
            return divide(total, divisor, finish.min_divisor) if plan.reduction == "mean" else total

        return result("", whole), {name: result(name, each) for name, each in found.items()}

    return call.backend.run(of_all, prepared.arrays)


def by_size(found: Elements) -> Elements:
    """The losses divided by their sizes."""
    return found if found.size is None else found._replace(loss=found.loss / found.size, size=None)


def total_of(found: Elements) -> Array:
    """The sum of the losses; NaN where a value turned out to be bad."""
    total = backend_of(found.loss).xp.sum(found.loss)
    return total if found.all_valid is None else poison(total, found.all_valid)


def kernel_of(call: Arguments, plan: Plan, prepared: Prepared) -> Kernel:
    """The sum of the losses, and the divisor where it is one too."""
    # no function may hold `prepared`, as a gradient may outlive its arrays
    elements, by_hand = prepared.elements, prepared.by_hand
    named = plan.reduction != "sum" and isinstance(plan.normalizer, str)

    def parts_of(found: Elements) -> Parts:
        total = total_of(found)
        return (total, divisor_of(found, plan.normalizer)) if named else (total,)

    def parts_by_hand(*arrays: Array | None) -> Any:
        found = by_hand(*arrays) if by_hand is not None else None
        return None if found is None else (parts_of(found[0]), found[1])

    constant = None if isinstance(plan.normalizer, str) else plan.normalizer
    return Kernel(
        lambda *arrays: parts_of(elements(*arrays)),
        prepared.arrays,
        call.compute,
        prepared.partition,
        Mean(plan.reduction, constant, plan.finish.min_divisor, call.compute),
        by_hand=None if by_hand is None else parts_by_hand,
        by_hand_argnums=prepared.argnums,
        values_by_hand=prepared.values_by_hand,
        chunked=prepared.chunked,
    )


def kernel_of_each(call: Arguments, prepared: Prepared) -> Kernel:
    """The losses themselves; in chunks by rows, whose gradient is made in chunks too."""
    elements = prepared.elements
    return Kernel(
        lambda *arrays: (elements(*arrays).loss,),
        prepared.arrays,
        call.compute,
        prepared.partition,
        kept=1 if prepared.chunked else EACH,
        chunked=prepared.chunked,
    )


def make_sums(plan: Plan, total: Array, divisor: Any, *more: Array) -> Sums:
    """The parts of a mean, and more of them; a constant divisor is kept beside the number of merged sums."""
    xp = backend_of(total).xp
    whole, rest = pair_of(divisor, total)
    if not isinstance(plan.normalizer, str):
        more = (xp.ones_like(total), *more)
    return Sums((total, whole, *more), plan.finish, (xp.zeros_like(total), rest, *map(xp.zeros_like, more)))
