"""Promises of the losses of labels -1 and 1: what they make of other losses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, promise, same


@promise("the square of the hinge loss")
def squared_hinge(good: ValidCall) -> Iterator[Claim]:
    for margin in (0.0, 1.0, 2.5):
        wide = good.having(margin=margin)
        yield Claim((wide.of("hinge_loss"), wide), lambda a, b: (b, a * a))


@promise("binary cross-entropy of the signs")
def logistic(good: ValidCall) -> Iterator[Claim]:
    labels = (good["target"] > 0).astype(np.float64)
    yield from same(good.having(target=labels).of("binary_cross_entropy_with_logits"), good)


@promise("distances of pairs that are alike")
def alike(good: ValidCall) -> Iterator[Claim]:
    ones = good.having(target=np.ones_like(good["target"]))
    yield Claim((ones,), lambda found: (found, good["input"]))


@promise("hinge loss of pairs that differ")
def different(good: ValidCall) -> Iterator[Claim]:
    """A distance is the score that says so."""
    hinge = good.having(target=np.ones_like(good["target"])).of("hinge_loss")
    yield from same(hinge, good.having(target=-np.ones_like(good["target"])))


@promise("hinge loss of the difference")
def difference(good: ValidCall) -> Iterator[Claim]:
    first, second = coarse(good["input1"]), coarse(good["input2"])
    pair = good.having(input1=first, input2=second)
    for margin in (0.0, 1.0):
        alone = good.of("hinge_loss")
        alone.positional, alone.arrays = ["input", "target"], (first - second, good["target"])
        yield from same(alone.having(margin=margin), pair.having(margin=margin))


@promise("the pair turned round")
def turned(good: ValidCall) -> Iterator[Claim]:
    yield from same(
        good,
        good.having(input1=good["input2"], input2=good["input1"], target=-good["target"]),
        good.having(input1=-good["input1"], input2=-good["input2"], target=-good["target"]),
    )
