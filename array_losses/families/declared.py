"""Losses declared by the roles of their arrays: rowwise, listwise, pairs of the batch.

The formula takes the arrays, cast and masked, and returns the unreduced loss; where it counts less than the mask keeps,
also the mask of what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from ..arguments import Arguments
from ..backends import backend_of
from ..domains import DomainCheck
from ..errors import OptionError, describe, fail
from ..evaluation.partition import Partition
from ..evaluation.plan import Prepared
from ..reduction import Elements, weighted
from ..typing import Array, DType
from .base import Family, P, R, make_loss
from .letters import Sizes, aligned, all_over, any_over, parse, spell
from .roles import Layout, Role, both


class Frame(NamedTuple):
    """What is known of a call before its blocks: sizes, checks, hyperparameters. It holds no array."""

    layout: Layout
    sizes: Sizes
    checks: Mapping[str, DomainCheck]
    hyper: Mapping[str, Any]
    compute: DType
    summed: bool


class Declared(Family):
    """`layout` says what the arrays are, `gather` what the sums of a loss would take that is not additive."""

    def __init__(self, body: Any, *, layout: Callable[[Mapping[str, Any]], Layout], gather: str, **record: Any) -> None:
        super().__init__(body, **record)
        self.layout_of, self.gather = layout, gather
        self.where_doc = f" of shape {spell(self.layout({}).where)}"

    def layout(self, options: Mapping[str, Any]) -> Layout:
        """The layout for these options, others as by default."""
        return self.layout_of({**self.signature.defaults, **options})

    def structure(self, options: dict[str, Any], ndim: int) -> str | int:
        layout = self.layout(options)
        consumed = [each for each in layout.roles[self.main_argument].letters if each not in layout.returns]
        if self.gather or len(consumed) > 1 or any(each.startswith("*") for each in consumed):
            return "dense"
        return options.get("axis", -1) % ndim if consumed else "diagonal"

    def unreduced_shape(self, shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:
        layout, axis = self.layout(options), options.get("axis", -1)
        if layout.axis and not -len(shape) <= axis < len(shape):
            return None
        sizes = Sizes(letter=layout.axis, axis=axis % len(shape) if layout.axis else -1)
        found = sizes.matched(layout.roles[self.main_argument].letters, shape)
        return None if found is None else found.shape(layout.returns)

    def __call__(self, values: dict[str, Any]) -> Any:
        if self.gather and values["reduction"] == "sums":
            expected = f'be "mean", "sum" or "none": {self.gather}'
            fail(OptionError, self.name, "reduction", expected, describe("sums"))
        return super().__call__(values)

    def prepare(self, call: Arguments, values: dict[str, Any]) -> Prepared:
        layout = self.layout(values)
        arrays, sizes = layout.placed(call, values)
        where = self.where(call, values, sizes.shape(layout.where), layout.spell(layout.where, call.first))
        positions = sizes.shape(layout.returns)
        sample_weight = self.sample_weight(call, values, positions, layout.spell(layout.returns, call.first))
        given_arrays = [(name, array) for name, array in arrays.items() if array is not None]
        checks = {
            name: layout.roles[name].check(call, name, array, layout.mask(where, layout.roles[name], sizes))
            for name, array in given_arrays
        }
        hyper = self.hyperparameter_values(call, values)
        hyper |= {"axis": sizes.axis} if layout.axis else {}
        frame = Frame(layout, sizes, checks, hyper, call.compute, values["reduction"] != "none")
        given = (where, sample_weight, *arrays.values())
        specs = layout.specs(given, sizes)
        uncut = tuple([i for i, (letter, _) in enumerate(sizes.axes(layout.returns)) if layout.fixes(letter)])
        partition = None if self.gather else lambda: Partition(positions, specs, steps=self.cost, uncut=uncut)
        return Prepared(given, partial(self.elements, frame), partition)

    def _counting(self, layout: Layout, sample_weight: Array | None, role: Role, sizes: Sizes) -> Array | None:
        """The mask of what has a weight, shaped to go with an array: an infinite loss of weight 0 has derivative 0."""
        if sample_weight is None or self.gather or not role.differentiable:
            return None
        own, others = sizes.axes(layout.returns)[-sample_weight.ndim :], sizes.axes(role.letters)
        counts = any_over(sample_weight != 0, own if sample_weight.ndim else (), others)
        return aligned(counts, [axis for axis in own if axis in others] if sample_weight.ndim else [], others)

    def elements(self, frame: Frame, where: Array | None, sample_weight: Array | None, *given: Any) -> Elements:
        """The unreduced losses of a block."""
        layout, sizes = frame.layout, frame.sizes
        returned = sizes.axes(layout.returns)
        inputs: dict[str, Any] = {}
        valid: Array | None = None
        for (name, role), each in zip(layout.roles.items(), given, strict=True):
            if each is None:
                inputs[name] = None
                continue
            mask = both(layout.mask(where, role, sizes), self._counting(layout, sample_weight, role, sizes))
            inputs[name], good = role.seen(each, mask, frame.checks[name], frame.compute)
            valid = both(valid, all_over(good, sizes.axes(role.letters), returned))
        more = {"where": where} if layout.inner or self.gather else {}
        found = self.formula(**inputs, **frame.hyper, **more)
        loss, counted = found if isinstance(found, tuple) else (found, layout.kept(where, sizes))
        weights = backend_of(loss).cast_all((sample_weight,), frame.compute)
        return weighted(loss, weights, None, counted, valid, frame.summed)


def layout(roles: Mapping[str, Role], returns: str, where: str | None = None, axis: str = "") -> Layout:
    """The layout of arrays of these roles: `returns` are the letters of the unreduced loss, `where` those of the mask,
    by default the same; with more of them the formula takes the mask too. `axis` is the last letter, where the caller
    may choose its place.
    """
    return Layout(roles, parse(returns), parse(where or returns), axis)


def declared(
    found: Layout | Callable[[Mapping[str, Any]], Layout],
    *,
    gather: str = "",
    tasks: tuple[str, ...],
    torch: str | None = None,
    divisor: str = "count",
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on arrays laid out so, or so for its options.

    `gather` says of a loss that is not additive what to gather for the loss of several batches; its formula takes the
    mask too.
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        own = found if callable(found) else lambda _: found
        return make_loss(Declared(body, layout=own, gather=gather, tasks=tasks, torch=torch, divisor=divisor))

    return decorate
