"""Regional losses: a ratio of sums over the pixels of a region, for each sample and class.

A formula gives each pixel's terms, the family sums them up, and a finish makes the loss of a (sample, class) pair of
the sums. With ``batch=True`` the sums run over the batch too, and a pair is a class.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from ..autodiff.one_pass import slopes
from ..backends import backend_of
from ..backends.additive import Additive
from ..backends.blocks import Layout, beside, spread
from ..checks import Call
from ..constants import NEUTRAL
from ..errors import OptionError, ShapeError, describe, fail
from ..masks import both
from ..numerics import one_hot, sigmoid, softmax
from ..reduction import Finish, check_options
from ..sums import Sums
from ..totals import Prepared, reduce
from .classwise import class_axis, class_ids
from .family import Family, P, R, surround
from .pointwise import UNIT
from .pooled import PooledFinish, pair_shape, pairs

Array = Any


class Regional(Family):
    """`finish` makes the loss of a pair of the sums of the formula's terms."""

    fixed = ("weight", "alpha")
    mask = " of the pixels, broadcastable to (N, *S)"
    unreduced_shape = staticmethod(pair_shape)

    def __init__(self, body: Any, *, finish: Callable[..., Any], **record: Any) -> None:
        super().__init__(body, **record)
        self.finish = finish

    def __call__(self, values: dict[str, Any]) -> Any:
        if not values.get("batch"):
            return super().__call__(values)
        call = self.begin(values)
        normalizer = check_options(call, values["reduction"], values["normalizer"])
        placed = self._placed(call, values)
        if call.backend.staged is not None and values["reduction"] != "sums":
            return self.staged(call, values)
        return self._pooled(call, values, normalizer, *placed)

    def plainly(self, values: dict[str, Any]) -> Any:
        if not values.get("batch"):
            return super().plainly(values)
        call = self.begin(values)
        normalizer = check_options(call, values["reduction"], values["normalizer"])
        return self._pooled(call, values, normalizer, *self._placed(call, values))

    def _placed(self, call: Call, values: dict[str, Any]) -> tuple[Pixels, tuple[Any, ...], tuple[Any, Any]]:
        """What is known of the pixels, their arrays, and the weights of the pairs."""
        pixels = Pixels(self, call, values)
        return pixels, pixels.arrays(call, values), pixels.weights(call, values)

    def _pooled(self, call: Call, values: Any, normalizer: Any, pixels: Pixels, arrays: Any, weights: Any) -> Any:
        sums = call.backend.add_up(pixels.additive(arrays))
        plan = self.plan(call, values, normalizer)
        if plan.reduction == "sums":
            return self._pooled_sums(call, plan.finish, pixels, weights, sums, plan.normalizer)
        return reduce(call, plan, Prepared((*weights, *sums), lambda *each: pixels.pairs(each[2:], *each[:2])))

    def prepare(self, call: Call, values: dict[str, Any]) -> Prepared:
        pixels, arrays, weights = self._placed(call, values)

        def elements(weight: Any, sample_weight: Any, *arrays: Any) -> Any:
            return pixels.pairs(backend_of(arrays[0]).add_up(pixels.additive(arrays)), weight, sample_weight)

        return Prepared((*weights, *arrays), elements)

    def _pooled_sums(self, call: Call, finish: Finish, pixels: Pixels, weights: Any, sums: Any, divisor: Any) -> Sums:
        constants = {"weight": weights[0], "sample_weight": weights[1]}
        if not isinstance(divisor, str):
            constants["normalizer"] = (
                call.backend.from_host(divisor, sums[0], call.compute) if isinstance(divisor, float) else divisor
            )
        given = {name: call.backend.cast(each, call.compute) for name, each in constants.items() if each is not None}
        one = call.backend.from_host(1.0, sums[0], call.compute)
        last = PooledFinish(
            finish.loss, finish.options, finish.dtype, self.finish, pixels.finish_options, pixels.skip,
            divisor if isinstance(divisor, str) else "constant", tuple(given), len(sums),
        )  # fmt: skip
        return Sums((*sums, *given.values(), one), last)


class Pixels:
    """What is known of the pixels of one call, and the sums over them. It keeps no array: gradients outlive some."""

    def __init__(self, family: Regional, call: Call, values: dict[str, Any]) -> None:
        self.family, self.compute, self.batch = family, call.compute, bool(values.get("batch"))
        self.flat = values["axis"] is None
        self.activation = values["activation"]
        if self.flat and self.activation == "softmax":
            expected = 'be "sigmoid" or None for a binary map (axis=None)'
            fail(OptionError, family.name, "activation", expected, describe("softmax"))
        shape = tuple(call.array.shape)
        if len(shape) < 1 + (not self.flat):
            letters = "(N, *S)" if self.flat else "(N, C, *S)"
            fail(ShapeError, family.name, "input", f"have shape {letters}", str(shape))
        self.axis = 1 if self.flat else class_axis(call, values["axis"])
        if self.axis == 0:
            fail(OptionError, family.name, "axis", "not be the batch axis 0", str(values["axis"]))
        self.classes = 1 if self.flat else shape[self.axis]
        self.pixels = shape if self.flat else shape[: self.axis] + shape[self.axis + 1 :]
        self.drop = not (values["include_background"] or self.activation == "sigmoid" or self.classes == 1)
        self.skip = values.get("empty") == "skip"
        self.hyper = {name: values[name] for name in family.hyper}
        self.finish_options = tuple(self.hyper.items())

    def arrays(self, call: Call, values: dict[str, Any]) -> tuple[Any, ...]:
        """Input, target and mask, checked."""
        ignore = values["ignore_index"]
        target = call.real("target", values["target"], floats=False)
        where = self.family.where(call, values, self.pixels, "(N, *S)")
        if where is not None:
            where = call.backend.xp.broadcast_to(where, self.pixels)
        kind = call.kind(target)
        target = call.backend.as_ids(target) if kind == "integer" else target
        self.hard = kind == "integer" and not self.flat and tuple(target.shape) == self.pixels
        if self.hard:
            self.labels = class_ids(call, "target", target, self.classes, ignore, where)
            self.hyper = self.hyper | {"soft_label": False}  # the same sum, for hard labels
        else:
            ids = "" if self.flat or kind != "integer" else f"(N, *S) = {self.pixels}, for class ids, or "
            call.shaped("target", target, tuple(call.array.shape), ids + ("(N, *S)" if self.flat else "(N, C, *S)"))
            self._no_ignored_maps(kind, ignore)
            self._check_maps(call, target, where, ignore if kind == "integer" else None, kind)
        wide = where if where is None or self.flat else call.backend.xp.expand_dims(where, axis=self.axis)
        activated = self.activation is not None
        self.seen_input = activated or call.values("input", call.array, UNIT.valid, str(UNIT), wide)
        return call.array, target, where

    def _no_ignored_maps(self, kind: str, ignore: int) -> None:
        if kind in ("half", "real") and ignore >= 0:
            expected = "be negative when `target` holds probabilities"
            fail(OptionError, self.family.name, "ignore_index", expected, str(ignore))

    def _check_maps(self, call: Call, target: Array, where: Array | None, ignore: int | None, kind: str) -> None:
        def valid(y: Array) -> Array:
            return UNIT.valid(y) if ignore is None else UNIT.valid(y) | (y == ignore)

        wide = where if where is None or self.flat else call.backend.xp.expand_dims(where, axis=self.axis)
        self.ignore = ignore
        self.seen_target = kind == "bool" or call.values("target", target, valid, str(UNIT), wide)

    def weights(self, call: Call, values: dict[str, Any]) -> tuple[Array | None, Array | None]:
        """Those of the classes that count and of the pairs, checked."""
        count = self.classes - self.drop
        weight = values.get("weight")
        if weight is not None:
            if self.flat:
                fail(OptionError, self.family.name, "weight", "be None for a binary map (axis=None)", describe(weight))
            weight = call.shaped("weight", call.real("weight", weight), (self.classes,), "(C,)")
            weight = weight[1:] if self.drop else weight
        shape: tuple[int, ...] = () if self.batch else (self.pixels[0],)
        letters = "()" if self.batch else "(N,)"
        if not self.flat:
            shape, letters = (*shape, count), "(C,)" if self.batch else "(N, C)"
        (sample,) = self.family.weights(call, values, ("sample_weight",), shape, letters)
        return weight, sample

    def additive(self, arrays: tuple[Array | None, ...]) -> Additive:
        """The sums, which may be made in blocks of pixels."""
        return Additive(self.sums, arrays, lambda: self._layout(arrays), not self.batch, slopes, self.compute)

    def _layout(self, arrays: tuple[Array | None, ...]) -> Layout:
        input, target, where = arrays
        whole = spread(input, self.pixels) if self.flat else beside(input, self.axis)
        maps = spread(target, self.pixels) if self.hard or self.flat else beside(target, self.axis)
        return Layout(self.pixels, (whole, maps, spread(where, self.pixels)))

    def sums(self, input: Array, target: Array, where: Array | None) -> tuple[Array, ...]:
        """The sums of the formula's terms for each pair, and the number of pixels kept."""
        backend, axis = backend_of(input), self.axis
        xp, input = backend.xp, backend.cast(input, self.compute)
        if self.flat:
            input, target = xp.expand_dims(input, axis=1), xp.expand_dims(target, axis=1)
        wide = None if where is None else xp.expand_dims(where, axis=axis)
        truth, kept, valid = self._truth(target, wide)
        input = input if kept is None else xp.where(kept, input, NEUTRAL)
        if not self.seen_input:
            valid = both(valid, UNIT.valid(input))
        p = self._probabilities(input)
        terms = self.family.formula(p, truth, **self.hyper)
        if valid is not None:
            terms = (xp.where(valid, terms[0], float("nan")), *terms[1:])
        if kept is not None:
            terms = tuple(xp.where(kept, each, 0.0) for each in terms)
        sums = [self._total(each) for each in terms]
        return *sums, self._count(kept, p.shape, sums[0])

    def _truth(self, target: Array, wide: Array | None) -> tuple[Array, Array | None, Array | None]:
        """The truth as maps, with what is kept and what is valid of it (None is all)."""
        backend, compute = backend_of(target), self.compute
        xp, axis = backend.xp, self.axis
        if not self.hard:
            kept = wide
            if self.ignore is not None:
                kept = both(wide, target != self.ignore)
            valid = None if self.seen_target else UNIT.valid(target)
            truth = backend.cast(target, compute)
            truth = truth if kept is None else xp.where(kept, truth, NEUTRAL)
            return truth, kept, valid
        kept, valid = wide, None
        if self.labels.kept is not None:
            kept = both(wide, xp.expand_dims(self.labels.kept(target), axis=axis))
        if self.labels.valid is not None:
            valid = xp.expand_dims(self.labels.valid(target), axis=axis)
        return backend.cast(one_hot(target, self.classes, axis), compute), kept, valid

    def _probabilities(self, input: Array) -> Array:
        if self.activation == "softmax":
            return softmax(input, self.axis)
        return sigmoid(input) if self.activation == "sigmoid" else input

    def _total(self, terms: Array) -> Array:
        """The sum over the pixels of each pair, background left out; one for all classes of a mask that knows none."""
        xp, axes = backend_of(terms).xp, self._summed(terms.ndim)
        total = xp.sum(terms, axis=axes) if axes else terms
        if self.drop and total.shape[-1] == self.classes:
            total = total[..., 1:]
        return xp.squeeze(total, axis=-1) if self.flat else total

    def _summed(self, ndim: int) -> tuple[int, ...]:
        """The axes of the pixels of a pair."""
        return tuple(each for each in range(ndim) if each != self.axis and (each or self.batch))

    def _count(self, kept: Array | None, shape: tuple[int, ...], like: Array) -> Array:
        """The number of pixels kept of each pair."""
        xp = backend_of(like).xp
        if kept is None:
            return xp.ones_like(like) * float(prod([shape[each] for each in self._summed(len(shape))]))
        return xp.broadcast_to(self._total(xp.astype(kept, self.compute)), like.shape)

    def pairs(self, sums: tuple[Array, ...], weight: Array | None, sample_weight: Array | None) -> Any:
        """The unreduced losses."""
        backend, compute = backend_of(sums[0]), self.compute
        weights = tuple(None if each is None else backend.cast(each, compute) for each in (weight, sample_weight))
        return pairs(self.family.finish, dict(self.finish_options), self.skip, sums, weights)


def regional(
    *, finish: Callable[..., Any], tasks: tuple[str, ...], torch: str | None = None, divisor: str = "weights"
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on (probabilities, truth) that returns terms, and the finish of their sums."""

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        return surround(Regional(body, finish=finish, tasks=tasks, torch=torch, divisor=divisor))

    return decorate
