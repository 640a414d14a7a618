"""The number of gradients being taken around a call, as a function may capture arrays that an outer one traces."""

from __future__ import annotations

from contextvars import ContextVar, Token

LEVEL: ContextVar[int] = ContextVar("gradients around this call", default=0)
"""The depth, for each thread or task."""


class NewTrace:
    """A context one gradient deeper; entering it gives the depth outside."""

    __slots__ = ("token",)
    token: Token[int]

    def __enter__(self) -> int:
        depth = LEVEL.get()
        self.token = LEVEL.set(depth + 1)
        return depth

    def __exit__(self, *_: object) -> None:
        LEVEL.reset(self.token)
