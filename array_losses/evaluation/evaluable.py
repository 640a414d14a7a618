"""What an adapter is given to evaluate, as this floor sees the classes of higher ones.

`Any` is an array or a dtype of the adapter's own library here, which each adapter knows by its own type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ..typing import Array, Derivative
from .partition import LazyMatmul, Partition

Divisor = Array | int | float | None
"""The divisor of a mean; a number, or None for what is not divided, is known before any array is looked at."""

Slopes = tuple[Array | LazyMatmul, ...]
"""The derivatives of a total with respect to each array wanted."""

Extremes = Callable[[Any], tuple[float, float]]
"""What tells the least and the largest value of an array of its library."""


class Partitioned(Protocol):
    """Arrays, and how they are cut into blocks whose results add up."""

    @property
    def arrays(self) -> tuple[Any, ...]: ...
    @property
    def partition(self) -> Callable[[], Partition] | None: ...
    @property
    def large(self) -> bool: ...


class Evaluable(Protocol):
    """A loss that is a sum, then a finish."""

    @property
    def prepared(self) -> Partitioned: ...
    @property
    def compute(self) -> Any: ...

    def __call__(self, *arrays: Array | None) -> Any: ...
    def detach_arrays(self, partition: Partition | None) -> Evaluable: ...
    def totals(self, *arrays: Array | None) -> tuple[Any, Any]: ...
    def values(self, arrays: Sequence[Any]) -> tuple[Any, Any]: ...
    def totals_and_gradients(
        self, arrays: tuple[Any, ...] | list[Any], wanted: tuple[int, ...]
    ) -> tuple[Any, Any, tuple[Any, ...]]: ...
    def by_hand(self, wanted: tuple[int, ...]) -> bool: ...
    def added(self, parts: list[tuple[Any, Any]], partition: Partition) -> tuple[Any, Any]: ...
    def constant(self, arrays: tuple[Any, ...], partition: Partition) -> tuple[bool, Any]: ...
    def scale(self, divisor: Divisor, partition: Partition | None) -> float | None: ...
    def rest(self, divisor: Any) -> Any: ...
    def factor(self, divisor: Divisor) -> Any: ...
    def finish(self, total: Array, divisor: Divisor) -> Any: ...


class PlainSignature(Protocol):
    """The options of a loss."""

    def changed(self, options: dict[str, Any]) -> dict[str, Any]: ...


class PlainLoss(Protocol):
    """A loss that its library may evaluate by its own means, where a call is plain."""

    @property
    def name(self) -> str: ...
    @property
    def takes_class_ids(self) -> bool: ...
    @property
    def cost(self) -> int: ...
    @property
    def signature(self) -> PlainSignature: ...

    def call(self, *args: Any, **kwargs: Any) -> Any: ...
    def elements_fast(
        self, input: Array, target: Array, options: dict[str, Any], extremes: Extremes
    ) -> Derivative | None: ...


def partition_of(prepared: Partitioned) -> Partition:
    """The layout of arrays that have one, as all have whose formula is `large`."""
    assert prepared.partition is not None
    return prepared.partition()
