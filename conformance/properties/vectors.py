"""Promises of the losses of rows, each of a few vectors that belong together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, equal, nothing, promise, same


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


# --- triplets -------------------------------------------------------------------------------------------------------


@promise("all may be moved together")
def moved(good: ValidCall) -> Iterator[Claim]:
    there = {name: coarse(good[name]) for name in embeddings(good)}
    shifted = {name: each + 8.0 for name, each in there.items()}
    yield from same(good.having(**there), good.having(**shifted))


@promise("homogeneous with the margin and eps")
def homogeneous(good: ValidCall) -> Iterator[Claim]:
    larger = {name: 4 * good[name] for name in embeddings(good)}
    lengths = {name: 4 * good.parameters[name].default for name in ("margin", "eps")}
    yield Claim((good, good.having(**larger, **lengths)), lambda a, b: (b, 4 * a))


@promise("a swap costs no less")
def swapped(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good, good.having(swap=True)), lambda a, b: b >= a)


@promise("a farther negative costs no more")
def farther(good: ValidCall) -> Iterator[Claim]:
    away = good.having(negative=2 * good["negative"] - good["anchor"], eps=0.0)
    yield Claim((good.having(eps=0.0), away), lambda a, b: b <= a)


# --- views of a batch -----------------------------------------------------------------------------------------------


@promise("a pair alone costs nothing")
def alone(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good.having(**{name: good[name][:1] for name in embeddings(good)}),), nothing)


@promise("what is masked is no negative")
def masked(good: ValidCall) -> Iterator[Claim]:
    names = embeddings(good)
    kept = np.arange(len(good[names[0]])) != 1
    fewer = good.having(**{name: good[name][kept] for name in names})
    hidden = good.having(**{name: np.where(kept[:, None], good[name], np.nan) for name in names}, where=kept)
    yield Claim((fewer, hidden), lambda a, b: (b[kept], a))


@promise("the order of the batch does not matter")
def ordered(good: ValidCall) -> Iterator[Claim]:
    yield from same(good, good.having(**{name: good[name][::-1].copy() for name in embeddings(good)}))


@promise("pairs that are masked are not there")
def gone(good: ValidCall) -> Iterator[Claim]:
    names = embeddings(good)
    kept = np.arange(len(good[names[0]])) != 1
    fewer = good.having(**{name: good[name][kept] for name in names})
    yield from same(
        fewer, good.having(**{name: np.where(kept[:, None], good[name], np.nan) for name in names}, where=kept)
    )


@promise("both views may be moved together")
def both_moved(good: ValidCall) -> Iterator[Claim]:
    there = {name: coarse(good[name]) for name in embeddings(good)}
    yield from same(good.having(**there), good.having(**{name: each + 2.0 for name, each in there.items()}))
