"""Evaluation chunk by chunk on torch in eager mode, on any device, with the gradient in the same pass."""

from __future__ import annotations

from typing import cast

import torch

from ...backends.torch.huge_pages import advise_huge_pages
from ...backends.torch.plain import no_autocast
from ..evaluable import Divisor, Evaluable, partition_of
from ..kernel import Additive
from ..partition import Block, LazyMatmul, Partition, block_index, materialize

Tensor = torch.Tensor


def totals_and_gradients(
    totals: Evaluable, arrays: tuple[Tensor | None, ...], wanted: tuple[int, ...]
) -> tuple[Tensor, Divisor, list[Tensor]]:
    """The totals, and the gradients of their finish with respect to the arrays wanted."""
    partition = partition_of(totals.prepared)
    known, divisor = totals.constant(arrays, partition)
    scale = totals.scale(divisor, None)
    covered, buffers = allocate_gradients(totals, arrays, wanted, partition)
    first = next(each for each in arrays if each is not None)

    def add(block: Block, kept: Tensor) -> None:
        part = partition.slice_block(arrays, block)
        total, count, found = totals.totals_and_gradients(part, wanted) if wanted else (*totals.values(part), ())
        kept[0] = total
        if not known:
            kept[1] = count
        for place, mine, buffer, slope in zip(wanted, covered, buffers, found, strict=True):
            accumulate_into(
                buffer[block_index(partition.axes[place] or (), block)], slope, mine, 1.0 if scale is None else scale
            )

    blocks = partition.chunks()
    # a small tensor for each chunk would lie between its large ones, whose memory could not be used again
    kept = torch.zeros((len(blocks), 2), dtype=totals.compute, device=first.device)
    with torch.no_grad():
        for i, block in enumerate(blocks):
            add(block, kept[i])
    total = kept[:, 0].sum()
    divisor = divisor if known else sum_counts(kept[:, 1], divisor)
    if scale is None:
        for buffer in buffers:
            buffer *= totals.rest(divisor)
    return total, divisor, buffers


def sum_counts(counts: Tensor, like: Tensor) -> Tensor:
    """The sum over chunks of what is an integer in each of them, exactly, if `like` is one; else of weights."""
    return counts.sum() if like.is_floating_point() else counts.long().sum()


def allocate_gradients(
    totals: Evaluable | Additive, arrays: tuple[Tensor | None, ...], wanted: tuple[int, ...], partition: Partition
) -> tuple[list[bool], list[Tensor]]:
    """Buffers for the wanted gradients, and whether each block has a part of its own there; else they are zeros."""
    covered = [partition.is_partitioned(place) for place in wanted]
    given = [each for i in wanted if (each := arrays[i]) is not None]
    buffers = [advise_huge_pages(torch.empty_like(each, dtype=totals.compute)) for each in given]
    return covered, [each if mine else each.zero_() for each, mine in zip(buffers, covered, strict=True)]


def materialize_exactly(slope: Tensor | LazyMatmul) -> Tensor:
    """The gradient itself, or the one a `LazyMatmul` stands for, in its own dtype under autocast too."""
    if not isinstance(slope, LazyMatmul):
        return slope
    with no_autocast(slope.left):
        return cast("Tensor", materialize(slope))


def accumulate_into(part: Tensor, slope: Tensor | LazyMatmul, mine: bool, factor: float) -> None:
    """Write a gradient where it belongs, or add it to what is there."""
    if isinstance(slope, LazyMatmul):
        part.addmm_(slope.left, slope.right, beta=0 if mine else 1, alpha=factor)
    elif mine:
        torch.mul(slope, factor, out=part)
    else:
        part += slope * factor
