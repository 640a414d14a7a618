"""Sums over positions on torch in eager mode, block by block; their gradient takes a second pass over the blocks."""

from __future__ import annotations

from typing import Any

import torch

from ...backends.torch.plain import is_plain_eager
from ..kernel import Additive, Parts
from ..partition import Block, Partition, block_index
from . import block_sum, chunked
from .block_sum import UNSPLIT, argnums_of, blocks_of, detached, needs_double_backward, recompute_gradients

Tensor = torch.Tensor


def add_up(additive: Additive) -> Parts:
    """The sums, in blocks where that pays."""
    arrays = additive.arrays
    if not is_plain_eager(arrays):
        return additive.whole()
    partition, blocks = blocks_of(additive, arrays)
    if blocks is UNSPLIT:
        return additive.whole()
    wanted = argnums_of(arrays)
    if not wanted:
        return in_blocks(additive, arrays, partition, blocks)
    given = [each for each in arrays if each is not None]
    if max(each.numel() for each in given) < block_sum.MIN_TWO_PASS_ELEMENTS or any(
        each.is_inference() for each in given
    ):
        return additive.whole()
    sums: Parts = TwoPass.apply(additive, partition, blocks, wanted, *[arrays[i] for i in wanted])  # type: ignore[no-untyped-call]
    return sums


def in_blocks(
    additive: Additive, arrays: tuple[Tensor | None, ...], partition: Partition, blocks: list[Block]
) -> Parts:
    with torch.no_grad():
        return additive.added([additive.formula(*partition.slice_block(arrays, block)) for block in blocks], blocks)


class TwoPass(torch.autograd.Function):
    """Sums over blocks; the gradient evaluates each block once more, as it needs the cotangents of the whole sums."""

    @staticmethod
    def forward(
        ctx: Any,
        additive: Additive,
        partition: Partition,
        blocks: list[Block],
        wanted: tuple[int, ...],
        *variables: Tensor,
    ) -> Parts:
        ctx.additive, ctx.partition, ctx.blocks, ctx.wanted = (
            additive.detach_arrays(partition),
            partition,
            blocks,
            wanted,
        )
        ctx.dtypes = [each.dtype for each in variables]
        ctx.save_for_backward(*additive.arrays)
        ctx.set_materialize_grads(False)
        return in_blocks(additive, detached(additive.arrays), partition, blocks)

    @staticmethod
    def backward(ctx: Any, *gs: Tensor | None) -> tuple[Tensor | None, ...]:
        given = tuple([each for each in gs if each is not None])
        if not given:
            found: Any = (None,) * len(ctx.wanted)
        elif needs_double_backward(given):
            found = recompute_gradients(ctx.additive.formula, ctx.saved_tensors, ctx.wanted, gs)
        else:
            buffers = gradients_in_blocks(ctx, detached(ctx.saved_tensors), gs)
            found = [each.to(dtype) for each, dtype in zip(buffers, ctx.dtypes, strict=True)]
        return None, None, None, None, *found


def gradients_in_blocks(ctx: Any, arrays: tuple[Tensor | None, ...], gs: tuple[Tensor | None, ...]) -> list[Tensor]:
    """The gradients of the wanted arrays, from the cotangents `gs` of the sums."""
    additive, partition = ctx.additive, ctx.partition
    covered, buffers = chunked.allocate_gradients(additive, arrays, ctx.wanted, partition)
    for block in ctx.blocks:
        slopes = additive.block_vjp(block, partition.slice_block(arrays, block), gs, ctx.wanted)
        for place, mine, buffer, slope in zip(ctx.wanted, covered, buffers, slopes, strict=True):
            chunked.accumulate_into(buffer[block_index(partition.axes[place], block)], slope, mine, 1.0)
    return buffers
