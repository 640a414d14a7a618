"""How many gradients are being taken around a call: a function may capture arrays that an outer gradient traces."""

from __future__ import annotations

from contextvars import ContextVar, Token
from typing import Any

DEPTH: ContextVar[int] = ContextVar("gradients around this call", default=0)
"""Of this thread or task alone."""


class Deeper:
    """A context one gradient deeper; gives the depth outside."""

    __slots__ = ("token",)
    token: Token[int]

    def __enter__(self) -> int:
        depth = DEPTH.get()
        self.token = DEPTH.set(depth + 1)
        return depth

    def __exit__(self, *_: Any) -> None:
        DEPTH.reset(self.token)
