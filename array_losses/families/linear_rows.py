"""What a linear head tells of each row beside a loss: numbers of its logits, which are never held all at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from ..arguments import Arguments
from ..evaluation import evaluate
from ..evaluation.kernel import Kernel, Parts
from ..evaluation.plan import Prepared
from ..reduction import Elements, Plan
from ..typing import Array
from .base import P, R
from .frame import Frame
from .labels import ClassIds
from .layout import layout
from .linear_head import LinearHead, Rows
from .roles import Weight
from .signature import COMMON, Signature


class LinearRows(LinearHead):
    """The formula returns one number of each row, and others by name: 0 where the id is ignored."""

    fixed_layout = layout(
        {
            "input": Rows("N? D"),
            "linear_weight": Weight("C *S D"),
            "target": ClassIds("N? *S", "C", along_axis=False),
            "linear_bias": Weight("C *S"),
        },
        returns="N? *S",
    )

    def __init__(self, body: Callable[..., Any]) -> None:
        super().__init__(body, tasks=())
        self.signature = Signature(body, common={})

    def evaluate(self, *args: Any, **kwargs: Any) -> Any:
        found = self({**COMMON, "reduction": "none", **self.signature.bind(args, kwargs)})
        return found if len(found) > 1 else found[0]

    def __call__(self, values: dict[str, Any]) -> Any:
        return self.reduced(values, numbers_of_rows, self.traced_call)

    def traced_call(self, values: dict[str, Any]) -> Any:
        return numbers_of_rows(*self.planned(values))

    def prepared(self, frame: Frame, arrays: tuple[Array | None, ...], chunk: int = 0) -> Prepared:
        return super().prepared(frame, arrays, chunk)._replace(parts=partial(self.elements_by_name, frame))

    def elements_by_name(self, frame: Frame, *arrays: Array | None) -> tuple[Elements, dict[str, Elements]]:
        """The first number of each row, and the others."""
        seen = self.seen(frame, arrays[0], arrays[1], arrays[2:])
        first, others = self.formula(**seen.inputs, **frame.hyper)
        found = {name: self.counted(frame, seen, (each, None)) for name, each in others.items()}
        return self.counted(frame, seen, (first, None)), found


def numbers_of_rows(call: Arguments, _: Plan, prepared: Prepared) -> tuple[Array, ...]:
    """The numbers of all rows, chunk by chunk."""
    parts = prepared.parts  # without the arrays, as a gradient may outlive them
    assert parts is not None

    def partials(*arrays: Array | None) -> Parts:
        first, others = parts(*arrays)
        return first.loss, *[each.loss for each in others.values()]

    chunked = prepared.chunked
    partition = prepared.partition if chunked else None
    found: Any = evaluate(
        call.backend, Kernel(partials, prepared.arrays, call.compute, partition, kept=1, chunked=chunked)
    )
    return tuple(found)


def linear_rows(body: Callable[P, R]) -> Callable[P, R]:
    """Make a public function of a formula on (input, linear_weight, target, linear_bias)."""
    family = LinearRows(body)

    @wraps(body)
    def numbers(*args: P.args, **kwargs: P.kwargs) -> R:
        return family.evaluate(*args, **kwargs)  # type: ignore[no-any-return]

    return numbers
