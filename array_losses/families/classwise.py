"""Classwise losses: `input` has a class axis, the unreduced loss has not.

The target is class ids of the shape of `input` without its class axis, or, where the loss allows it, class
probabilities of `input`'s shape; its dtype decides where it may be both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from ..arguments import Arguments
from ..backends import namespace
from ..evaluation.plain_loss import FastElements
from ..intervals import Extremes
from ..numerics import masked_fill
from ..reduction import Elements
from ..typing import Array
from .base import Family, P, R
from .frame import Frame
from .function import make_loss
from .labels import ClassIds, PredictedProbabilities, Probabilities
from .layout import Layout, layout
from .roles import Real, Role, Weight
from .surround import Counts, Seen


class Classwise(Family):
    """`soft` says whether the target may be probabilities, `soft_divisor` the divisor of the mean then, `ids` whether
    it may be class ids. `logits` names the option, where there is one, without which the input holds probabilities.

    `dense` says that the formula reads all classes: where it reads one of each position, blocks do not pay.
    """

    labels = True
    static_arrays = ("weight", "alpha")
    where_doc = " of the shape (N, *S) of the unreduced loss"
    hides_infinite = values_by_hand = False

    def __init__(
        self, body: Any, *, soft: bool, soft_divisor: str, ids: bool, logits: str, dense: bool, **record: Any
    ) -> None:
        super().__init__(body, **record)
        self.soft, self.soft_divisor, self.takes_class_ids, self.dense = soft, soft_divisor, ids, dense
        self.per_class = [name for name in ("weight", "alpha") if name in self.arrays]
        probabilities = Probabilities("N? C *S", ids=ids) if soft else None
        target: Role = ClassIds("N? *S", "C", probabilities) if ids or probabilities is None else probabilities
        weights: dict[str, Role] = {name: Weight("C", one_for_all=name == "alpha") for name in self.per_class}

        def of(scores: Role) -> Layout:
            return layout({"input": scores, "target": target, **weights}, "N? *S", axis="C")

        self.logits, self.fixed_layout = logits, of(Real("N? C *S"))
        self.layout_of_probabilities = of(PredictedProbabilities("N? C *S"))

    def layout(self, options: Mapping[str, Any]) -> Layout:
        return self.fixed_layout if options.get(self.logits, True) else self.layout_of_probabilities

    def default_divisor(self, call: Arguments, values: dict[str, Any]) -> str:  # noqa: ARG002
        return self.divisor if call.kind(call.placed["target"]) == "integer" else self.soft_divisor

    def elements_fast(
        self, input: Array, target: Array, options: dict[str, Any], extremes: Extremes, differentiated: bool
    ) -> FastElements | None:
        if not (self.takes_class_ids and options.get(self.logits, True)):
            return None
        axis, kept = min(1, input.ndim - 1), None
        classes = input.shape[axis : axis + 1]
        wrong = any(name in options and options[name].shape != classes for name in self.per_class)
        if wrong or "axis" in options:
            return None
        options = self.with_defaults(self.per_class, options | {"axis": axis})
        (low, high), ignored = extremes(target), options["ignore_index"]
        if low <= ignored <= high:
            kept = target != ignored
            target = namespace(target).where(kept, target, 0)
            low, high = extremes(target)
        if not (low >= 0 and high < classes[0]):
            return None
        found, slope = self.by_hand_or_formula(differentiated, input, target, **options) or (None, None)
        if not isinstance(found, tuple) or found[0].shape != target.shape:  # of a formula that is wrong
            return None
        return Elements(found[0], found[1], kept), slope

    def hide(self, frame: Frame, name: str, arrays: Mapping[str, Any], mask: Array | None) -> Array:
        whole = any(arrays[each] is not None for each in self.per_class)
        if name != self.main_argument or name in frame.checks or whole:
            return super().hide(frame, name, arrays, mask)  # all positions make the derivative of the vectors
        if mask is None or not self.dense:  # where one entry of each position is read, it is masked behind
            return cast("Array", arrays[name])
        return masked_fill(arrays[name], mask)

    def losses(self, frame: Frame, seen: Seen, found: Any) -> tuple[Array, Counts]:  # noqa: ARG002
        loss, class_weight = found
        return loss, Counts(seen.kept, class_weight)


def classwise(
    *,
    tasks: tuple[str, ...],
    torch: str | None = None,
    divisor: str = "weights",
    soft: bool = True,
    soft_divisor: str = "count",
    ids: bool = True,
    logits: str = "",
    dense: bool = True,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on (input, target, per-class weights, axis) that returns (loss, weight)."""

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        record: dict[str, Any] = {"tasks": tasks, "torch": torch, "divisor": divisor}
        own: dict[str, Any] = {"soft": soft, "soft_divisor": soft_divisor, "ids": ids, "logits": logits, "dense": dense}
        return make_loss(Classwise(body, **own, **record))

    return decorate
