"""Promises of the losses of lists, whose items lie along the last axis."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, promise, same


def taken(good: ValidCall, items: np.ndarray) -> ValidCall:
    """The call with these items of each list, in this order."""
    return good.having(input=good["input"][..., items], target=good["target"][..., items])


@promise("shift invariant in a list")
def shifted(good: ValidCall) -> Iterator[Claim]:
    """A constant added to all scores of a list changes nothing."""
    s = coarse(good["input"])
    for shift in (8.0, np.arange(len(s))[:, None] / 2):
        yield from same(good.having(input=s), good.having(input=s + shift))


@promise("permutable over the items")
def permuted(good: ValidCall) -> Iterator[Claim]:
    count = good["input"].shape[-1]
    yield from same(good, taken(good, np.arange(count)[::-1]), taken(good, np.roll(np.arange(count), 1)))


@promise("what is left out is not there")
def left_out(good: ValidCall) -> Iterator[Claim]:
    kept = np.arange(good["input"].shape[-1]) != 1
    everywhere = np.broadcast_to(kept, good["input"].shape).copy()
    nothing = good.having(
        input=np.where(kept, good["input"], np.nan), target=np.where(kept, good["target"], -1.0), where=everywhere
    )
    yield from same(taken(good, np.flatnonzero(kept)), nothing)


@promise("linear in the relevances")
def linear(good: ValidCall) -> Iterator[Claim]:
    for factor in (4.0, 0.0):
        yield Claim((good, good.having(target=factor * good["target"])), lambda a, b, factor=factor: (b, factor * a))


@promise("cross-entropy of one relevant item")
def cross_entropy(good: ValidCall) -> Iterator[Claim]:
    lists, items = good["input"].shape
    ids = np.arange(lists) % items
    yield from same(good.having(target=ids).of("cross_entropy"), good.having(target=np.eye(items)[ids]))
