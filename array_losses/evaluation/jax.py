"""JAX: whole arrays, which XLA cuts itself; chunks by a scan, each recomputed for a derivative."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from .blockwise import Executor, layout
from .kernel import Kernel, Parts


class JaxExecutor(Executor):
    """The formula as it is; a scan over chunks."""

    def evaluate(self, kernel: Kernel) -> Any:
        return kernel.finished(scan_chunks(kernel)) if kernel.chunked else kernel.whole(*kernel.operands)


def scan_chunks(kernel: Kernel) -> Parts:
    """The parts of all chunks, added up or joined: one scan, and what is left over."""
    partition, arrays = layout(kernel), kernel.operands
    *others, last = partition.chunks()
    count, step = len(others), others[0][0].stop
    cut = [axes is not None and 0 in axes for axes in partition.axes]
    once = jax.checkpoint(kernel.partials, prevent_cse=False)

    def body(_: None, parts: list[Any]) -> Any:
        mine = iter(parts)
        return None, once(*[next(mine) if own else each for each, own in zip(arrays, cut, strict=True)])

    stacked = [
        jnp.reshape(each[: count * step], (count, step, *each.shape[1:]))
        for each, own in zip(arrays, cut, strict=True)
        if own and each is not None
    ]
    _, found = jax.lax.scan(body, None, stacked, length=count)
    ends = jax.checkpoint(kernel.partials)(*partition.slice_block(arrays, last))
    joined = [
        jnp.concatenate([jnp.reshape(each, (-1, *b.shape[1:])) for each in (a, b)])
        for a, b in zip(found, ends, strict=True)
    ]
    return tuple(joined) if kernel.kept else tuple([jnp.sum(each, dtype=each.dtype) for each in joined])
