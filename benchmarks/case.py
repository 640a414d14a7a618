"""What is raced: the benchmarks of a loss, with all calls of peers that its case knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conformance.benchmark import Benchmark, PeerCall

__all__ = ["Case", "PeerCall"]


@dataclass(frozen=True, kw_only=True)
class Case(Benchmark):
    """One loss, on one kind of input."""

    loss: str

    @property
    def name(self) -> str:
        return f"{self.loss} {self.variant}".strip()

    def ours(self) -> Callable[..., Any] | None:
        """Our call; None where the library does not offer the loss."""
        import array_losses as al

        function = getattr(al, self.loss, None)
        if function is None or not (self.options or self.by_name):
            return function

        def call(*arrays: Any) -> Any:
            count = len(arrays) - len(self.by_name)
            return function(*arrays[:count], **self.options, **dict(zip(self.by_name, arrays[count:], strict=True)))

        return call
