"""Recomputation on torch: where autograd, compile or `torch.func` differentiates, a chunk is made again.

What a derivative of any order needs of a chunk is made from its arrays when it is asked for; nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.utils.checkpoint import checkpoint

from ...backends.torch.private import in_forward_derivative, in_transform
from ..blockwise import layout
from ..kernel import Kernel

Tensor = torch.Tensor
Function = Callable[..., tuple[Tensor, ...]]


def evaluate_checkpointed(kernel: Kernel, arrays: tuple[Tensor | None, ...]) -> Any:
    """The result, chunk by chunk, each recomputed for its derivative."""
    partition = layout(kernel)
    dtypes = [each.dtype for each in tensors(kernel, partition.slice_block(arrays, (slice(0, 0),)))]

    def floats(*block: Tensor | None) -> tuple[Tensor, ...]:
        return tuple([each.to(dtypes[0]) for each in tensors(kernel, block)])  # a derivative takes no integers

    found = [checkpointed(floats, partition.slice_block(arrays, block)) for block in partition.chunks()]
    parts = [torch.cat(each) if kernel.kept else torch.stack(each) for each in zip(*found, strict=True)]
    if not kernel.kept:  # counts of a chunk are exact in every dtype, their sum is only as integers
        parts = [each.to(dtype).sum(dtype=dtype) for each, dtype in zip(parts, dtypes, strict=True)]
    return kernel.finished(tuple(parts))


def tensors(kernel: Kernel, block: Sequence[Tensor | None]) -> list[Tensor]:
    """The parts of a chunk, all as tensors."""
    first, *others = kernel.partials(*block)
    counts = [each if isinstance(each, Tensor) else first.new_full((), each, dtype=torch.int64) for each in others]
    return [first, *counts]


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
