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
        if function is None or not self.options:
            return function
        return lambda *arrays: function(*arrays, **self.options)
