"""What a benchmark is made of: the peers, and one record a loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

Draw = Callable[[np.random.Generator, int], tuple[np.ndarray, ...]]


class Rival(NamedTuple):
    """One call of a peer that gives what a loss of ours gives."""

    against: str
    """The peer's name: "torch", "optax", "keras", "sklearn" or "numpy"."""
    label: str
    """What is called, as a reader knows it."""
    make: Callable[[Any], Callable[..., Any]]
    """From the peer's module (`peers.PEERS`) to a function of the arrays."""
    compiles: bool = True
    """Whether it can be compiled."""


@dataclass(frozen=True)
class Case:
    """One loss, on one kind of input."""

    loss: str
    draw: Draw
    """NumPy arrays whose largest has about so many elements."""
    rivals: tuple[Rival, ...]
    options: dict[str, Any] = field(default_factory=dict)
    variant: str = ""
    smallest: int = 8
    heavy: bool = False
    """Whether only the contests that tell most are held."""
    wrt: int = 1
    """How many leading arrays are differentiated."""
    sizes: tuple[int, int] | None = None
    """(full, quick): sizes of its own, in place of those asked for."""

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
