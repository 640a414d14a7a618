"""What a plain call asks of a loss, where its library may evaluate it by its own means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..intervals import Extremes
from ..reduction import Elements
from ..typing import Array

FastElements = tuple[Elements, Callable[[], Array] | None]
"""The unreduced losses, before the weights and the mask of the samples; a function to their derivative if wanted."""


class PlainSignature(Protocol):
    """The options of a loss."""

    @property
    def positional(self) -> Sequence[str]:
        """The arguments that may be given by position."""

    @property
    def required(self) -> Sequence[str]:
        """The arguments without a default, in order."""

    def changed(self, options: dict[str, Any]) -> dict[str, Any]: ...


class PlainLoss(Protocol):
    """A loss of an input and a target."""

    @property
    def name(self) -> str: ...
    @property
    def takes_class_ids(self) -> bool: ...
    @property
    def dense(self) -> bool: ...
    @property
    def divisor(self) -> str: ...
    @property
    def derivative(self) -> Callable[..., Any] | None: ...
    @property
    def hyperparameters(self) -> tuple[str, ...]: ...
    @property
    def signature(self) -> PlainSignature: ...

    def call(self, *args: Any, **kwargs: Any) -> Any: ...
    def elements_fast(
        self, input: Array, target: Array, options: dict[str, Any], extremes: Extremes, differentiated: bool
    ) -> FastElements | None: ...
