"""torch in eager mode: sums over the positions of large tensors in host memory, and their gradient, block by block."""

from __future__ import annotations

from typing import Any

import torch

from . import one_pass
from .additive import Additive, Sums
from .blocks import Block, Layout, key
from .one_pass import WHOLE, batched, blocks_of, concrete, detached
from .pages import in_large_pages

Tensor = torch.Tensor


def add_up(additive: Additive) -> Sums:
    """The sums."""
    arrays = additive.arrays
    if not concrete(arrays):
        return additive.whole()
    layout, blocks = blocks_of(additive, arrays)
    if blocks is WHOLE:
        return additive.whole()
    wanted: tuple[int, ...] = ()
    if torch.is_grad_enabled():
        wanted = tuple([i for i, each in enumerate(arrays) if each is not None and each.requires_grad])
    if not wanted:
        return in_blocks(additive, arrays, layout, blocks)
    if max(each.numel() for each in arrays if each is not None) < one_pass.TWICE:
        return additive.whole()
    sums: Sums = TwoPass.apply(additive, layout, blocks, wanted, *[arrays[i] for i in wanted])  # type: ignore[no-untyped-call]
    return sums


def in_blocks(additive: Additive, arrays: tuple[Tensor | None, ...], layout: Layout, blocks: list[Block]) -> Sums:
    with torch.no_grad():
        return additive.added([additive.formula(*layout.take(arrays, block)) for block in blocks], blocks)


class TwoPass(torch.autograd.Function):
    """Sums whose gradient makes each block once more: only their gradients tell how to add up its parts."""

    @staticmethod
    def forward(
        ctx: Any, additive: Additive, layout: Layout, blocks: list[Block], wanted: tuple[int, ...], *variables: Tensor
    ) -> Sums:  # fmt: skip
        ctx.additive, ctx.layout, ctx.blocks, ctx.wanted = additive, layout, blocks, wanted
        ctx.dtypes = [each.dtype for each in variables]
        ctx.save_for_backward(*additive.arrays)
        ctx.set_materialize_grads(False)
        return in_blocks(additive, detached(additive.arrays), layout, blocks)

    @staticmethod
    def backward(ctx: Any, *gs: Tensor | None) -> Any:
        given = tuple([each for each in gs if each is not None])
        if not given:
            found: Any = (None,) * len(ctx.wanted)
        elif torch.is_grad_enabled() or any(map(batched, given)) or not concrete(given):
            found = once_more(ctx, gs)
        else:
            buffers = gradients(ctx, detached(ctx.saved_tensors), gs)
            found = [each.to(dtype) for each, dtype in zip(buffers, ctx.dtypes, strict=True)]
        return None, None, None, None, *found


def gradients(ctx: Any, arrays: tuple[Tensor | None, ...], gs: tuple[Tensor | None, ...]) -> list[Tensor]:
    """The gradient of the sums, weighted by theirs, with respect to each array wanted."""
    additive, layout = ctx.additive, ctx.layout
    given = [each for i in ctx.wanted if (each := arrays[i]) is not None]
    buffers = [in_large_pages(torch.empty_like(each, dtype=additive.compute)) for each in given]
    for block in ctx.blocks:
        slopes = additive.slopes(block, layout.take(arrays, block), gs, ctx.wanted)
        for place, buffer, slope in zip(ctx.wanted, buffers, slopes, strict=True):
            buffer[key(layout.axes[place] or (), block)] = slope
    return buffers


def once_more(ctx: Any, gs: tuple[Tensor | None, ...]) -> Any:
    """The gradients through the plain formula, to be differentiated again."""
    arrays, create_graph = list(ctx.saved_tensors), torch.is_grad_enabled()
    with torch.enable_grad():
        for i in ctx.wanted:
            arrays[i] = arrays[i].view_as(arrays[i])  # without the hooks of the original, which run once, outside
        sums = ctx.additive.formula(*arrays)
        pairs = [(each, g) for each, g in zip(sums, gs, strict=True) if g is not None and each.requires_grad]
        outputs, weights = zip(*pairs, strict=True)
        wanted = [arrays[i] for i in ctx.wanted]
        return torch.autograd.grad(outputs, wanted, weights, create_graph=create_graph, allow_unused=True)
