"""What surrounds a formula: its arguments cast, masked and checked, its losses weighed; and so for its derivative."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial, reduce
from operator import or_
from typing import Any, NamedTuple

from ..backends import backend_of
from ..domains import INSIDE, Domain
from ..errors import ShapeError
from ..evaluation.partition import Partition
from ..evaluation.plan import Prepared
from ..inspection import all_finite
from ..numerics import and_, fill_weightless, in_domains, nan_outside, poison
from ..reduction import Elements, weighted
from ..typing import Array
from .frame import Frame
from .layout import Layout
from .letters import aligned, all_aligned, any_aligned, spell

Weights = list[Array | None]


class Seen(NamedTuple):
    """The arguments as a formula may see them, and what its losses take."""

    inputs: dict[str, Any]
    weights: Weights
    """The weights outside the formula."""
    kept: Array | None
    """The mask, without ignored ids; None is everything."""
    valid: Array | None
    """Where ids are valid; None is everywhere."""
    doubtful: dict[str, tuple[Array, Domain]]
    """The arrays whose values are still to be checked, with their domains."""


class Counts(NamedTuple):
    """What of the losses counts, beside their weights (`Elements`)."""

    kept: Array | None = None
    weight: Array | None = None
    counted: Array | None = None
    size: Array | None = None


class Sized(NamedTuple):
    """Unreduced losses, and what each is divided by in the mean alone; None is 1."""

    loss: Array
    size: Array | None


class Surround:
    """The steps from the arrays of a call to its elements, by their roles; a family says where it differs."""

    name: str
    formula: Callable[..., Any]
    derivative: Callable[..., Any] | None
    main_argument: str
    gather = ""
    """What to gather for the loss of several batches, where their sums do not add up to it."""
    dense = True
    """Whether the formula reads all entries: where it reads one of each position, blocks do not pay."""
    hides_infinite = True
    """Whether what is infinite and of no weight is hidden, as it would make the derivative NaN."""
    sized = ""
    """The option, where there is one, that says whether each loss is divided by a size in the mean (`Sized`)."""
    calls_user = False
    """Whether an option is a function of the user's: it may know no arrays but those that came, so no blocks."""
    values_by_hand = True
    """Whether the derivative by hand is faster also where only the value is wanted."""

    def layout(self, options: Mapping[str, Any]) -> Layout:
        """The layout of the arrays for these options."""
        raise NotImplementedError

    @property
    def by_hand_names(self) -> tuple[str, ...]:
        """The arguments by which the derivative beside the formula differentiates."""
        return (self.main_argument,)

    def prepared(self, frame: Frame, arrays: tuple[Array | None, ...], chunk: int = 0) -> Prepared:
        """The mask, the weights of the samples and the arrays of a call, and what to make of them."""
        by_hand = self.derivative is not None and not frame.hyper_arrays and not frame.unseen

        def partition() -> Partition:
            uncut = tuple([i for i, (letter, _) in enumerate(frame.returned) if frame.layout.fixes(letter)])
            return Partition(frame.positions, frame.specs(arrays), chunk, uncut)

        return Prepared(
            arrays,
            partial(self.elements, frame),
            None if self.gather or self.sized or self.calls_user or not self.dense else partition,
            partial(self.elements_by_hand, frame) if by_hand else None,
            tuple([2 + frame.names.index(each) for each in self.by_hand_names]),
            chunk > 0 and backend_of(arrays[2]).is_known(frame.positions[0]) and frame.positions[0] > chunk,
            self.values_by_hand,
            bool(self.sized and frame.hyper[self.sized]),
        )

    # --- within a block ---------------------------------------------------------------------------------------------

    def elements(self, frame: Frame, where: Array | None, sample_weight: Array | None, *given: Any) -> Elements:
        """The unreduced losses."""
        seen = self.seen(frame, where, sample_weight, given)
        return self.counted(frame, seen, self.formula(**seen.inputs, **frame.hyper))

    def elements_by_hand(self, frame: Frame, where: Array | None, sample_weight: Array | None, *given: Any) -> Any:
        """The unreduced losses, and a function to the derivatives of their sum with respect to wanted arrays."""
        seen = self.seen(frame, where, sample_weight, given, self.masks_behind(frame, given[0]))
        found = self.derivative(**seen.inputs, **frame.hyper)  # type: ignore[misc]
        if found is None:
            return None
        result, slope = found

        def slopes(wanted: tuple[int, ...]) -> tuple[Any, ...]:
            return self.slopes(frame, seen, slope, [frame.names[i - 2] for i in wanted])

        return self.counted(frame, seen, result), slopes

    def masks_behind(self, frame: Frame, input: Array) -> bool:
        """Whether losses and slopes alone need be masked: a finite sum, which is looked at, shows that all else is."""
        apart = not (frame.layout.inner or self.gather) and self.by_hand_names == (self.main_argument,)
        return apart and backend_of(input).concrete_or_none(input) is not None

    def seen(
        self, frame: Frame, where: Array | None, sample_weight: Array | None, given: Any, shown: bool = False
    ) -> Seen:
        """The arguments of the formula, cast and masked; `shown` leaves what is masked."""
        named, arrays, compute = dict(zip(frame.names, given, strict=True)), {}, frame.compute
        kept, valid = where, None
        for role, (name, each) in zip(frame.roles, named.items(), strict=True):
            if each is not None and role.selects:
                each, kept, good = frame.checks[name].sanitized(each, kept, named)
                valid = valid if good is None else and_(valid, good)
            arrays[name] = backend_of(each).cast(each, compute) if each is not None and role.numbers else each
        weights = [arrays.pop(name) for name in frame.geometry.outside]
        weights.append(None if sample_weight is None else backend_of(sample_weight).cast(sample_weight, compute))
        doubtful = {name: self.doubtful(frame, name, arrays[name], kept) for name in frame.doubtful}
        counts = self.counts(frame, arrays, weights) if self.hides_infinite and not self.gather else None
        for name in frame.geometry.hidden:
            mask = None if kept is None or shown else frame.mask(kept, name)
            arrays[name] = self.hide(frame, name, arrays, mask)
            role = frame.geometry.role[name]
            if counts is not None and role.may_be_infinite:
                counted = any_aligned(counts, frame.returned, frame.axes[name])
                arrays[name] = fill_weightless(arrays[name], counted, role.neutral)
        if frame.layout.inner or self.gather:
            arrays["where"] = kept
        return Seen(arrays, weights, kept, valid, doubtful)

    def hide(self, frame: Frame, name: str, arrays: Mapping[str, Any], mask: Array | None) -> Array:
        """An array as the formula may see it."""
        return frame.geometry.role[name].for_formula(arrays[name], mask, frame.checks.get(name, INSIDE))

    def doubtful(self, frame: Frame, name: str, array: Array, kept: Array | None) -> tuple[Array, Domain]:
        """An array whose values are still to be checked, without what is masked, and its domain."""
        domain, mask = frame.checks[name].unseen, frame.mask(kept, name)
        return array if mask is None else backend_of(array).xp.where(mask, array, domain.neutral), domain

    def counts(self, frame: Frame, arrays: Mapping[str, Any], weights: Weights) -> Array | None:
        """The mask of the losses that have a weight, or whose arguments are finite; None is everywhere."""
        given = [each for each in weights if each is not None]
        if not given:
            return None
        numbers = [name for name in frame.geometry.hidden if frame.geometry.role[name].may_be_infinite]
        if all(all_finite(arrays[name]) for name in numbers):
            return None
        infinite = [
            any_aligned(backend_of(arrays[name]).xp.isinf(arrays[name]), frame.axes[name], frame.returned)
            for name in numbers
        ]
        finite = ~reduce(or_, infinite)
        return reduce(and_, [(weight != 0) | finite for weight in given], None)

    def counted(self, frame: Frame, seen: Seen, found: Any) -> Elements:
        """The losses that a formula found, weighed and masked."""
        loss, counts = self.losses(frame, seen, found)
        if loss.ndim != len(frame.returned):
            given = f"{spell(frame.layout.returns)}, got {tuple(loss.shape)}"
            raise ShapeError(f"{self.name}: the formula must return the unreduced losses, of shape {given}")
        if seen.doubtful and not frame.summed:
            loss = self.spoiled(frame, seen, loss)
        elements = weighted(loss, seen.weights, counts.weight, counts.kept, self.valid(frame, seen), frame.summed)
        if seen.doubtful and frame.summed:
            arrays, domains = zip(*seen.doubtful.values(), strict=True)
            good = in_domains(arrays, domains)
            elements = elements._replace(all_valid=good if good is None else and_(elements.all_valid, good))
        if counts.counted is None and counts.size is None:
            return elements
        return elements._replace(counted=counts.counted, size=counts.size)

    def valid(self, frame: Frame, seen: Seen) -> Array | None:
        """Where the unreduced losses are of valid ids; None is everywhere."""
        if seen.valid is None or not frame.layout.inner:
            return seen.valid
        valid = seen.valid if seen.kept is None else seen.valid | ~seen.kept
        return all_aligned(valid, frame.masked, frame.returned)

    def gathers(self, options: Mapping[str, Any]) -> str:  # noqa: ARG002
        """What to gather for the loss of several batches with these options; "" where their sums add up to it."""
        return self.gather

    def losses(self, frame: Frame, seen: Seen, found: Any) -> tuple[Array, Counts]:
        """The losses among what a formula found, and what of them counts."""
        if isinstance(found, Sized):
            return found.loss, Counts(frame.kept(seen.kept), size=found.size)
        if isinstance(found, tuple):
            return found[0], Counts(and_(frame.kept(seen.kept), found[1]), *found[2:])
        return found, Counts(frame.kept(seen.kept))

    def spoiled(self, frame: Frame, seen: Seen, loss: Array) -> Array:
        """The losses, NaN where values turn out to be bad."""
        alike = [each for name, each in seen.doubtful.items() if frame.axes[name] == frame.returned]
        if alike:
            arrays, domains = zip(*alike, strict=True)
            loss = nan_outside(loss, arrays, domains)
        for name, (array, domain) in seen.doubtful.items():
            if frame.axes[name] != frame.returned:
                good = all_aligned(domain.holds(array), frame.axes[name], frame.returned)
                loss = poison(loss, good)
        return loss

    def slopes(self, frame: Frame, seen: Seen, slope: Callable[[], Any], wanted: list[str]) -> tuple[Any, ...]:  # noqa: ARG002
        """The derivatives of the sum with respect to wanted arguments, from those of the formula."""
        return (self.weigh(frame, seen, self.main_argument, slope()),)

    def weigh(self, frame: Frame, seen: Seen, name: str, slope: Array) -> Array:
        """The derivative by an argument, weighed and masked as the losses are."""
        axes = frame.axes[name]
        weights = [each if each is None else aligned(each, frame.returned, axes) for each in seen.weights]
        return weighted(slope, weights, None, frame.mask(seen.kept, name)).loss
