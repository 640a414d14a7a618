"""Where the slopes of blocks come together: the gradient by one operand."""

from __future__ import annotations

from typing import Any

from ..backends import backend_of
from ..typing import Array
from .kernel import Kernel
from .partition import Block, LazyMatmul, Partition, block_index, materialize


class Collected:
    """A gradient on any library, of which nothing is written to: the slopes of chunks, joined or added up."""

    made = staticmethod(materialize)

    def __init__(self, kernel: Kernel, partition: Partition, place: int) -> None:
        self.partitioned = partition.is_partitioned(place)
        self.slopes: list[Array] = []

    def add(self, number: int, block: Block, slope: Array | LazyMatmul, factor: float) -> None:
        """Take the slope of a block."""
        made = materialize(slope) * factor
        if self.partitioned or not self.slopes:
            self.slopes.append(made)
        else:
            self.slopes[0] = self.slopes[0] + made

    def result(self, late: Array | None) -> Array:
        """The gradient."""
        found = backend_of(self.slopes[0]).xp.concat(self.slopes, axis=0) if self.partitioned else self.slopes[0]
        return found if late is None else found * late


class Written:
    """A gradient in a buffer: each block writes its part, or what it shares with others is added up in their order."""

    @staticmethod
    def made(slope: Any) -> Any:
        """The slope itself, or the one a `LazyMatmul` stands for."""
        return materialize(slope)

    def __init__(self, kernel: Kernel, partition: Partition, place: int) -> None:
        operand = kernel.operands[place]
        self.spec, self.partitioned = partition.axes[place] or (), partition.is_partitioned(place)
        self.in_place = kernel.chunked  # one block at a time, and of a size that is not to be kept for each
        self.buffer = self.allocate(operand, kernel.compute, not self.partitioned)
        self.shared: dict[int, tuple[Any, Any]] = {}

    def allocate(self, operand: Any, dtype: Any, zeros: bool) -> Any:
        """A buffer of an operand's shape."""
        raise NotImplementedError

    def write(self, part: Any, slope: Any, factor: float) -> None:
        """Write a slope times a factor to a part of the buffer."""
        raise NotImplementedError

    def accumulate(self, part: Any, slope: Any, factor: float) -> None:
        """Add a slope times a factor to a part of the buffer."""
        raise NotImplementedError

    def add(self, number: int, block: Block, slope: Any, factor: float) -> None:
        """Take the slope of a block."""
        index = (*block_index(self.spec, block), ...)  # with which a 0-d buffer gives a view too
        if self.partitioned:
            self.write(self.buffer[index], slope, factor)
        elif self.in_place:
            self.accumulate(self.buffer[index], slope, factor)
        else:
            self.shared[number] = index, self.made(slope) * factor

    def result(self, late: Array | None) -> Any:
        """The gradient."""
        for number in sorted(self.shared):
            index, slope = self.shared[number]
            self.accumulate(self.buffer[index], slope, 1.0)
        if late is not None:
            self.buffer *= late
        return self.buffer
