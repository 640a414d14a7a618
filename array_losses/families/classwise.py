"""Classwise losses: `input` has a class axis, the unreduced loss has not.

The target is class ids of the shape of `input` without its class axis, or, where the loss allows it, class
probabilities of `input`'s shape; its dtype decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..arguments import Arguments
from ..backends import backend_of
from ..constants import NEUTRAL
from ..domains import INSIDE, UNIT, DomainCheck
from ..errors import DTypeError, OptionError, describe, fail
from ..evaluation.partition import Partition, broadcast_spec, class_axis_spec, replicated
from ..evaluation.plain_loss import Extremes
from ..evaluation.plan import Prepared
from ..numerics import masked_fill, snap
from ..reduction import Elements, weighted
from ..typing import Array, Derivative
from .base import Family, P, R, Seen, make_loss
from .labels import Labels, class_axis, class_ids, id_hint


class Classwise(Family):
    """`soft` says whether the target may be probabilities, `soft_divisor` the divisor of the mean then.

    `dense` says that the formula reads all classes: where it reads one of each position, blocks do not pay.
    """

    takes_class_ids, labels, cost = True, True, 4
    static_arrays = ("weight", "alpha")
    where_doc = " of the shape (N, *S) of the unreduced loss"

    def __init__(self, body: Any, *, soft: bool, soft_divisor: str, dense: bool, **record: Any) -> None:
        super().__init__(body, **record)
        self.soft, self.soft_divisor, self.dense = soft, soft_divisor, dense
        self.per_class = [name for name in ("weight", "alpha") if name in self.arrays]

    def structure(self, options: dict[str, Any], ndim: int) -> str | int:
        return 0 if ndim == 1 else options["axis"] % ndim

    def unreduced_shape(self, shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:
        axis, ndim = options["axis"], len(shape)
        axis = 0 if ndim == 1 and axis == 1 else axis
        return shape[: axis % ndim] + shape[axis % ndim + 1 :] if -ndim <= axis < ndim else None

    def default_divisor(self, call: Arguments, values: dict[str, Any]) -> str:
        return self.divisor if call.kind(values["target"]) == "integer" else self.soft_divisor

    def elements_fast(
        self, input: Array, target: Array, options: dict[str, Any], extremes: Extremes
    ) -> Derivative | None:
        if self.derivative is None or "axis" in options or "ignore_index" in options:
            return None
        axis = min(1, input.ndim - 1)
        low, high = extremes(target)
        if not (low >= 0 and high < input.shape[axis]):
            return None
        found = self.derivative(input, target, **self.with_defaults(self.per_class, options | {"axis": axis}))
        return None if found is None else (found[0][0], found[1])

    def prepare(self, call: Arguments, values: dict[str, Any]) -> Prepared:
        axis = class_axis(call, values["axis"])
        shape = tuple(call.array.shape)
        positions, classes = shape[:axis] + shape[axis + 1 :], shape[axis]
        letters = "(N, *S)"
        where = self.where(call, values, positions, letters)
        target = values["target"] = self._target(call, values["target"], shape, axis)
        vectors = [self._vector(call, name, values[name], classes) for name in self.per_class]
        sample_weight = self.sample_weight(call, values, positions, letters)
        hyper = self.hyperparameter_values(call, values) | {"axis": axis}
        compute, summed = call.compute, values["reduction"] != "none"
        hard = call.kind(target) == "integer"
        ignore = values.get("ignore_index")
        if hard:
            labels, admission = class_ids(call, "target", target, classes, ignore, where), INSIDE
        else:
            self._no_ignored_class(ignore)
            labels, admission = self._probabilities(call, target, where, axis)

        def masked_inputs(input: Array, target: Array, where: Array | None, vectors: tuple[Array | None, ...]) -> Seen:
            """The formula's arguments, masked, and where they are kept and valid (None is everywhere)."""
            backend = backend_of(input)
            xp = backend.xp
            input = backend.cast(input, compute)
            class_arrays = dict(zip(self.per_class, backend.cast_all(vectors, compute), strict=True))
            if hard:
                target, kept, valid = labels.sanitized(target, where)
            else:
                kept, valid = where, None if labels.valid is None else labels.valid(target)
                target = backend.cast(target, compute)
                target = snap(target, UNIT.low, UNIT.high) if admission.rounded else target
            if kept is not None:
                wide = xp.expand_dims(kept, axis=axis)
                if any(each is not None for each in vectors):  # of which all positions make the derivative
                    input = xp.where(wide, input, NEUTRAL)
                elif self.dense:  # else one entry is read, and masked below
                    input = masked_fill(input, wide)
                target = target if hard else xp.where(wide, target, NEUTRAL)
            return {"input": input, "target": target, **class_arrays, **hyper}, kept, valid

        def elements(input: Array, target: Array, where: Any, sample_weight: Any, *vectors: Array | None) -> Elements:
            inputs, kept, valid = masked_inputs(input, target, where, vectors)
            loss, class_weight = self.formula(**inputs)
            return weighted(
                loss, backend_of(input).cast_all((sample_weight,), compute), class_weight, kept, valid, summed
            )

        def derivative(input: Array, target: Array, where: Any, sample_weight: Any, *vectors: Array | None) -> Any:
            inputs, kept, _ = masked_inputs(input, target, where, vectors)
            backend = backend_of(input)
            outer_weights = backend.cast_all((sample_weight,), compute)
            found = self.derivative(**inputs)  # type: ignore[misc]
            if found is None:
                return None
            (loss, class_weight), derivative = found

            def weighed(_: tuple[int, ...]) -> tuple[Array]:
                wide = [_wide(each, axis, len(positions)) for each in (kept, *outer_weights)]
                return (weighted(derivative(), tuple(wide[1:]), None, wide[0]).loss,)

            return weighted(loss, outer_weights, class_weight, kept), weighed

        def partition() -> Partition:
            whole = class_axis_spec(call.array, axis)
            target_spec = broadcast_spec(target, positions) if hard else class_axis_spec(target, axis)
            ends = (
                broadcast_spec(where, positions),
                broadcast_spec(sample_weight, positions),
                *map(replicated, vectors),
            )
            return Partition(positions, (whole, target_spec, *ends), steps=self.cost)

        by_hand = self.derivative is not None and labels.valid is None
        given = (call.array, target, where, sample_weight, *vectors)
        return Prepared(
            given,
            elements,
            partition if self.dense else None,
            derivative if by_hand else None,
            (0,),
            values_by_hand=False,
        )

    def _target(self, call: Arguments, value: Any, shape: tuple[int, ...], axis: int) -> Array:
        positions = shape[:axis] + shape[axis + 1 :]
        target = call.place("target", value)
        kind = call.kind(target)
        if isinstance(value, list) and 0 in positions and tuple(target.shape) == positions:
            kind, target = "integer", call.backend.cast(target, call.backend.xp.int32)  # a list of no ids
            call.placed["target"] = target
        given = tuple(target.shape)
        if kind == "integer":
            hint = id_hint(given, shape, axis, "axis" in self.hyperparameters)
            call.shaped("target", target, positions, "(N, *S)" if positions else "()", hint)
            return call.backend.as_ids(target)
        if kind not in ("half", "real") or not self.soft:
            expected = "hold integer class ids" + " or floating class probabilities" * self.soft
            hint = "; labels are integers: convert them to an integer dtype" if given == positions else ""
            fail(DTypeError, self.name, "target", expected, f"{target.dtype}{hint}")
        hint = "; floating targets are class probabilities, class ids are integers" if given == positions else ""
        return call.shaped("target", target, shape, "(N, C, *S)", hint)

    def _probabilities(
        self, call: Arguments, target: Array, where: Array | None, axis: int
    ) -> tuple[Labels, DomainCheck]:
        """The checked class probabilities: a test of valid positions where looking is not free, and the domain."""
        wide = None if where is None else call.backend.xp.expand_dims(where, axis=axis)
        admission = call.check_domain("target", target, UNIT, wide)
        domain = admission.unseen

        def valid(q: Array) -> Array:
            assert domain is not None
            return backend_of(q).xp.all(domain.valid(q), axis=axis)

        return Labels(None, None if domain is None else valid, call.array.shape[axis]), admission

    def _vector(self, call: Arguments, name: str, value: Any, classes: int) -> Array | None:
        """Weights per class; a plain number is the weight of every class."""
        if value is None:
            return None
        array = call.real(name, value)
        if name == "alpha" and array.ndim == 0:
            array = call.backend.xp.broadcast_to(array, (classes,))
        return call.shaped(name, array, (classes,), "(C,)")

    def _no_ignored_class(self, ignore: int | None) -> None:
        if ignore is not None and ignore >= 0:
            expected = "be negative when `target` holds class probabilities"
            fail(OptionError, self.name, "ignore_index", expected, describe(ignore))


def _wide(array: Array | None, axis: int, ndim: int) -> Array | None:
    """A mask or weights of the positions, shaped to go with an array that has the class axis too."""
    if array is None:
        return None
    xp = backend_of(array).xp
    return xp.expand_dims(xp.reshape(array, (1,) * (ndim - array.ndim) + tuple(array.shape)), axis=axis)


def classwise(
    *,
    tasks: tuple[str, ...],
    torch: str | None = None,
    divisor: str = "weights",
    soft: bool = True,
    soft_divisor: str = "count",
    dense: bool = True,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on (input, target, per-class weights, axis) that returns (loss, weight)."""

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        record = {"tasks": tasks, "torch": torch, "divisor": divisor}
        return make_loss(Classwise(body, soft=soft, soft_divisor=soft_divisor, dense=dense, **record))

    return decorate
