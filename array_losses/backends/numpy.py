"""NumPy: values may be read, warnings of the floating-point unit are not for the user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..evaluation.evaluable import Divisor, Evaluable, Partitioned, partition_of
from ..evaluation.kernel import Additive
from ..evaluation.partition import Block, LazyMatmul, PartitionSpec, block_index, map_blocks, materialize, processors
from ..typing import Array
from . import BY_MODULE
from .base import KINDS, LARGEST, Backend, Result
from .numpy_kernels import NATIVE


class NumPyBackend(Backend):
    """Arrays in host memory."""

    noun = "NumPy array"
    conversion = "numpy.asarray({})"
    types = (np.ndarray, np.generic)

    def __init__(self) -> None:
        super().__init__("numpy", np, NATIVE)
        self.kinds = {np.dtype(name): kind for name, kind in KINDS.items() if hasattr(np, name)}

    def cast(self, array: np.ndarray, dtype: np.dtype) -> np.ndarray:
        if array.dtype == dtype:
            return array
        with np.errstate(over="ignore"):  # inf in half precision
            return array.astype(dtype)

    def as_ids(self, ids: np.ndarray) -> np.ndarray:
        if ids.dtype == np.uint64:  # too large an id stays too large
            ids = np.minimum(ids, LARGEST)
        return ids.astype(np.int64, copy=False)

    def objection(self, array: object) -> tuple[str, str] | None:
        if isinstance(array, np.ma.MaskedArray):
            return "be a plain array: write {0}.filled(0), and the mask as `where=~{0}.mask`", ""
        if isinstance(array, np.matrix):
            return "be a plain array: write numpy.asarray({})", ""
        return None

    def device(self, array: np.ndarray) -> str:
        return "cpu"

    def allows_caching(self, input: object) -> bool:
        return True

    def from_host(self, value: Any, like: object, dtype: np.dtype | None = None) -> np.ndarray:
        return np.asarray(value, dtype=dtype)

    def arange(self, count: int, like: object) -> np.ndarray:
        return np.arange(count)

    def concrete_or_none(self, array: np.ndarray) -> np.ndarray:
        return array

    def run(self, formula: Callable[..., Result], arrays: tuple[Any, ...]) -> Result:
        with np.errstate(all="ignore"):
            return formula(*arrays)

    def evaluate(self, totals: Evaluable, arrays: tuple[Any, ...]) -> Any:
        partition, blocks, threads = self.blocks(totals.prepared, arrays)
        with quiet():
            if len(blocks) < 2:
                return totals.finish(*totals.values(arrays))
            parts = map_blocks(
                lambda block: totals.values(partition.slice_block(arrays, block)), blocks, threads, quiet
            )
            return totals.finish(*totals.added(parts, partition))

    def evaluate_each(self, formula: Callable[..., Array], prepared: Partitioned, dtype: np.dtype) -> Array:
        arrays = prepared.arrays
        partition, blocks, threads = self.blocks(prepared, arrays)
        if len(blocks) < 2:
            return self.run(formula, arrays)
        result = np.empty(partition.positions, dtype)

        def fill(block: Block) -> None:
            result[block] = formula(*partition.slice_block(arrays, block))

        map_blocks(fill, blocks, threads, quiet)
        return result

    def add_up(self, additive: Additive) -> tuple[Array, ...]:
        arrays = additive.arrays
        partition, blocks, threads = self.blocks(additive, arrays)
        if len(blocks) < 2:
            return self.run(additive.formula, arrays)
        parts = map_blocks(
            lambda block: additive.formula(*partition.slice_block(arrays, block)), blocks, threads, quiet
        )
        return additive.added(parts, blocks)

    def add_up_with_gradients(self, additive: Additive, wanted: tuple[int, ...]) -> Any:
        arrays = additive.arrays
        partition, blocks, threads = self.blocks(additive, arrays)
        if len(blocks) < 2 or max([0 if each is None else each.size for each in arrays]) < SHARED:
            return None

        def gradients(gs: tuple[Array, ...]) -> list[np.ndarray]:
            covered = [partition.is_partitioned(place) for place in wanted]
            buffers = [np.zeros(arrays[place].shape, additive.compute) for place in wanted]

            def fill(block: Block) -> None:
                slopes = additive.block_vjp(block, partition.slice_block(arrays, block), gs, wanted)
                for place, mine, buffer, slope in zip(wanted, covered, buffers, slopes, strict=True):
                    part = part_of(buffer, partition.axes[place], block)
                    part[...] = slope if mine else part + slope

            map_blocks(fill, blocks, threads if all(covered) else 1, quiet)
            return buffers

        return self.add_up(additive), gradients

    def evaluate_with_gradients(
        self, totals: Evaluable, arrays: tuple[Any, ...], wanted: tuple[int, ...]
    ) -> tuple[Any, list[Any]] | None:
        partition, blocks, threads = self.blocks(totals.prepared, arrays)
        if len(blocks) < 2:
            return self._whole_with_gradients(totals, arrays, wanted) if totals.by_hand(wanted) else None
        covered = [partition.is_partitioned(place) for place in wanted]
        buffers = [
            (np.empty if all_its_own else np.zeros)(arrays[place].shape, totals.compute)
            for place, all_its_own in zip(wanted, covered, strict=True)
        ]

        def fill(block: Block) -> tuple[Array, Divisor]:
            total, divisor, slopes = totals.totals_and_gradients(partition.slice_block(arrays, block), wanted)
            factor = 1.0 if (scale := totals.scale(divisor, partition)) is None else scale
            for place, mine, buffer, slope in zip(wanted, covered, buffers, slopes, strict=True):
                part = part_of(buffer, partition.axes[place], block)
                if mine and isinstance(slope, LazyMatmul):
                    part = np.matmul(slope.left, slope.right, out=part)
                    part *= factor
                elif mine:
                    np.multiply(slope, factor, out=part)
                else:
                    part += self.scaled(materialize(slope), factor) if isinstance(slope, LazyMatmul) else slope * factor
            return total, divisor

        threads = threads if all(covered) else 1
        with quiet():
            parts = map_blocks(fill, blocks, threads, quiet)
            total, divisor = totals.added(parts, partition)
            if totals.scale(divisor, partition) is None:
                rest = totals.rest(divisor)
                for buffer in buffers:
                    buffer *= rest
            return totals.finish(total, divisor), buffers

    def _whole_with_gradients(
        self, totals: Evaluable, arrays: tuple[Any, ...], wanted: tuple[int, ...]
    ) -> tuple[Any, list[Array]]:
        """The value and its gradients, of arrays that are not cut into blocks."""
        with quiet():
            total, divisor, slopes = totals.totals_and_gradients(arrays, wanted)
            factor = totals.factor(divisor)
            return totals.finish(total, divisor), [materialize(each) * factor for each in slopes]

    def scaled(self, slope: Any, factor: Any) -> Any:
        if not isinstance(slope, np.ndarray):  # of 0-d arrays NumPy makes scalars
            return slope * factor
        return slope if factor == 1 else np.multiply(slope, factor, out=slope)

    def owns_memory(self, array: object) -> bool:
        return isinstance(array, np.ndarray) and array.base is None and array.flags.writeable

    def blocks(self, prepared: Partitioned, arrays: tuple[Any, ...]) -> tuple[Any, list[Block], int]:
        """The layout, the blocks and the number of threads that share them; one block where more would not pay."""
        if prepared.large:  # a matrix product is shared out between threads itself
            partition = partition_of(prepared)
            return partition, partition.chunks(), 1
        largest = max([0 if each is None else each.size for each in arrays])
        if prepared.partition is None or largest < BLOCK:
            return None, [()], 1
        partition = prepared.partition()
        threads = processors() if largest * partition.steps >= SHARED else 1
        return partition, [()] if partition.chunk else partition.blocks(arrays, BLOCK), threads


def part_of(buffer: np.ndarray, axes: PartitionSpec, block: Block) -> np.ndarray:
    """A block's part of a buffer, as a view also where the buffer is 0-d."""
    index: Any = (*block_index(axes, block), ...)
    part: np.ndarray = buffer[index]
    return part


BLOCK = 1 << 18
"""Elements of a block: what a formula makes of them stays in the cache."""
SHARED = 1 << 22
"""Elements from which threads gain more than they take from each other."""


def quiet() -> np.errstate:
    return np.errstate(all="ignore")


BACKEND = BY_MODULE["numpy"] = NumPyBackend()
