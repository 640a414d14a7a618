"""Losses declared by the roles of their arrays: rowwise, listwise, pairs of the batch.

The formula takes the arrays, cast and masked, and returns the unreduced loss; where it counts less than the mask keeps,
also the mask of what counts, and where there are weights in it, these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import OptionError, describe, fail
from .base import Family, P, R
from .function import make_loss
from .layout import Layout


class Declared(Family):
    """`layout` says what the arrays are, `gather` what the sums of a loss would take that is not additive.

    `additive` names the option with which it is.
    """

    def __init__(
        self, body: Any, *, layout: Callable[[Mapping[str, Any]], Layout], gather: str, additive: str, sized: str,
        **record: Any,
    ) -> None:  # fmt: skip
        super().__init__(body, **record)
        self.layout_of, self.gather, self.additive, self.sized = layout, gather, additive, sized
        shape = self.layout({}).where_text
        self.where_doc = f" of {shape}" if shape.startswith("the ") else f" of shape {shape}"

    def layout(self, options: Mapping[str, Any]) -> Layout:
        return self.layout_of({**self.signature.defaults, **options})

    def gathers(self, options: Mapping[str, Any]) -> str:
        """What to gather for the loss of several batches with these options; "" where their sums add up to it."""
        return "" if self.additive and {**self.signature.defaults, **options}[self.additive] else self.gather

    def __call__(self, values: dict[str, Any]) -> Any:
        if values["reduction"] == "sums" and self.gathers(values):
            expected = f'be "mean", "sum" or "none": {self.gather}'
            fail(OptionError, self.name, "reduction", expected, describe("sums"))
        return super().__call__(values)


def declared(
    arrays: Layout | Callable[[Mapping[str, Any]], Layout],
    *,
    gather: str = "",
    additive: str = "",
    sized: str = "",
    tasks: tuple[str, ...],
    torch: str | None = None,
    divisor: str = "count",
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a loss of a formula on arrays of this layout, or of the one that a function gives for its options.

    `gather` says of a loss that is not additive what to gather for the loss of several batches; its formula takes the
    mask too. `additive` names the option, where there is one, with which it is additive. `sized` names the option by
    which a loss is divided by a size in the mean alone: the formula returns it as `Sized`.
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        own = arrays if callable(arrays) else lambda _: arrays
        record = {"tasks": tasks, "torch": torch, "divisor": divisor}
        return make_loss(Declared(body, layout=own, gather=gather, additive=additive, sized=sized, **record))

    return decorate
