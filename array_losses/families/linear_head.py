"""Projected losses: a linear map makes logits of each row of `input`, too many to be held all at once.

The loss is additive over the rows. It is evaluated in chunks of them on every library: what is kept for the gradient
are the arrays that came, not the logits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..arguments import Arguments
from ..backends import backend_of, namespace
from ..evaluation import executor_of
from ..evaluation.blockwise import max_chunk
from ..evaluation.partition import LazyMatmul
from ..numerics import multiply_at, overridable
from ..reduction import weighted
from ..typing import Array, Namespace
from .base import Family, P, R, make_loss
from .frame import Frame
from .labels import ClassIds
from .layout import layout
from .roles import Real, Weight
from .surround import Counts, Seen


@overridable
def linear(x: Array, weight: Array, bias: Array | None) -> Array:
    """The rows of x times the rows of the weight, and the bias."""
    y = x @ namespace(x).matrix_transpose(weight)
    return y if bias is None else y + bias


class Rows(Real):
    """Rows of numbers, or one of them."""

    def shape_hint(self, given: tuple[int, ...], shape: tuple[int, ...], axis: int | None) -> str:  # noqa: ARG002
        hint = "; flatten the positions: input.reshape(-1, input.shape[-1]), target.reshape(-1)"
        return hint if len(given) > 2 else ""


class LinearHead(Family):
    """The formula takes a chunk of rows; its derivative is with respect to what the linear map gives."""

    static_arrays = ("weight",)
    where_doc = " of shape (N,)"
    hides_infinite = False
    by_hand_names = ("input", "linear_weight", "linear_bias")
    fixed_layout = layout(
        {
            "input": Rows("N? D"),
            "linear_weight": Weight("C D"),
            "target": ClassIds("N?", "C", along_axis=False),
            "linear_bias": Weight("C"),
            "weight": Weight("C"),
        },
        returns="N?",
    )

    def chunk(self, call: Arguments, values: dict[str, Any], frame: Frame) -> int:
        if not frame.positions:
            return 0
        (classes,) = frame.geometry.sizes.of("C") or ()
        return values["chunk_size"] or max(1, max_chunk(executor_of(call.backend)) // max(classes, 1))

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
        g = slope()
        if seen.kept is not None or seen.weights[0] is not None:
            xp = backend_of(g).xp
            g = multiply_at(weighted(xp.ones_like(g[..., 0]), seen.weights, None, seen.kept).loss, g, -1)
        x, matrix = seen.inputs["input"], seen.inputs["linear_weight"]
        return tuple([linear_vjp(backend_of(g).xp, name, g, x, matrix) for name in wanted])


def linear_vjp(xp: Namespace, name: str, g: Array, x: Array, matrix: Array) -> Array | LazyMatmul:
    """The derivative with respect to the rows x, the matrix or the bias, from g, that with respect to the logits."""
    if name == "input":
        return LazyMatmul(g, matrix)
    if name == "linear_bias":
        return g if g.ndim == 1 else xp.sum(g, axis=0)
    rows, columns = [each if each.ndim == 2 else xp.expand_dims(each, axis=0) for each in (x, g)]
    return LazyMatmul(xp.matrix_transpose(columns), rows)


def linear_head(*, tasks: tuple[str, ...], torch: str | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on (input, linear_weight, target, linear_bias, weight) that returns (loss, weight)."""

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        return make_loss(LinearHead(body, tasks=tasks, torch=torch, divisor="weights"))

    return decorate
