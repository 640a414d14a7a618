"""Recomputation on torch: where autograd, compile or `torch.func` differentiates, a chunk is made again.

What a derivative of any order needs of a chunk is made from its arrays when it is asked for; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils.checkpoint import checkpoint

from ...backends.torch.private import in_forward_derivative, in_transform
from ..evaluable import Evaluable, partition_of
from ..partition import Partition
from .chunked import sum_counts

Tensor = torch.Tensor
Function = Callable[..., tuple[Tensor, ...]]


def evaluate_checkpointed(totals: Evaluable, arrays: tuple[Tensor | None, ...]) -> Any:
    """The loss, chunk by chunk, each recomputed for its derivative."""
    partition = partition_of(totals.prepared)
    known, divisor = totals.constant(arrays, partition)

    def part(*block: Tensor | None) -> tuple[Tensor, ...]:
        total, count = totals.totals(*block)
        return (total,) if known else (total, count.to(total.dtype))  # a derivative takes no integers

    parts = [checkpointed(part, partition.slice_block(arrays, block)) for block in partition.chunks()]
    total, *counts = [torch.stack(each) for each in zip(*parts, strict=True)]
    return totals.finish(total.sum(), divisor if known else sum_counts(counts[0], divisor))


def elements_checkpointed(
    formula: Callable[..., Tensor], partition: Partition, arrays: tuple[Tensor | None, ...]
) -> Tensor:
    """The loss of each position, chunk by chunk, each recomputed for its derivative."""
    parts = [
        checkpointed(lambda *block: (formula(*block),), partition.slice_block(arrays, block))
        for block in partition.chunks()
    ]
    return torch.cat([part for (part,) in parts])


def checkpointed(f: Function, arrays: list[Tensor | None]) -> tuple[Tensor, ...]:
    """The results of `f`, of which only the arrays are kept for a derivative (checkpointing)."""
    given = [i for i, each in enumerate(arrays) if each is not None]

    def of_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
        filled: list[Tensor | None] = [None] * len(arrays)
        for i, each in zip(given, tensors, strict=True):
            filled[i] = each
        return f(*filled)

    tensors = [each for each in arrays if each is not None]
    if torch.compiler.is_compiling():  # where the compiler knows no `Recompute`, nor a checkpoint that is transformed
        if in_transform():
            return of_tensors(*tensors)
        return checkpoint(of_tensors, *tensors, use_reentrant=False)  # type: ignore[no-any-return]
    if in_forward_derivative():  # a derivative forward keeps nothing anyway
        return of_tensors(*tensors)
    return Recompute.apply(of_tensors, *tensors)  # type: ignore[no-untyped-call, no-any-return]


class Recompute(torch.autograd.Function):
    """A checkpointed function: it keeps its arguments alone, and so does its derivative, of any order."""

    generate_vmap_rule = True

    @staticmethod
    def forward(f: Function, *tensors: Tensor) -> tuple[Tensor, ...]:
        return f(*tensors)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:  # noqa: ARG004
        ctx.f = inputs[0]
        ctx.save_for_backward(*inputs[1:])

    @staticmethod
    def backward(ctx: Any, *g: Tensor) -> tuple[Tensor | Callable[..., Any] | None, ...]:
        f, tensors, wanted = ctx.f, ctx.saved_tensors, ctx.needs_input_grad[1:]
        count = len(g)

        def pulled(*given: Tensor) -> tuple[Tensor, ...]:
            """The derivatives with respect to the tensors wanted."""
            free = [each for each, one in zip(given[count:], wanted, strict=True) if one]

            def of_wanted(*changed: Tensor) -> tuple[Tensor, ...]:
                mine = iter(changed)
                return f(*[next(mine) if one else each for each, one in zip(given[count:], wanted, strict=True)])  # type: ignore[no-any-return]

            found: tuple[Tensor, ...] = torch.func.vjp(of_wanted, *free)[1](given[:count])
            return found

        found = iter(Recompute.apply(pulled, *g, *tensors))  # type: ignore[no-untyped-call]
        return (None, *[next(found) if one else None for one in wanted])
