"""NumPy: blocks that stay in the cache, shared out between threads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ..backends.numpy import quiet
from .blockwise import TWO_PASSES, UNCUT, Executor
from .fast_path import FastLoss, evaluate_fast
from .gradient import Written
from .kernel import Kernel
from .partition import Block, LazyMatmul, map_blocks, materialize, processors
from .plain_loss import PlainLoss
from .short_call import has_place_of_ids, is_alike, short_call
from .sizes import SIZES

BLOCK = 1 << 18
"""Elements of a block: what a formula makes of them stays in the cache."""
SHORT = 2 * BLOCK
"""Elements from which blocks pay, which are shared out: with fewer the fast path takes half to all of their time."""
ALONE = 3e-3
"""Seconds of work that one thread does alone: threads take more from each other than they gain."""


class Buffer(Written):
    """A gradient in an array."""

    def allocate(self, operand: np.ndarray, dtype: np.dtype, zeros: bool) -> np.ndarray:
        return (np.zeros if zeros else np.empty)(operand.shape, dtype)

    def write(self, part: np.ndarray, slope: Any, factor: float) -> None:
        if isinstance(slope, LazyMatmul):
            np.matmul(slope.left, slope.right, out=part)
            part *= factor
        else:
            np.multiply(slope, factor, out=part)

    def accumulate(self, part: np.ndarray, slope: Any, factor: float) -> None:
        made = materialize(slope)
        part += made if factor == 1 else made * factor


class NumPyExecutor(Executor):
    """Large arrays in blocks, with their gradient in the same pass."""

    gradient = Buffer

    def context(self) -> AbstractContextManager[Any]:
        return quiet()

    def evaluate(self, kernel: Kernel) -> Any:
        return self.finished(kernel)

    def delegate(self, loss: PlainLoss, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        found = self.fast_loss(loss, args, kwargs, differentiated=False)
        return None if found is None else found.value

    def fast_loss(
        self, loss: PlainLoss, args: tuple[Any, ...], kwargs: dict[str, Any], differentiated: bool
    ) -> FastLoss | None:
        input, target = args[:2]
        if type(input) is not np.ndarray or type(target) is not np.ndarray:
            return None
        call = short_call(loss, args, kwargs, fits)
        read = (input if loss.dense else target).size
        if call is None or call.reduction == "none" or not 0 < read < (SIZES.get().block or SHORT):
            return None
        if input.dtype not in REALS or not (has_ids if loss.takes_class_ids else is_alike)(input, target):
            return None
        if loss.takes_class_ids:
            call = call._replace(target=target.astype(np.int64, copy=False))
        with quiet():
            return evaluate_fast(loss, call, self.backend.extremes, differentiated)

    def blocks(self, kernel: Kernel) -> tuple[Any, list[Block]]:
        if kernel.chunked:
            return super().blocks(kernel)
        block = SIZES.get().block or BLOCK
        if kernel.partition is None or largest(kernel) < block:
            return None, UNCUT
        partition = kernel.partition()
        return partition, UNCUT if partition.chunk else partition.blocks(kernel.operands, block)

    def map(self, job: Callable[[int, Block], Any], blocks: list[Block], kernel: Kernel) -> list[Any]:
        sizes = SIZES.get()
        shared = not kernel.chunked and largest(kernel) >= (sizes.parallel or 0)
        threads = (sizes.threads or processors()) if shared else 1
        return map_blocks(job, blocks, threads, quiet, 0.0 if sizes.parallel else ALONE)

    def empty(self, shape: tuple[int, ...], kernel: Kernel) -> np.ndarray:
        made: np.ndarray = np.empty(shape, kernel.compute)
        return made

    def pays_in_one_pass(self, kernel: Kernel, argnums: tuple[int, ...]) -> bool:
        return kernel.has_gradient(argnums) or len(self.blocks(kernel)[1]) > 1

    def pays_in_two_passes(self, kernel: Kernel) -> bool:
        parallel = SIZES.get().parallel or TWO_PASSES
        return super().pays_in_two_passes(kernel) or (
            kernel.kept >= 0 and largest(kernel) >= parallel and len(self.blocks(kernel)[1]) > 1
        )

    def scaled(self, slope: Any, factor: Any) -> Any:
        if not isinstance(slope, np.ndarray):  # of 0-d arrays NumPy makes scalars
            return slope * factor
        return slope if factor == 1 else np.multiply(slope, factor, out=slope)


REALS = (np.dtype(np.float32), np.dtype(np.float64))


def fits(name: str, value: object, input: np.ndarray) -> bool:
    """Whether an array among the options is a plain one beside the input."""
    return type(value) is np.ndarray and value.dtype == (np.bool_ if name == "where" else input.dtype)


def has_ids(input: np.ndarray, target: np.ndarray) -> bool:
    """Whether there is an id for each position."""
    return target.dtype.kind in "iu" and has_place_of_ids(input, target)


def largest(kernel: Kernel) -> int:
    """The number of elements of the largest operand."""
    return max([0 if each is None else each.size for each in kernel.operands])
