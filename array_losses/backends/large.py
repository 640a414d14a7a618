"""Evaluation chunk by chunk on torch in eager mode, on any device, with the gradient in the same pass."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import cast

import torch

from .additive import Additive
from .blocks import Block, Layout, Product, key, made
from .evaluable import Divisor, Evaluable, layout_of
from .pages import in_large_pages

Tensor = torch.Tensor


def slopes(
    totals: Evaluable, arrays: tuple[Tensor | None, ...], wanted: tuple[int, ...]
) -> tuple[Tensor, Divisor, list[Tensor]]:
    """The totals, and the gradients of their finish with respect to the arrays wanted."""
    layout = layout_of(totals.prepared)
    known, divisor = totals.constant(arrays, layout)
    scale = totals.scale(divisor, None)
    covered, buffers = gradients(totals, arrays, wanted, layout)
    first = next(each for each in arrays if each is not None)

    def add(block: Block, kept: Tensor) -> None:
        part = layout.take(arrays, block)
        total, count, found = totals.slopes(part, wanted) if wanted else (*totals.values(part), ())
        kept[0] = total
        if not known:
            kept[1] = count
        for place, mine, buffer, slope in zip(wanted, covered, buffers, found, strict=True):
            into(buffer[key(layout.axes[place] or (), block)], slope, mine, 1.0 if scale is None else scale)

    blocks = layout.chunks()
    # a small tensor for each chunk would lie between its large ones, whose memory could not be used again
    kept = torch.zeros((len(blocks), 2), dtype=totals.compute, device=first.device)
    with torch.no_grad():
        for i, block in enumerate(blocks):
            add(block, kept[i])
    total = kept[:, 0].sum()
    divisor = divisor if known else added_counts(kept[:, 1], divisor)
    if scale is None:
        for buffer in buffers:
            buffer *= totals.rest(divisor)
    return total, divisor, buffers


def added_counts(counts: Tensor, like: Tensor) -> Tensor:
    """The sum over chunks of what is an integer in each of them, exactly, if `like` is one; else of weights."""
    return counts.sum() if like.is_floating_point() else counts.long().sum()


def gradients(
    totals: Evaluable | Additive, arrays: tuple[Tensor | None, ...], wanted: tuple[int, ...], layout: Layout
) -> tuple[list[bool], list[Tensor]]:  # fmt: skip
    """Buffers for the wanted gradients, and whether each block has a part of its own there; else they are zeros."""
    covered = [layout.covers(place) for place in wanted]
    given = [each for i in wanted if (each := arrays[i]) is not None]
    buffers = [in_large_pages(torch.empty_like(each, dtype=totals.compute)) for each in given]
    return covered, [each if mine else each.zero_() for each, mine in zip(buffers, covered, strict=True)]


def multiplied(slope: Tensor | Product) -> Tensor:
    """The gradient itself, or the one a `Product` stands for, in its own dtype under autocast too."""
    if not isinstance(slope, Product):
        return slope
    with exact(slope.left):
        return cast("Tensor", made(slope))


def exact(x: Tensor) -> AbstractContextManager[object]:
    """A context in which matrix products have the dtype of their arguments, whatever autocast says."""
    kind = x.device.type
    return torch.autocast(kind, enabled=False) if torch.amp.is_autocast_available(kind) else nullcontext()


def into(part: Tensor, slope: Tensor | Product, mine: bool, factor: float) -> None:
    """Write a gradient where it belongs, or add it to what is there."""
    if isinstance(slope, Product):
        part.addmm_(slope.left, slope.right, beta=0 if mine else 1, alpha=factor)
    elif mine:
        torch.mul(slope, factor, out=part)
    else:
        part += slope * factor
