"""Blocks that stay in the cache: how arrays are cut along the positions of an unreduced loss. Shapes only."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import islice, product
from math import prod
from time import perf_counter
from typing import Any, NamedTuple

from ..typing import Array

PartitionSpec = tuple[int | None, ...]
"""For each axis of an array the position axis that it runs along; None where it is never cut."""
Block = tuple[slice, ...]
"""A slice of each leading position axis; the axes behind are whole."""

WHOLE_AXIS = slice(None)


class Partition(NamedTuple):
    """The shape of the positions, and how each array lies along them (None: there is no such array)."""

    positions: tuple[int, ...]
    axes: tuple[PartitionSpec | None, ...]
    chunk: int = 0
    """Entries of the first axis of a block, where the formula makes more of each than any array holds; 0: as large as
    pays."""
    uncut: tuple[int, ...] = ()
    """The position axes that no block cuts, as the formula knows what lies along them."""

    def width(self, arrays: tuple[Any, ...]) -> int:
        """The number of elements for each position in the largest array: its classes, say."""
        widths = [1]
        for array, axes in zip(arrays, self.axes, strict=True):
            if axes is not None and len(set(axes) - {None}) == len(self.positions):
                widths.append(size(tuple(n for n, axis in zip(array.shape, axes, strict=True) if axis is None)))
        return max(widths)

    def blocks(self, arrays: tuple[Any, ...], target: int) -> list[Block]:
        """Blocks of at most about `target` elements of the largest array, in order."""
        return split(self.positions, self.width(arrays), target, self.uncut)

    def chunks(self) -> list[Block]:
        """Blocks of `chunk` entries of the first axis of the positions; the last may have fewer."""
        count = self.positions[0]
        return [(slice(start, min(start + self.chunk, count)),) for start in range(0, count, self.chunk)]

    def slice_block(self, arrays: tuple[Any, ...], block: Block) -> list[Any]:
        """The parts of the arrays that belong to a block, as views."""
        return [
            None if axes is None else array[block_index(axes, block)]
            for array, axes in zip(arrays, self.axes, strict=True)
        ]

    def counted(self, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        """A block's parts, with the counts of all blocks in place of those that are plain numbers."""
        return tuple([prod(self.positions) if type(each) is int else each for each in parts])

    def is_partitioned(self, place: int) -> bool:
        """Whether each block has a part of its own of this array: gradients into others are added up."""
        axes, cut = self.axes[place], self.positions[:1] if self.chunk else self.positions
        return axes is not None and all(n == 1 or i in axes for i, n in enumerate(cut))


class LazyMatmul(NamedTuple):
    """A matrix product that is not made yet, so that it can be written straight to where it belongs."""

    left: Any
    right: Any


def materialize(array: Array | LazyMatmul) -> Any:
    """The array itself, or the one a `LazyMatmul` stands for."""
    return array.left @ array.right if isinstance(array, LazyMatmul) else array


def broadcast_spec(array: Array | None, positions: tuple[int, ...]) -> PartitionSpec | None:
    """The axes of an array that broadcasts to the positions."""
    if array is None:
        return None
    lead = len(positions) - array.ndim
    return tuple(None if n == 1 else lead + i for i, n in enumerate(array.shape))


def class_axis_spec(array: Array, axis: int) -> PartitionSpec:
    """The axes of an array that has those of the positions and one more, at `axis`."""
    return tuple(None if i == axis else i - (i > axis) for i in range(array.ndim))


def batch_spec(array: Array | None) -> PartitionSpec | None:
    """The axes of an array of which only the first is one of the positions."""
    return None if array is None else (0,) + (None,) * (array.ndim - 1)


def replicated(array: Array | None) -> PartitionSpec | None:
    """The axes of an array that every block needs whole."""
    return None if array is None else (None,) * array.ndim


def block_index(axes: PartitionSpec, block: Block) -> tuple[slice, ...]:
    """The index of a block's part of an array."""
    return tuple(WHOLE_AXIS if axis is None or axis >= len(block) else block[axis] for axis in axes)


def split(positions: tuple[int, ...], width: int, target: int, uncut: tuple[int, ...] = ()) -> list[Block]:
    """Blocks cut along the first axis behind which at most `target` elements lie, of single entries before it."""
    if 0 in positions:
        return [()]
    free = [i for i in range(len(positions)) if i not in uncut]
    count, inner = len(free), width * prod([positions[i] for i in uncut])
    while count and inner * positions[free[count - 1]] <= target:
        count -= 1
        inner *= positions[free[count]]
    if count == 0:
        return [()]
    axis, leads = free[count - 1], free[: count - 1]
    length = positions[axis]
    step = max(target // inner, 1)
    step = -(-length // -(-length // step))  # blocks of one size, but for the last
    slices = [slice(start, start + step) for start in range(0, length, step)]
    found = []
    for entries in product(*(range(positions[i]) for i in leads)):
        single = {i: slice(entry, entry + 1) for i, entry in zip(leads, entries, strict=True)}
        found += [tuple([each if i == axis else single.get(i, WHOLE_AXIS) for i in range(axis + 1)]) for each in slices]
    return found


def map_blocks(
    job: Callable[[int, Block], Any],
    blocks: list[Block],
    threads: int,
    context: Callable[[], AbstractContextManager[Any]],
    alone: float = 0.0,
) -> list[Any]:
    """The results of `job` for each block, in the order of the blocks, made by several threads within a context.

    By one thread where the others would not pay: where the first block tells that the rest takes less than `alone`
    seconds.
    """
    results: list[Any] = [None] * len(blocks)
    waiting = iter(enumerate(blocks))

    def work(most: int | None = None) -> None:
        with context():
            for place, block in islice(waiting, most):
                results[place] = job(place, block)

    helpers = min(threads, len(blocks)) - 1
    if helpers > 0 and alone > 0:
        began = perf_counter()
        work(1)
        rest = len(blocks) - 1
        helpers = min(helpers, rest - 1) if (perf_counter() - began) * rest >= alone else 0
    if helpers < 1:
        work()
        return results
    from concurrent.futures import ThreadPoolExecutor  # slow to import

    with ThreadPoolExecutor(helpers) as pool:
        others = [pool.submit(work) for _ in range(helpers)]
        work()
        for each in others:
            each.result()
    return results


def processors() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def size(shape: tuple[int, ...]) -> int:
    """The number of elements."""
    count = 1
    for each in shape:
        count *= each
    return count
