"""The pixels of a regional loss: their arrays, checked, and the sums over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

from ..arguments import Arguments
from ..backends import backend_of
from ..constants import NEUTRAL
from ..domains import INSIDE, UNIT, DomainCheck
from ..errors import OptionError, ShapeError, describe, fail
from ..evaluation.kernel import Kernel
from ..evaluation.partition import Partition, broadcast_spec, class_axis_spec
from ..numerics import (
    and_,
    masked_fill,
    multiply_no_nan,
    one_hot,
    poison,
    select,
    sigmoid,
    snap,
    softmax,
    without_first,
)
from ..reduction import Elements
from ..typing import Array
from .frame import place_mask, place_weight
from .hyperparameters import usable
from .labels import class_axis, class_ids, id_hint
from .regional_finish import region_losses
from .roles import of_logits

if TYPE_CHECKING:
    from .regional import Regional


class Pixels:
    """The pixels of one call: their layout, options and sums. It keeps no array, as a gradient may outlive some."""

    def __init__(
        self, family: Regional, call: Arguments, values: dict[str, Any], hyper: dict[str, Any],
        checks: dict[str, DomainCheck],
    ) -> None:  # fmt: skip
        self.family, self.coupled = family, family.coupled
        self.hidden = 0.0 if family.vanishes else NEUTRAL
        self.compute, self.batch = call.compute, bool(values.get("batch"))
        self.no_class_axis = values["axis"] is None
        self.activation = values["activation"]
        if self.no_class_axis and self.activation == "softmax":
            expected = 'be "sigmoid" or None for a binary map (axis=None)'
            fail(OptionError, family.name, "activation", expected, describe("softmax"))
        shape = tuple(call.array.shape)
        if len(shape) < 1 + (not self.no_class_axis):
            letters = "(N, *S)" if self.no_class_axis else "(N, C, *S)"
            fail(ShapeError, family.name, "input", f"have shape {letters}", str(shape))
        self.axis = 1 if self.no_class_axis else class_axis(call, values["axis"])
        if self.axis == 0:
            fail(OptionError, family.name, "axis", "not be the batch axis 0", str(values["axis"]))
        self.classes = 1 if self.no_class_axis else shape[self.axis]
        if self.classes == 1 and self.activation == "softmax":
            got = (
                f'one along axis {self.axis}, whose softmax is 1 everywhere; for binary maps write activation="sigmoid"'
            )
            fail(ShapeError, family.name, "input", "have two classes or more", got)
        self.pixels = shape if self.no_class_axis else shape[: self.axis] + shape[self.axis + 1 :]
        self.drop_background = not (values["include_background"] or self.activation == "sigmoid" or self.classes == 1)
        self.skip_empty = values.get("empty") == "skip"
        self.hyper, self.checks = hyper, checks
        self.finish_options = tuple(hyper.items())

    def arrays(self, call: Arguments, values: dict[str, Any]) -> tuple[Array, Array, Array | None, Array | None]:
        """Input, target, mask and the weights of the samples inside the sums, checked."""
        ignore = values["ignore_index"]
        target = call.real("target", values["target"], floats=False)
        where = place_mask(call, values["where"], self.pixels, "(N, *S)")
        kind = call.kind(target)
        target = call.backend.as_ids(target) if kind == "integer" else target
        shape, letters = tuple(call.array.shape), "(N, *S)" if self.no_class_axis else "(N, C, *S)"
        self.hard = kind == "integer" and not self.no_class_axis and tuple(target.shape) == self.pixels
        self.truth, self.ignore = INSIDE, None
        if self.hard:
            self.labels = class_ids(call, "target", target, self.classes, ignore, where)
            self.hyper = self.hyper | {"soft_label": False}  # the same sum, for hard labels
        else:
            hint = ""
            if not self.no_class_axis and kind == "integer":
                letters = f"(N, *S) = {self.pixels}, for class ids, or {letters}"
                hint = id_hint(tuple(target.shape), shape, self.axis, movable=True)
            call.shaped("target", target, shape, letters, hint)
            self._no_ignored_maps(kind, ignore)
            self.ignore = ignore if kind == "integer" else None
            self.truth = call.check_domain("target", target, UNIT, self._wide(call, where), ignored=self.ignore)
        self.input = INSIDE
        if not self.activation:
            kept = self._kept(call, target, where)
            self.input = call.check_domain("input", call.array, UNIT, kept, hint=partial(of_logits, call, values))
        return call.array, target, where, self._inner(call, values)

    def _wide(self, call: Arguments, where: Array | None) -> Array | None:
        """A mask of the pixels, with a class axis of length 1."""
        return where if where is None or self.no_class_axis else call.backend.xp.expand_dims(where, axis=self.axis)

    def _kept(self, call: Arguments, target: Array, where: Array | None) -> Array | None:
        """A mask of the pixels, neither masked nor ignored, in which `input` must be valid."""
        if not self.hard:
            wide = self._wide(call, where)
            return wide if self.ignore is None else and_(wide, target != self.ignore)
        return self._wide(call, where if self.labels.kept is None else and_(where, self.labels.kept(target)))

    def _no_ignored_maps(self, kind: str, ignore: int) -> None:
        if kind in ("half", "real") and ignore >= 0:
            expected = "be negative when `target` holds probabilities"
            fail(OptionError, self.family.name, "ignore_index", expected, str(ignore))

    def _inner(self, call: Arguments, values: dict[str, Any]) -> Array | None:
        """The weights of the samples where the sums run over them too."""
        value = values["sample_weight"]
        if not self.batch or value is None:
            return None
        weight = call.real("sample_weight", value)
        if tuple(weight.shape) == ():
            return None
        hint = ", where class weights are `weight`" if "weight" in self.family.arrays else ""
        call.shaped("sample_weight", weight, self.pixels[:1], "(N,)", hint)
        return call.backend.xp.reshape(weight, (-1, *(1,) * (len(self.pixels) - 1)))

    def weights(self, call: Arguments, values: dict[str, Any]) -> tuple[Array | None, Array | None]:
        """The weights of the classes that count and of the (sample, class) pairs, checked."""
        count = self.classes - self.drop_background
        weight = values.get("weight")
        if weight is not None:
            if self.no_class_axis:
                fail(OptionError, self.family.name, "weight", "be None for a binary map (axis=None)", describe(weight))
            weight = call.shaped("weight", call.real("weight", weight), (self.classes,), "(C,)")
            weight = weight[1:] if self.drop_background else weight
        if self.batch:
            value = values["sample_weight"]
            outer_weights = None if value is None else call.real("sample_weight", value)
            return weight, outer_weights if outer_weights is not None and tuple(outer_weights.shape) == () else None
        one = self.no_class_axis or self.coupled
        shape, letters = ((self.pixels[0],), "(N,)") if one else ((self.pixels[0], count), "(N, C)")
        return weight, place_weight(call, values["sample_weight"], shape, letters)

    def kernel(self, arrays: tuple[Array | None, ...]) -> Kernel:
        """The sums, which may be made in blocks of pixels."""
        return Kernel(
            self.region_sums, arrays, self.compute, lambda: self._partition(arrays), kept=0 if self.batch else 1
        )

    def _partition(self, arrays: tuple[Any, ...]) -> Partition:
        input, target, *others = arrays
        whole = broadcast_spec(input, self.pixels) if self.no_class_axis else class_axis_spec(input, self.axis)
        maps = (
            broadcast_spec(target, self.pixels)
            if self.hard or self.no_class_axis
            else class_axis_spec(target, self.axis)
        )
        return Partition(self.pixels, (whole, maps, *[broadcast_spec(each, self.pixels) for each in others]))

    def region_sums(self, input: Array, target: Array, where: Array | None, inner: Array | None) -> tuple[Array, ...]:
        """The sums of the formula's terms for each pair, and the number of pixels kept."""
        backend, axis = backend_of(input), self.axis
        xp, input = backend.xp, backend.cast(input, self.compute)
        if self.no_class_axis:
            input, target = xp.expand_dims(input, axis=1), xp.expand_dims(target, axis=1)
        wide, inner = (None if each is None else xp.expand_dims(each, axis=axis) for each in (where, inner))
        truth, kept, valid = self._truth(target, wide)
        p, good = self._probabilities(input, kept)
        valid = good if valid is None else and_(good, valid)
        terms = self.family.formula(p, truth, **self.hyper)
        if kept is not None and not self.family.vanishes:
            terms = tuple(select(each, kept) for each in terms)
        if inner is not None:
            inner = backend.cast(inner, self.compute)
            inner = inner if kept is None else xp.where(kept, inner, 0.0)  # a weight of nothing may be NaN
            terms = tuple(multiply_no_nan(inner, each) for each in terms)
        sums = [self._total(each) for each in terms]
        if valid is not None:
            sums[0] = poison(sums[0], self._total(valid if kept is None else valid | ~kept, xp.all))
        return *sums, self._count(kept, inner, p.shape, sums[0])

    def _truth(self, target: Array, wide: Array | None) -> tuple[Array, Array | None, Array | None]:
        """The truth as maps, with what is kept and what is valid of it (None is all)."""
        backend, compute = backend_of(target), self.compute
        xp, axis = backend.xp, self.axis
        if not self.hard:
            kept = wide
            if self.ignore is not None:
                kept = and_(wide, target != self.ignore)
            truth = backend.cast(target, compute)
            valid = None if self.truth.unseen is None else self.truth.unseen.valid(truth)
            truth = snap(truth, UNIT.low, UNIT.high) if self.truth.rounded else truth
            truth = truth if kept is None else xp.where(kept, truth, self.hidden)
            return truth, kept, valid
        kept, valid = wide, None
        if self.labels.kept is not None:
            kept = and_(wide, xp.expand_dims(self.labels.kept(target), axis=axis))
        if self.labels.valid is not None:
            valid = xp.expand_dims(self.labels.valid(target), axis=axis)
        truth = backend.cast(one_hot(target, self.classes, axis), compute)
        beyond = wide is None and not 0 <= (self.labels.ignored or 0) < self.classes
        return truth if kept is None or beyond else select(truth, kept), kept, valid

    def _probabilities(self, input: Array, kept: Array | None) -> tuple[Array, Array | None]:
        """The probabilities, hidden where not kept, and where they are valid (None is everywhere)."""
        xp = backend_of(input).xp
        if self.activation is not None:
            seen = input if kept is None else masked_fill(input, kept)
            p = softmax(seen, self.axis) if self.activation == "softmax" else sigmoid(seen)
            return p if kept is None or self.hidden else select(p, kept), None
        seen = input if kept is None else xp.where(kept, input, self.hidden)
        valid = None if self.input.unseen is None else self.input.unseen.valid(seen)
        return snap(seen, UNIT.low, UNIT.high) if self.input.rounded else seen, valid

    def _total(self, terms: Array, reduce: Callable[..., Array] | None = None) -> Array:
        """The sum over the pixels of each (sample, class) pair, without the background; a mask has one class."""
        xp, axes = backend_of(terms).xp, self._summed(terms.ndim)
        total = (reduce or xp.sum)(terms, axis=axes) if axes else terms
        if self.drop_background and total.shape[-1] == self.classes:
            total = without_first(total)
        return xp.squeeze(total, axis=-1) if self.no_class_axis else total

    def _summed(self, ndim: int) -> tuple[int, ...]:
        """The axes of the pixels of a pair."""
        return tuple(each for each in range(ndim) if each != self.axis and (each or self.batch))

    def _count(self, kept: Array | None, inner: Array | None, shape: tuple[int, ...], like: Array) -> Array:
        """The number of pixels of each pair that are kept and have a weight."""
        xp = backend_of(like).xp
        if inner is not None:
            kept = and_(
                kept, xp.broadcast_to(inner != 0, tuple(1 if i == self.axis else n for i, n in enumerate(shape)))
            )
        if kept is None:
            return xp.ones_like(like) * float(prod([shape[each] for each in self._summed(len(shape))]))
        return xp.broadcast_to(self._total(xp.astype(kept, self.compute)), like.shape)

    def region_losses(self, sums: tuple[Array, ...], *given: Array | None) -> Elements:
        """The unreduced losses, for the weights and the hyperparameters that are arrays."""
        weight, sample_weight, *hyper_arrays = backend_of(sums[0]).cast_all(given, self.compute)
        options = dict(self.finish_options) | self.usable(hyper_arrays)
        return region_losses(self.family.finish, options, self.skip_empty, sums, (weight, sample_weight), self.coupled)

    def usable(self, hyper_arrays: Iterable[Any]) -> dict[str, Array]:
        """The hyperparameters that are arrays, by name."""
        return usable(dict(zip(self.checks, hyper_arrays, strict=True)), self.checks)
