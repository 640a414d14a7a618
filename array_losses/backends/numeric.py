"""What a numeric is to an adapter: a portable body, and a derivative of its own where that pays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..typing import Array

Maps = tuple[Callable[[Array], Array] | None, ...]


class Numeric:
    """A function that formulas are written in."""

    __slots__ = ("derivative", "keeps_result", "name", "portable")

    def __init__(self, portable: Callable[..., Any]) -> None:
        self.name, self.portable = portable.__name__, portable
        self.derivative: Callable[..., Maps] | None = None
        """(result, *arguments) to one linear map an argument, from the cotangent of the result to that of the argument
        as if nothing were broadcast; None for an argument without one. Written in numerics, to be differentiated again.
        """
        self.keeps_result = False
        """Whether the derivative reads the result; elsewhere it is None."""
