"""Promises of the losses of rows, each of a few vectors that belong together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, equal, promise, same


def embeddings(good: ValidCall) -> list[str]:
    """The names of the arrays of vectors."""
    axes = good.arrays[0].ndim
    return [name for name, each in zip(good.positional, good.arrays, strict=False) if each.ndim == axes]


@promise("nonnegative up to rounding")
def nonnegative(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good,), lambda found: found >= -1e-6)


@promise("lengths of both do not matter")
def scaled(good: ValidCall) -> Iterator[Claim]:
    first, second = embeddings(good)
    each = 2.0 ** np.arange(len(good[first]))[:, None]
    yield from same(good, good.having(**{first: 4 * good[first], second: each * good[second]}))


@promise("symmetric in the embeddings")
def symmetric(good: ValidCall) -> Iterator[Claim]:
    first, second = embeddings(good)
    yield from same(good, good.having(**{first: good[second], second: good[first]}))


@promise("entries may be reordered")
def reordered(good: ValidCall) -> Iterator[Claim]:
    yield from same(good, good.having(**{name: good[name][:, ::-1].copy() for name in embeddings(good)}))


@promise("opposite directions cost what is left of 2")
def opposite(good: ValidCall) -> Iterator[Claim]:
    first = embeddings(good)[0]
    yield Claim((good, good.having(**{first: -good[first]})), lambda a, b: (b, 2 - a))


@promise("pairs that belong together cost their distance")
def distance(good: ValidCall) -> Iterator[Claim]:
    plain = good.of("cosine_distance")
    plain.arrays = good.arrays[:2]
    yield Claim((plain, good.having(target=np.ones(len(good["target"])))), equal)
