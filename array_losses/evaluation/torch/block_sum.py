"""Evaluation in blocks on torch in eager mode: large tensors in host memory, with the gradient in the same pass."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from ...backends.torch.huge_pages import advise_huge_pages
from ...backends.torch.plain import is_plain_eager
from ...backends.torch.private import is_batch
from ..evaluable import Divisor, Evaluable, Partitioned, partition_of
from ..partition import Block, Partition, block_index
from . import chunked, recompute

Tensor = torch.Tensor
Tensors = tuple[Tensor | None, ...]
Found = tuple[Tensor, Divisor, list[Tensor]]
"""The totals, and the gradient with respect to each array wanted."""

BLOCK = 1 << 17
"""Elements of a block for each of torch's threads: with what a formula makes of them they stay in a core's cache.

The threads are torch's own: Python's, with a block each, wait for each other at every operation.
"""
MIN_TWO_PASS_ELEMENTS = 1 << 22
"""Elements from which blocks pay that are evaluated twice: there memory is what takes time."""
UNSPLIT: list[Block] = [()]


def blocks_of(prepared: Partitioned, arrays: Tensors) -> tuple[Any, list[Block]]:
    """The layout and the blocks of the arrays; one block where more would not pay."""
    block = BLOCK * torch.get_num_threads()
    if prepared.partition is None or max([0 if each is None else each.numel() for each in arrays]) < 2 * block:
        return None, UNSPLIT
    partition = partition_of(prepared)
    if partition.chunk:
        return partition, UNSPLIT
    blocks = partition.blocks(arrays, block * partition.steps)
    return partition, UNSPLIT if len(blocks) == 1 else blocks


def evaluate_in_blocks(totals: Evaluable, arrays: Tensors) -> Any:
    """The loss, in blocks where that pays."""
    if not is_plain_eager(arrays, anywhere=totals.prepared.large):
        return evaluate_plainly(totals, *arrays)
    partition, blocks = blocks_of(totals.prepared, arrays)
    wanted = argnums_of(arrays)
    if not wanted:
        with torch.no_grad():
            return totals.finish(*values(totals, arrays, partition, blocks))
    if blocks is UNSPLIT and not totals.by_hand(wanted):
        return evaluate_plainly(totals, *arrays)
    try:
        return OnePass.apply(totals, arrays, wanted, *[arrays[i] for i in wanted])  # type: ignore[no-untyped-call]
    except LookupError:  # the divisor depends on what is wanted
        return evaluate_plainly(totals, *arrays)


def argnums_of(arrays: Tensors) -> tuple[int, ...]:
    """The positions, among the arrays, of those whose gradient is wanted."""
    if not torch.is_grad_enabled():
        return ()
    return tuple([i for i, each in enumerate(arrays) if each is not None and each.requires_grad])


def evaluate_plainly(totals: Evaluable, *arrays: Tensor | None) -> Any:
    """The loss by torch's own operators, for autograd, compile and `torch.func` to work on."""
    return recompute.evaluate_checkpointed(totals, arrays) if totals.prepared.large else totals(*arrays)


def values(totals: Evaluable, arrays: Tensors, partition: Any, blocks: list[Block]) -> tuple[Tensor, Divisor]:
    """The totals, without a gradient."""
    if totals.prepared.large:
        return chunked.totals_and_gradients(totals, arrays, ())[:2]
    if blocks is UNSPLIT:
        return totals.values(arrays)
    return totals.added([totals.values(partition.slice_block(arrays, block)) for block in blocks], partition)


def elements_in_blocks(formula: Callable[..., Tensor], prepared: Partitioned, dtype: torch.dtype) -> Tensor:
    """The loss of each position, in blocks where that pays."""
    arrays, blocks = prepared.arrays, UNSPLIT
    if prepared.large:
        return recompute.elements_checkpointed(formula, partition_of(prepared), arrays)
    if is_plain_eager(arrays) and not argnums_of(arrays):
        partition, blocks = blocks_of(prepared, arrays)
    if blocks is UNSPLIT:
        return formula(*arrays)
    result: Tensor = advise_huge_pages(torch.empty(partition.positions, dtype=dtype))
    with torch.no_grad():
        for block in blocks:
            result[block] = formula(*partition.slice_block(arrays, block))
    return result


def value_and_gradients(totals: Evaluable, arrays: Tensors, wanted: tuple[int, ...]) -> tuple[Any, list[Tensor]]:
    """The value and its gradients with respect to the wanted arrays, in the dtype of the computation."""
    partition, blocks = blocks_of(totals.prepared, arrays)
    make = in_chunks if totals.prepared.large else whole if blocks is UNSPLIT else in_blocks
    total, divisor, found = make(totals, arrays, wanted, partition, blocks)
    return totals.finish(total, divisor), found


def whole(totals: Evaluable, arrays: Tensors, wanted: tuple[int, ...], _layout: Any, _blocks: list[Block]) -> Found:
    """The totals and the gradients of arrays that are not cut."""
    total, divisor, slopes = totals.totals_and_gradients(arrays, wanted)
    found, factor = [chunked.materialize_exactly(each) for each in slopes], totals.factor(divisor)
    return total, divisor, [each if factor == 1 else each * factor for each in found]


def in_chunks(totals: Evaluable, arrays: Tensors, wanted: tuple[int, ...], _layout: Any, _blocks: list[Block]) -> Found:
    """The totals and the gradients, chunk by chunk."""
    return chunked.totals_and_gradients(totals, arrays, wanted)


def in_blocks(
    totals: Evaluable, arrays: Tensors, wanted: tuple[int, ...], partition: Partition, blocks: list[Block]
) -> Found:
    """The totals and the gradients, block by block."""
    covered, buffers = chunked.allocate_gradients(totals, arrays, wanted, partition)

    def fill(block: Block) -> tuple[Tensor, Divisor]:
        total, divisor, found = totals.totals_and_gradients(partition.slice_block(arrays, block), wanted)
        scale = totals.scale(divisor, partition)
        factor = 1.0 if scale is None else scale
        for place, mine, buffer, slope in zip(wanted, covered, buffers, found, strict=True):
            chunked.accumulate_into(buffer[block_index(partition.axes[place] or (), block)], slope, mine, factor)
        return total, divisor

    parts = [fill(block) for block in blocks]
    total, divisor = totals.added(parts, partition)
    if totals.scale(divisor, partition) is None:
        rest = totals.rest(divisor)
        for buffer in buffers:
            buffer *= rest
    return total, divisor, buffers


class OnePass(torch.autograd.Function):
    """A loss whose gradient is made with its value; going backward only scales it."""

    @staticmethod
    def forward(ctx: Any, totals: Evaluable, arrays: Tensors, wanted: tuple[int, ...], *variables: Tensor) -> Any:
        value, ctx.ready = value_and_gradients(totals, detached(arrays), wanted)
        partition = partition_of(totals.prepared) if totals.prepared.large else blocks_of(totals.prepared, arrays)[0]
        ctx.totals, ctx.wanted = totals.detach_arrays(partition), wanted
        ctx.dtypes = [each.dtype for each in variables]
        ctx.save_for_backward(*arrays)
        ctx.set_materialize_grads(False)
        if isinstance(value, tuple) and isinstance(value[1], Tensor):
            ctx.mark_non_differentiable(value[1])
        return value

    @staticmethod
    def backward(ctx: Any, g: Tensor | None, *_: object) -> Tensors:
        if g is None:
            return (None,) * (3 + len(ctx.wanted))
        if needs_double_backward((g,), anywhere=ctx.totals.prepared.large):
            plain = partial(evaluate_plainly, ctx.totals)
            return None, None, None, *recompute_gradients(plain, ctx.saved_tensors, ctx.wanted, (g,))
        ready, ctx.ready = ctx.ready, None  # it is handed over, and scaled in place
        if ready is None:
            _, ready = value_and_gradients(ctx.totals, detached(ctx.saved_tensors), ctx.wanted)
        if not g.is_cpu or g.item() != 1:
            for each in ready:
                each *= g
        return None, None, None, *[each.to(dtype) for each, dtype in zip(ready, ctx.dtypes, strict=True)]


def detached(arrays: Tensors) -> Tensors:
    return tuple([None if each is None else each.detach() for each in arrays])


def needs_double_backward(gs: tuple[Tensor, ...], anywhere: bool = False) -> bool:
    """Whether the gradient of these cotangents is differentiated or transformed itself: then it must be plain torch."""
    return torch.is_grad_enabled() or any(map(is_batch, gs)) or not is_plain_eager(gs, anywhere)


def recompute_gradients(plain: Callable[..., Any], given: Tensors, wanted: tuple[int, ...], gs: Tensors) -> Tensors:
    """The gradients through a plain evaluation, which can be differentiated again; None in `gs` where there is none."""
    arrays: list[Any] = list(given)
    create_graph = torch.is_grad_enabled()
    with torch.enable_grad():
        for i in wanted:
            arrays[i] = arrays[i].view_as(arrays[i])  # without the hooks of the original, which run once, outside
        found = plain(*arrays)
        found = found if isinstance(found, tuple) else (found,)
        pairs = [(each, g) for each, g in zip(found, gs, strict=False) if g is not None and each.requires_grad]
        if not pairs:
            return (None,) * len(wanted)
        results, weights = zip(*pairs, strict=True)
        variables = [arrays[i] for i in wanted]
        return torch.autograd.grad(results, variables, weights, create_graph=create_graph, allow_unused=True)
