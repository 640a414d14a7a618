"""Sums over positions on torch in eager mode, block by block; their gradient takes a second pass over the blocks."""

from __future__ import annotations

from typing import Any

import torch

from . import large, one_pass
from .additive import Additive, Sums
from .blocks import Block, Layout, key
from .one_pass import WHOLE, again_differentiated, blocks_of, concrete, detached, differentiated, once_more

Tensor = torch.Tensor


def add_up(additive: Additive) -> Sums:
    """The sums, in blocks where that pays."""
    arrays = additive.arrays
    if not concrete(arrays):
        return additive.whole()
    layout, blocks = blocks_of(additive, arrays)
    if blocks is WHOLE:
        return additive.whole()
    wanted = differentiated(arrays)
    if not wanted:
        return in_blocks(additive, arrays, layout, blocks)
    given = [each for each in arrays if each is not None]
    if max(each.numel() for each in given) < one_pass.TWICE or any(each.is_inference() for each in given):
        return additive.whole()
    sums: Sums = TwoPass.apply(additive, layout, blocks, wanted, *[arrays[i] for i in wanted])  # type: ignore[no-untyped-call]
    return sums


def in_blocks(additive: Additive, arrays: tuple[Tensor | None, ...], layout: Layout, blocks: list[Block]) -> Sums:
    with torch.no_grad():
        return additive.added([additive.formula(*layout.take(arrays, block)) for block in blocks], blocks)


class TwoPass(torch.autograd.Function):
    """Sums over blocks; the gradient evaluates each block once more, as it needs the cotangents of the whole sums."""

    @staticmethod
    def forward(
        ctx: Any, additive: Additive, layout: Layout, blocks: list[Block], wanted: tuple[int, ...], *variables: Tensor
    ) -> Sums:  # fmt: skip
        ctx.additive, ctx.layout, ctx.blocks, ctx.wanted = additive.without_arrays(layout), layout, blocks, wanted
        ctx.dtypes = [each.dtype for each in variables]
        ctx.save_for_backward(*additive.arrays)
        ctx.set_materialize_grads(False)
        return in_blocks(additive, detached(additive.arrays), layout, blocks)

    @staticmethod
    def backward(ctx: Any, *gs: Tensor | None) -> tuple[Tensor | None, ...]:
        given = tuple([each for each in gs if each is not None])
        if not given:
            found: Any = (None,) * len(ctx.wanted)
        elif again_differentiated(given):
            found = once_more(ctx.additive.formula, ctx.saved_tensors, ctx.wanted, gs)
        else:
            buffers = gradients(ctx, detached(ctx.saved_tensors), gs)
            found = [each.to(dtype) for each, dtype in zip(buffers, ctx.dtypes, strict=True)]
        return None, None, None, None, *found


def gradients(ctx: Any, arrays: tuple[Tensor | None, ...], gs: tuple[Tensor | None, ...]) -> list[Tensor]:
    """The gradients of the wanted arrays, from the cotangents `gs` of the sums."""
    additive, layout = ctx.additive, ctx.layout
    covered, buffers = large.gradients(additive, arrays, ctx.wanted, layout)
    for block in ctx.blocks:
        slopes = additive.slopes(block, layout.take(arrays, block), gs, ctx.wanted)
        for place, mine, buffer, slope in zip(ctx.wanted, covered, buffers, slopes, strict=True):
            large.into(buffer[key(layout.axes[place], block)], slope, mine, 1.0)
    return buffers
