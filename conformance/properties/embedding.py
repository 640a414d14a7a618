"""Promises of the losses of embeddings, whose rows are compared with each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, equal, promise, same


@promise("pairs follow the batch")
def permuted(good: ValidCall) -> Iterator[Claim]:
    """In another order the pairs cost what they cost."""
    order = np.roll(np.arange(len(good["target"])), 1)[::-1]
    turned = good.having(input=good["input"][order], target=good["target"][order])
    yield Claim((good, turned), lambda a, b: (b, a[np.ix_(order, order)]))


@promise("lengths do not matter")
def scaled(good: ValidCall) -> Iterator[Claim]:
    x = good["input"]
    yield from same(good, good.having(input=4 * x), good.having(input=x * 2.0 ** np.arange(len(x))[:, None]))


@promise("directions may be turned together")
def turned(good: ValidCall) -> Iterator[Claim]:
    x = good["input"]
    yield from same(good, good.having(input=-x), good.having(input=x[:, ::-1].copy()))


@promise("ids may be renamed")
def renamed(good: ValidCall) -> Iterator[Claim]:
    y = good["target"]
    yield from same(good, good.having(target=7 - 3 * y), good.having(target=y + 1000))


@promise("no positive pair costs nothing")
def alone(good: ValidCall) -> Iterator[Claim]:
    y = np.arange(len(good["target"]))
    for reduction in ("none", "mean", "sum"):
        yield Claim((good.having(target=y, reduction=reduction),), lambda found: (found, 0 * found))


@promise("what is masked is in no pair")
def masked(good: ValidCall) -> Iterator[Claim]:
    kept = np.arange(len(good["target"])) != 1
    fewer = good.having(input=good["input"][kept], target=good["target"][kept], reduction="sum")
    hidden = good.having(input=np.where(kept[:, None], good["input"], np.nan), where=kept, reduction="sum")
    yield Claim((fewer, hidden), equal)


@promise("denominators agree where each id has two")
def two_views(good: ValidCall) -> Iterator[Claim]:
    """The only other positive of the anchor is the pair itself."""
    y = np.arange(len(good["target"])) // 2
    yield from same(good.having(target=y, denominator="all"), good.having(target=y))


@promise("ntxent of all where each id has two")
def one_positive(good: ValidCall) -> Iterator[Claim]:
    """The mean over the only positive is the loss of that pair."""
    own = good.having(target=np.arange(len(good["target"])) // 2, temperature=0.5)
    yield Claim((own, own.of("ntxent_loss").having(denominator="all")), lambda a, b: (a, b.sum(axis=1)))
