"""JAX: whole arrays, which XLA cuts itself; chunks by a scan, a sum of them with its gradient in the same pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_derivatives import SymbolicZero

from .blockwise import Executor, layout
from .kernel import Kernel, Parts

Made = tuple[Sequence[Any], Sequence[Any]]
"""What is made of a chunk: arrays to be joined, and arrays to be added up."""


class JaxExecutor(Executor):
    """The formula as it is; a scan over chunks."""

    def evaluate(self, kernel: Kernel) -> Any:
        if not kernel.chunked:
            return kernel.whole(*kernel.operands)
        return kernel.finished(recomputed(kernel) if kernel.kept else differentiated_at_once(kernel))


def differentiated_at_once(kernel: Kernel) -> Parts:
    """The sums of the parts of all chunks; where they are differentiated, the gradient is made in the same pass.

    Each chunk would be made again for it otherwise. The rule is that of forward mode, which JAX transposes.
    """

    @jax.custom_jvp
    def parts(*operands: Any) -> Parts:
        return recomputed(kernel._replace(operands=operands))

    def rule(operands: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Parts, Parts]:
        here = kernel._replace(operands=operands)
        wanted = [i for i, t in enumerate(tangents) if t is not None and not isinstance(t, SymbolicZero)]
        given = tuple([tangents[i] for i in wanted])
        if not set(wanted) <= set(kernel.by_hand_argnums):  # the counts may depend on what is differentiated
            return jax.jvp(
                lambda *chosen: recomputed(here._replace(operands=replaced(operands, wanted, chosen))),
                tuple([operands[i] for i in wanted]),
                given,
            )
        (first, *counts), slopes = with_gradient(here, wanted)
        tangent = sum([jnp.sum(s * t, dtype=first.dtype) for s, t in zip(slopes, given, strict=True)])
        return (first, *counts), (tangent, *map(no_tangent, counts))

    parts.defjvp(rule, symbolic_zeros=True)
    return parts(*kernel.operands)


def no_tangent(count: jax.Array) -> Any:
    """The tangent 0 of an array, of JAX's own dtype where it holds integers."""
    if jnp.issubdtype(count.dtype, jnp.floating):
        return jnp.zeros_like(count)
    return np.zeros(count.shape, jax.dtypes.float0)


def replaced(operands: Sequence[Any], places: Sequence[int], values: Sequence[Any]) -> tuple[Any, ...]:
    """The operands, those at some places replaced."""
    made = list(operands)
    for place, value in zip(places, values, strict=True):
        made[place] = value
    return tuple(made)


def recomputed(kernel: Kernel) -> Parts:
    """The parts of all chunks, added up or joined; for a derivative each chunk is made again."""
    found, _ = scan_chunks(kernel, lambda *operands: (kernel.partials(*operands), ()))
    return tuple(found) if kernel.kept else tuple(map(summed, found))


def with_gradient(kernel: Kernel, wanted: list[int]) -> tuple[Parts, list[Any]]:
    """The sums of the parts of all chunks, and the derivatives of the first by some operands."""
    cut = is_cut(kernel)
    own, shared = [i for i in wanted if cut[i]], [i for i in wanted if not cut[i]]

    def both(*operands: Any) -> Made:
        def of_wanted(*chosen: Any) -> Any:
            first, *counts = kernel.partials(*replaced(operands, own + shared, chosen))
            return first, counts

        first, pull, counts = jax.vjp(of_wanted, *[operands[i] for i in own + shared], has_aux=True)
        slopes = pull(jnp.ones_like(first))
        return [first, *counts, *slopes[: len(own)]], slopes[len(own) :]

    joined, added = scan_chunks(kernel, both)
    count = len(joined) - len(own)
    slopes = dict(zip(own + shared, [*joined[count:], *added], strict=True))
    return tuple(map(summed, joined[:count])), [slopes[i] for i in wanted]


def scan_chunks(kernel: Kernel, of_chunk: Callable[..., Made]) -> Made:
    """What is made of all chunks: by one scan, and of what is left over, with which the sums begin."""
    partition, arrays, cut = layout(kernel), kernel.operands, is_cut(kernel)
    *others, last = partition.chunks()
    count, step = len(others), others[0][0].stop
    once = jax.checkpoint(of_chunk, prevent_cse=False)

    def body(before: Sequence[Any], parts: list[Any]) -> Any:
        mine = iter(parts)
        joined, added = once(*[next(mine) if own else each for each, own in zip(arrays, cut, strict=True)])
        return [a + b for a, b in zip(before, added, strict=True)], joined

    stacked = [
        jnp.reshape(each[: count * step], (count, step, *each.shape[1:]))
        for each, own in zip(arrays, cut, strict=True)
        if own
    ]
    ends, added = jax.checkpoint(of_chunk)(*partition.slice_block(arrays, last))
    added, found = jax.lax.scan(body, list(added), stacked, length=count)
    joined = [
        jnp.concatenate([jnp.reshape(each, (-1, *b.shape[1:])) for each in (a, b)])
        for a, b in zip(found, ends, strict=True)
    ]
    return joined, added


def is_cut(kernel: Kernel) -> list[bool]:
    """Whether chunks hold a part of an operand, for each of them."""
    axes = layout(kernel).axes
    return [
        each is not None and mine is not None and 0 in mine for each, mine in zip(kernel.operands, axes, strict=True)
    ]


def summed(parts: jax.Array) -> jax.Array:
    """The sum of a part over all chunks."""
    return jnp.sum(parts, dtype=parts.dtype)
