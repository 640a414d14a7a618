"""torch: large tensors in host memory in blocks, chunks on every device, all else by torch's own operators."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, cast

import torch

from ...backends.torch.compiled import is_exporting, is_read
from ...backends.torch.leaf import IS_LEAF, MustBeReadError
from ...backends.torch.plain import is_plain_eager, no_autocast
from ...backends.torch.private import is_wrapper
from ..blockwise import TWO_PASSES, UNCUT, Executor, layout
from ..gradient import Written
from ..kernel import EACH, Kernel
from ..partition import Block, LazyMatmul, materialize
from ..plain_loss import PlainLoss
from ..sizes import SIZES
from . import delegation, recompute
from .block_sum import Made, attach, detached, scaled
from .fast_path import BLOCK

Tensor = torch.Tensor
Tensors = tuple[Tensor | None, ...]


class Buffer(Written):
    """A gradient in a tensor."""

    @staticmethod
    def made(slope: Any) -> Tensor:
        """The slope itself, or the one a `LazyMatmul` stands for, in its own dtype under autocast too."""
        if not isinstance(slope, LazyMatmul):
            return cast("Tensor", slope)
        with no_autocast(slope.left):
            return cast("Tensor", materialize(slope))

    def allocate(self, operand: Tensor, dtype: torch.dtype, zeros: bool) -> Tensor:
        made = torch.empty_like(operand, dtype=dtype)
        return made.zero_() if zeros else made

    def write(self, part: Tensor, slope: Any, factor: float) -> None:
        if isinstance(slope, LazyMatmul):
            part.addmm_(slope.left, slope.right, beta=0, alpha=factor)
        else:
            torch.mul(slope, factor, out=part)

    def accumulate(self, part: Tensor, slope: Any, factor: float) -> None:
        if isinstance(slope, LazyMatmul):
            part.addmm_(slope.left, slope.right, alpha=factor)
        elif factor != 1 and torch.compiler.is_compiling():  # which forgets alpha beside a matrix product (torch 2.13)
            part.add_(slope * factor)
        else:
            part.add_(slope, alpha=factor)


class TorchExecutor(Executor):
    """Blocks with their gradient in the same pass, or in a second one."""

    max_chunk = 9 << 20  # above 32 MiB in float32: that goes back to the system at once, and leaves no holes
    gradient = Buffer

    def context(self) -> AbstractContextManager[Any]:
        return torch.no_grad()

    def delegate(self, loss: PlainLoss, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
        return delegation.delegate(loss, args, kwargs)

    def evaluate(self, kernel: Kernel) -> Any:
        arrays, argnums = kernel.operands, argnums_of(kernel.operands)
        in_graph = chunks_in_graph(kernel, argnums)
        if not (in_graph or is_plain_eager(arrays, anywhere=kernel.chunked)):
            if kernel.chunked and not is_read() and IS_LEAF.get():
                raise MustBeReadError
            return plainly(kernel, *arrays)
        if not argnums:
            whole = kernel.partition is None and kernel.by_hand is None
            # a function among the options may hold what is to be differentiated
            return plainly(kernel, *arrays) if whole else self.finished(kernel)
        in_rows = kernel.kept == EACH or (kernel.chunked and kernel.kept > 0)  # autograd's own second pass is faster
        if in_rows or any(each is not None and each.is_inference() for each in arrays):
            return plainly(kernel, *arrays)
        found = self.parts_and_gradient(kernel._replace(operands=detached(arrays)), argnums)
        if found is None:
            return plainly(kernel, *arrays)
        parts, ready = found
        kept = kernel.without_operands(layout(kernel) if len(self.blocks(kernel)[1]) > 1 else None)
        results = parts if ready is None else kernel.finished(parts)
        made = Made(
            results if isinstance(results, tuple) else (results,),
            ready,
            arrays,
            argnums,
            partial(self._again, kept, argnums, ready is None),
            partial(plainly, kept if ready is not None else kept._replace(finish=None)),
            anywhere=kernel.chunked,
            in_graph=in_graph,
        )
        return attach(made) if ready is not None else kernel.finished(attach(made))

    def _again(self, kernel: Kernel, argnums: tuple[int, ...], two_passes: bool, arrays: Tensors, gs: Tensors) -> Any:
        """The gradient of these cotangents, of detached arrays."""
        kernel = kernel._replace(operands=arrays)
        if two_passes:
            return self.run(kernel, argnums, gs)[1]
        return scaled(self.run(kernel, argnums)[1], cast("Tensor", gs[0]))

    def blocks(self, kernel: Kernel) -> tuple[Any, list[Block]]:
        if kernel.chunked:
            return super().blocks(kernel)
        size, threads = SIZES.get().block, torch.get_num_threads()
        if kernel.partition is None or largest(kernel) < 2 * (size or BLOCK * threads):
            return None, UNCUT
        partition = kernel.partition()
        if partition.chunk:
            return partition, UNCUT
        return partition, partition.blocks(kernel.operands, size or BLOCK * threads)

    def map(self, job: Callable[[int, Block], Any], blocks: list[Block], kernel: Kernel) -> list[Any]:
        if not kernel.chunked or kernel.kept:
            return super().map(job, blocks, kernel)
        # a small tensor for each chunk would lie between its large ones, whose memory could not be used again
        stores: list[Any] = []

        def kept(number: int, block: Block) -> tuple[Any, ...]:
            parts = job(number, block)
            if not stores:
                stores.extend(part.new_empty(len(blocks)) if isinstance(part, Tensor) else part for part in parts)
            return tuple(
                [
                    store if isinstance(store, int) else store[number].copy_(part)
                    for store, part in zip(stores, parts, strict=True)
                ]
            )

        return super().map(kept, blocks, kernel)

    def empty(self, shape: tuple[int, ...], kernel: Kernel) -> Tensor:
        return torch.empty(shape, dtype=kernel.compute, device=device_of(kernel))

    def pays_in_one_pass(self, kernel: Kernel, argnums: tuple[int, ...]) -> bool:
        return kernel.chunked or kernel.has_gradient(argnums) or len(self.blocks(kernel)[1]) > 1

    def pays_in_two_passes(self, kernel: Kernel) -> bool:
        if kernel.chunked or largest(kernel) < (SIZES.get().parallel or TWO_PASSES):
            return kernel.chunked
        return len(self.blocks(kernel)[1]) > 1


def plainly(kernel: Kernel, *arrays: Tensor | None) -> Any:
    """The result by torch's own operators, for autograd, compile and `torch.func` to work on."""
    return recompute.evaluate_checkpointed(kernel, arrays) if kernel.chunked else kernel.whole(*arrays)


def chunks_in_graph(kernel: Kernel, argnums: tuple[int, ...]) -> bool:
    """Whether a compiler traces chunks and their gradient: made together, a chunk's matrix product is not repeated."""
    if not (argnums and kernel.chunked and kernel.kept == 0 and kernel.finish is not None):
        return False
    if is_read() or is_exporting() or not torch.compiler.is_compiling():
        return False
    return set(argnums) <= set(kernel.by_hand_argnums) and not any(map(is_wrapper, kernel.operands))


def argnums_of(arrays: Tensors) -> tuple[int, ...]:
    """The positions, among the arrays, of those whose gradient is wanted."""
    if not torch.is_grad_enabled():
        return ()
    return tuple([i for i, each in enumerate(arrays) if each is not None and each.requires_grad])


def largest(kernel: Kernel) -> int:
    """The number of elements of the largest operand."""
    return max([0 if each is None else each.numel() for each in kernel.operands])


def device_of(kernel: Kernel) -> torch.device:
    """The device of the operands."""
    device: torch.device = next(each.device for each in kernel.operands if each is not None)
    return device
