"""The one loop over blocks, and the executor of any library."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from math import prod
from typing import Any

from ..backends import backend_of
from ..backends.base import Backend
from ..typing import Array
from .fast_path import FastLoss
from .gradient import Collected
from .heap import keep_freed_memory
from .kernel import EACH, Kernel, Parts
from .partition import Block, Partition
from .plain_loss import PlainLoss
from .sizes import SIZES

Found = tuple[Parts, list[Any]]
UNCUT: list[Block] = [()]
TWO_PASSES = 1 << 22
"""Elements from which blocks pay that are evaluated twice: there memory is what takes time."""


class Executor:
    """How a library evaluates a kernel. Here: whole, or chunk by chunk where a kernel is made for that."""

    max_chunk = 1 << 22
    """The number of elements made at once of an intermediate array that is never held whole."""
    gradient: Any = Collected
    """What the slopes of the blocks are gathered in."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def evaluate(self, kernel: Kernel) -> Any:
        """The result, for the library's own autodiff to differentiate."""
        return self.finished(kernel) if kernel.chunked else kernel.whole(*kernel.operands)

    def finished(self, kernel: Kernel) -> Any:
        """The result of arrays that may be looked at, or of chunks."""
        with self.context():
            return kernel.finished(block_sum(kernel, self)[0])

    def delegate(self, loss: PlainLoss, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The value of a short call by the library's own means; None where there are none that are right and pay."""
        return None

    def fast_loss(
        self, loss: PlainLoss, args: tuple[Any, ...], kwargs: dict[str, Any], differentiated: bool
    ) -> FastLoss | None:
        """The value of a short call of plain arrays, and what its gradient is made of; None: the general path."""
        return None

    def run(self, kernel: Kernel, argnums: tuple[int, ...] = (), cotangents: Parts | None = None) -> Found:
        """The parts and gradients as `block_sum` makes them."""
        with self.context():
            return block_sum(kernel, self, argnums, cotangents)

    def parts_and_gradient(self, kernel: Kernel, argnums: tuple[int, ...]) -> tuple[Parts, list[Any] | None] | None:
        """The parts of plain operands, with the gradient of the result where one pass makes it.

        Without one, it takes the cotangents of all parts, and a second pass; None where neither pays.
        """
        if kernel.finish is not None and self.pays_in_one_pass(kernel, argnums):
            try:
                return self.run(kernel, argnums)
            except LookupError:  # the divisor depends on what is differentiated
                pass
        return (self.run(kernel)[0], None) if self.pays_in_two_passes(kernel) else None

    def pays_in_one_pass(self, kernel: Kernel, argnums: tuple[int, ...]) -> bool:
        """Whether a gradient made together with the value pays."""
        return kernel.chunked

    def pays_in_two_passes(self, kernel: Kernel) -> bool:
        """Whether a gradient that evaluates each block once more pays."""
        return kernel.chunked and kernel.kept > 0

    def blocks(self, kernel: Kernel) -> tuple[Any, list[Block]]:
        """The layout and the blocks of the operands; one block where more would not pay."""
        if not kernel.chunked:
            return None, UNCUT
        partition = layout(kernel)
        return partition, partition.chunks()

    def map(self, job: Callable[[int, Block], Any], blocks: list[Block], kernel: Kernel) -> list[Any]:
        """The results of a job for each block, in order."""
        return [job(number, block) for number, block in enumerate(blocks)]

    def empty(self, shape: tuple[int, ...], kernel: Kernel) -> Any:
        """An array to write losses to; None where arrays cannot be written to."""
        return None

    def scaled(self, slope: Any, factor: Any) -> Any:
        """A gradient times a number; it may be written to."""
        return slope * factor

    def context(self) -> AbstractContextManager[Any]:
        """What surrounds every evaluation of plain arrays."""
        return nullcontext()


def layout(kernel: Kernel) -> Partition:
    """The layout of the operands of a kernel that has one."""
    assert kernel.partition is not None
    return kernel.partition()


def max_chunk(executor: Executor) -> int:
    """The number of elements of an intermediate array that are made at once."""
    if executor.backend.tracing():  # a compiler does not follow a context
        return executor.max_chunk
    return SIZES.get().chunk or executor.max_chunk


def block_sum(
    kernel: Kernel, executor: Executor, argnums: tuple[int, ...] = (), cotangents: Parts | None = None
) -> Found:
    """The parts of a kernel, and its gradients by `argnums`: of the result, or of the parts where cotangents are given.

    Operands are plain arrays where a gradient is wanted.
    """
    if not kernel.chunked:  # which a compiler may read
        keep_freed_memory()
    partition, blocks = executor.blocks(kernel)
    if len(blocks) == 1 and not blocks[0]:
        return whole(kernel, executor, argnums, cotangents)
    losses = executor.empty(partition.positions, kernel) if kernel.kept == EACH else None
    gradients = [executor.gradient(kernel, partition, place) for place in argnums]

    def job(number: int, block: Block) -> Parts:
        operands = partition.slice_block(kernel.operands, block)
        if not argnums:
            parts = kernel.values(operands)
        else:
            mine = cotangents if cotangents is None else tuple([row_of(each, block, kernel) for each in cotangents])
            parts, slopes = kernel.values_and_slopes(operands, argnums, mine)
            factor = early_factor(kernel, partition.counted(parts), cotangents)
            for gradient, slope in zip(gradients, slopes, strict=True):
                gradient.add(number, block, slope, 1.0 if factor is None else factor)
        if losses is not None:
            losses[block], parts = parts[0], ()
        return parts

    found = executor.map(job, blocks, kernel)
    if losses is not None:
        return (losses,), []
    parts = combine(kernel, partition, blocks, found)
    late = None if not argnums or early_factor(kernel, parts, cotangents) is not None else late_factor(kernel, parts)
    return parts, [each.result(late) for each in gradients]


def whole(kernel: Kernel, executor: Executor, argnums: tuple[int, ...], cotangents: Parts | None) -> Found:
    """The parts and the gradients of operands that are not cut."""
    if not argnums:
        return kernel.values(kernel.operands), []
    parts, slopes = kernel.values_and_slopes(kernel.operands, argnums, cotangents)
    factor: Any = early_factor(kernel, parts, cotangents)
    factor = late_factor(kernel, parts) if factor is None else factor
    made = [executor.gradient.made(each) for each in slopes]
    return parts, [each if type(factor) is float and factor == 1 else each * factor for each in made]


def early_factor(kernel: Kernel, parts: Parts, cotangents: Parts | None) -> float | None:
    """The factor of the slopes, where it is known before all blocks are summed."""
    return 1.0 if cotangents is not None or kernel.finish is None else kernel.finish.factor(parts)


def late_factor(kernel: Kernel, parts: Parts) -> Array:
    """The factor of the slopes that only the parts of all blocks tell."""
    assert kernel.finish is not None
    return kernel.finish.late_factor(parts)


def row_of(cotangent: Any, block: Block, kernel: Kernel) -> Any:
    """A block's part of the cotangent of a part; None is 0."""
    return cotangent[block[:1]] if cotangent is not None and kernel.kept else cotangent


def combine(kernel: Kernel, partition: Partition, blocks: list[Block], found: list[Parts]) -> Parts:
    """The parts of all blocks, added up in their order; joined along the axes that they keep."""
    backend = backend_of(found[0][0])
    if not kernel.kept:
        return tuple([total(backend, each, partition) for each in zip(*found, strict=True)])
    rows: dict[Any, Parts] = {}
    for block, parts in zip(blocks, found, strict=True):
        row = (block[0].start, block[0].stop)
        before = rows.get(row)
        rows[row] = parts if before is None else tuple([a + b for a, b in zip(before, parts, strict=True)])
    if len(rows) == 1:
        return next(iter(rows.values()))
    return tuple([backend.xp.concat(list(each), axis=0) for each in zip(*rows.values(), strict=True)])


def total(backend: Backend, each: tuple[Any, ...], partition: Partition) -> Any:
    """The sum of one part over all blocks; counts stay integers, also those of the blocks where nothing is masked."""
    arrays = [part for part in each if type(part) is not int]
    if not arrays:
        return prod(partition.positions)
    stacked = backend.xp.stack(arrays)
    found = backend.xp.sum(stacked, axis=0, dtype=stacked.dtype)
    return found if len(arrays) == len(each) else found + sum(part for part in each if type(part) is int)
