"""Projected losses: a linear map makes logits of each row of `input`, too many to be held all at once.

The loss is additive over the rows. It is evaluated in chunks of them on every library: what is kept for the gradient
are the arrays that came, not the logits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..arguments import Arguments
from ..backends import backend_of, namespace
from ..constants import NEUTRAL
from ..errors import DTypeError, ShapeError, fail
from ..evaluation import executor_of
from ..evaluation.blockwise import max_chunk
from ..evaluation.partition import LazyMatmul, Partition, broadcast_spec, class_axis_spec, replicated
from ..evaluation.plan import Prepared
from ..numerics import multiply_at, overridable
from ..reduction import Elements, weighted
from ..typing import Array, Namespace
from .base import Family, P, R, Seen, make_loss
from .labels import class_ids


@overridable
def linear(x: Array, weight: Array, bias: Array | None) -> Array:
    """The rows of x times the rows of the weight, and the bias."""
    y = x @ namespace(x).matrix_transpose(weight)
    return y if bias is None else y + bias


class LinearHead(Family):
    """The formula takes a chunk of rows; its derivative is with respect to what the linear map gives."""

    static_arrays = ("weight",)
    where_doc = " of shape (N,)"

    def structure(self, options: dict[str, Any], ndim: int) -> str | int:  # noqa: ARG002
        return ndim - 1

    def unreduced_shape(self, shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:  # noqa: ARG002
        return shape[:-1] if shape else None

    def prepare(self, call: Arguments, values: dict[str, Any]) -> Prepared:
        positions, classes, matrix, bias = self._map(call, values)
        target = self._target(call, values, positions)
        weight = values["weight"]
        if weight is not None:
            weight = call.shaped("weight", call.real("weight", weight), (classes,), "(C,)")
        letters = "(N,)" if positions else "()"
        where = self.where(call, values, positions, letters)
        sample_weight = self.sample_weight(call, values, positions, letters)
        compute, hyper, summed = call.compute, self.hyperparameter_values(call, values), values["reduction"] != "none"
        labels = class_ids(call, "target", target, classes, values["ignore_index"], where)
        matrix, bias, weight = call.backend.cast_all((matrix, bias, weight), compute)

        def masked_inputs(input: Any, matrix: Any, bias: Any, target: Any, where: Any, weight: Any) -> Seen:
            """The formula's arguments, masked, and where they are kept and valid (None is everywhere)."""
            backend = backend_of(input)
            xp = backend.xp
            input = backend.cast(input, compute)
            target, kept, valid = labels.sanitized(target, where)
            if kept is not None:
                input = xp.where(xp.expand_dims(kept, axis=-1), input, NEUTRAL)
            inputs_of_loss = {
                "input": input,
                "linear_weight": matrix,
                "target": target,
                "linear_bias": bias,
                "weight": weight,
            }
            return inputs_of_loss | hyper, kept, valid

        def elements(
            input: Any, matrix: Any, bias: Any, target: Any, where: Any, outer_weights: Any, weight: Any
        ) -> Elements:
            inputs, kept, valid = masked_inputs(input, matrix, bias, target, where, weight)
            loss, class_weight = self.formula(**inputs)
            return weighted(
                loss, backend_of(input).cast_all((outer_weights,), compute), class_weight, kept, valid, summed
            )

        def derivative(
            input: Any, matrix: Any, bias: Any, target: Any, where: Any, outer_weights: Any, weight: Any
        ) -> Any:
            inputs, kept, _ = masked_inputs(input, matrix, bias, target, where, weight)
            (loss, class_weight), derivative = self.derivative(**inputs)  # type: ignore[misc]
            outers = backend_of(input).cast_all((outer_weights,), compute)

            def pulled(wanted: tuple[int, ...]) -> tuple[Array | LazyMatmul, ...]:
                """The derivatives of the wanted arrays: that of the logits, pulled back through the linear map."""
                if not wanted:
                    return ()
                xp, g = backend_of(loss).xp, derivative()
                if kept is not None or outers[0] is not None:
                    g = multiply_at(weighted(xp.ones_like(loss), outers, None, kept).loss, g, -1)
                return tuple([linear_vjp(xp, place, g, inputs["input"], matrix) for place in wanted])

            return weighted(loss, outers, class_weight, kept), pulled

        chunk = values["chunk_size"] or max(1, max_chunk(executor_of(call.backend)) // max(classes, 1))

        def partition() -> Partition:
            rows, ends = (
                class_axis_spec(call.array, len(positions)),
                (broadcast_spec(target, positions), broadcast_spec(where, positions)),
            )
            axes = (
                rows,
                replicated(matrix),
                replicated(bias),
                *ends,
                broadcast_spec(sample_weight, positions),
                replicated(weight),
            )
            return Partition(positions, axes, chunk)

        given = (call.array, matrix, bias, target, where, sample_weight, weight)
        by_hand = derivative if self.derivative is not None and labels.valid is None else None
        large = len(positions) == 1 and call.backend.is_known(positions[0]) and positions[0] > chunk
        return Prepared(given, elements, partition, by_hand, (0, 1, 2), large)

    def _map(self, call: Arguments, values: dict[str, Any]) -> tuple[tuple[int, ...], int, Array, Array | None]:
        """The shape of the positions, the number of classes, and the linear map."""
        shape = tuple(call.array.shape)
        if len(shape) not in (1, 2):
            hint = "; flatten the positions: input.reshape(-1, input.shape[-1]), target.reshape(-1)"
            fail(ShapeError, self.name, "input", "have shape (N, D) or (D,)", f"{shape}{hint * (len(shape) > 2)}")
        matrix = call.real("linear_weight", values["linear_weight"])
        if matrix.ndim != 2 or matrix.shape[1] != shape[-1]:
            expected = f"have shape (C, D) = (C, {shape[-1]})"
            fail(ShapeError, self.name, "linear_weight", expected, str(tuple(matrix.shape)))
        classes, bias = matrix.shape[0], values["linear_bias"]
        if bias is not None:
            bias = call.shaped("linear_bias", call.real("linear_bias", bias), (classes,), "(C,)")
        return shape[:-1], classes, matrix, bias

    def _target(self, call: Arguments, values: dict[str, Any], positions: tuple[int, ...]) -> Array:
        target = call.place("target", values["target"])
        if isinstance(values["target"], list) and positions == (0,):  # a list of no ids
            target = call.placed["target"] = call.backend.cast(target, call.backend.xp.int32)
        if call.kind(target) != "integer":
            fail(DTypeError, self.name, "target", "hold integer class ids", str(target.dtype))
        target = call.backend.as_ids(call.shaped("target", target, positions, "(N,)" if positions else "()"))
        values["target"] = target
        return target


def linear_vjp(xp: Namespace, place: int, g: Array, x: Array, matrix: Array) -> Array | LazyMatmul:
    """The derivative with respect to the rows x, the matrix or the bias, from g, that with respect to the logits."""
    if place == 0:
        return LazyMatmul(g, matrix)
    if place == 2:
        return g if g.ndim == 1 else xp.sum(g, axis=0)
    rows, columns = [each if each.ndim == 2 else xp.expand_dims(each, axis=0) for each in (x, g)]
    return LazyMatmul(xp.matrix_transpose(columns), rows)


def linear_head(*, tasks: tuple[str, ...], torch: str | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on (input, linear_weight, target, linear_bias, weight) that returns (loss, weight)."""

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        return make_loss(LinearHead(body, tasks=tasks, torch=torch, divisor="weights"))

    return decorate
