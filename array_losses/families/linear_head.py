"""Projected losses: a linear map makes logits of each row of `input`, too many to be held all at once.

The loss is additive over the rows. It is evaluated in chunks of them on every library: what is kept for the gradient
are the arrays that came, not the logits. A row may have logits for several positions (*S), each with a map of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from ..arguments import Arguments
from ..backends import backend_of, namespace
from ..backends.numeric import Maps
from ..evaluation import executor_of
from ..evaluation.blockwise import max_chunk
from ..evaluation.partition import LazyMatmul
from ..numerics import multiply_at, overridable
from ..reduction import weighted
from ..typing import Array, Namespace
from .base import Family, P, R
from .frame import Frame
from .function import make_loss
from .labels import ClassIds, Probabilities
from .layout import layout
from .roles import Real, Weight
from .surround import Counts, Seen


@overridable
def linear(x: Array, weight: Array, bias: Array | None) -> Array:
    """The rows of x times the rows of the weight, and the bias."""
    y = x @ namespace(x).matrix_transpose(weight)
    return y if bias is None else y + bias


@linear.derivative
def _(y: None, x: Array, weight: Array, bias: Array | None) -> Maps:  # noqa: ARG001
    def pulled(name: str) -> Callable[[Array], Array]:
        return lambda g: multiplied(linear_vjp(namespace(g), name, g, x, weight))

    return pulled("input"), pulled("linear_weight"), pulled("linear_bias")


def logits_of(x: Array, weight: Array, bias: Array | None) -> Array:
    """The logits (N, C, *S) of the rows x, with the classes along the last axis of x."""
    if weight.ndim == 2:
        return linear(x, weight, bias)
    xp, shape = namespace(x), weight.shape[:-1]
    flat = linear(x, matrix(xp, weight), None if bias is None else xp.reshape(bias, (prod(shape),)))
    return xp.reshape(flat, (*x.shape[:-1], *shape))


def matrix(xp: Namespace, weight: Array) -> Array:
    """The maps of all classes and positions, one a row."""
    return weight if weight.ndim == 2 else xp.reshape(weight, (prod(weight.shape[:-1]), weight.shape[-1]))


class Rows(Real):
    """Rows of numbers, or one of them."""

    def shape_hint(self, given: tuple[int, ...], shape: tuple[int, ...], axis: int | None) -> str:  # noqa: ARG002
        hint = "; flatten the positions: input.reshape(-1, input.shape[-1]), target.reshape(-1)"
        return hint if len(given) > 2 else ""


class LogitProbabilities(Probabilities):
    """Class probabilities, of logits that stand where the features of the rows do."""

    def shape_hint(self, given: tuple[int, ...], shape: tuple[int, ...], axis: int | None) -> str:  # noqa: ARG002
        return super().shape_hint(given, shape, len(shape) - 1)


class LinearHead(Family):
    """The formula takes a chunk of rows; its derivative is with respect to what the linear map gives."""

    static_arrays = ("weight",)
    where_doc = " of shape (N, *S)"
    hides_infinite = False
    by_hand_names = ("input", "linear_weight", "linear_bias")
    fixed_layout = layout(
        {
            "input": Rows("N? D"),
            "linear_weight": Weight("C *S D"),
            "target": ClassIds("N? *S", "C", LogitProbabilities("N? C *S"), along_axis=False),
            "linear_bias": Weight("C *S"),
            "weight": Weight("C"),
        },
        returns="N? *S",
    )

    def default_divisor(self, call: Arguments, values: dict[str, Any]) -> str:  # noqa: ARG002
        return self.divisor if call.kind(call.placed["target"]) == "integer" else "count"

    def unreduced_shape(self, shape: tuple[int, ...], options: Mapping[str, Any]) -> tuple[int, ...] | None:
        """That of the rows, and the positions of the linear map, where it is among the options."""
        rows, maps = super().unreduced_shape(shape, options), getattr(options.get("linear_weight"), "shape", ())
        return None if rows is None else (*rows, *maps[1:-1])

    def chunk(self, call: Arguments, values: dict[str, Any], frame: Frame) -> int:
        rows, classes, positions = [frame.geometry.sizes.of(letter) or () for letter in ("N", "C", "*S")]
        if not rows:  # one row is never cut
            return frame.positions[0] if frame.positions else 0
        logits = prod(classes) * prod(positions)
        return values["chunk_size"] or max(1, max_chunk(executor_of(call.backend)) // max(logits, 1))

    def losses(self, frame: Frame, seen: Seen, found: Any) -> tuple[Array, Counts]:  # noqa: ARG002
        loss, class_weight = found
        return loss, Counts(seen.kept, class_weight)

    def slopes(
        self,
        frame: Frame,  # noqa: ARG002
        seen: Seen,
        slope: Callable[[], Any],
        wanted: list[str],
    ) -> tuple[Array | LazyMatmul, ...]:
        """The derivatives of the wanted arrays: that of the logits, pulled back through the linear map."""
        if not wanted:
            return ()
        g, x, maps = slope(), seen.inputs["input"], seen.inputs["linear_weight"]
        xp, axis = backend_of(g).xp, x.ndim - 1
        if seen.kept is not None or seen.weights[0] is not None:
            ones = xp.ones_like(g[:, 0, ...] if axis else g[0, ...])
            g = multiply_at(weighted(ones, seen.weights, None, seen.kept).loss, g, axis)
        flat = g if maps.ndim == 2 else xp.reshape(g, (*x.shape[:-1], prod(maps.shape[:-1])))
        found = [linear_vjp(xp, name, flat, x, matrix(xp, maps)) for name in wanted]
        if maps.ndim == 2:
            return tuple(found)
        return tuple(
            [xp.reshape(multiplied(each), seen.inputs[name].shape) for name, each in zip(wanted, found, strict=True)]
        )


def linear_vjp(xp: Namespace, name: str, g: Array, x: Array, weight: Array) -> Array | LazyMatmul:
    """The derivative with respect to the rows x, the matrix or the bias, from g, that with respect to the logits."""
    if name == "input":
        return LazyMatmul(g, weight)
    if name == "linear_bias":
        return g if g.ndim == 1 else xp.sum(g, axis=0)
    rows, columns = [each if each.ndim == 2 else xp.expand_dims(each, axis=0) for each in (x, g)]
    return LazyMatmul(xp.matrix_transpose(columns), rows)


def multiplied(array: Array | LazyMatmul) -> Array:
    """The array itself, or the product a `LazyMatmul` stands for: by the linear map, whatever autocast says."""
    if not isinstance(array, LazyMatmul):
        return array
    return linear(array.left, namespace(array.right).matrix_transpose(array.right), None)


def linear_head(*, tasks: tuple[str, ...], torch: str | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on (input, linear_weight, target, linear_bias, weight) that returns (loss, weight)."""

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        return make_loss(LinearHead(body, tasks=tasks, torch=torch, divisor="weights"))

    return decorate
