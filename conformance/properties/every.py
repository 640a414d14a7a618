"""Promises that any loss may make."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, promise


@promise("nonnegative")
def nonnegative(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good,), lambda found: found >= 0)


@promise("permutable over the batch")
def permutable(good: ValidCall) -> Iterator[Claim]:
    count = len(good.arrays[0])
    order = np.arange(count)[::-1]
    arrays = (each[order] if len(each) == count else each for each in good.arrays)
    turned = good.having(**dict(zip(good.positional, arrays, strict=False)))
    yield Claim((good, turned), lambda a, b: (b, a[order]))


@promise("linear in the weights")
def linear(good: ValidCall) -> Iterator[Claim]:
    for factor in (4.0, 0.5, 0.0):
        heavy = good.having(sample_weight=np.asarray(factor))
        yield Claim((good, heavy), lambda a, b, factor=factor: (b, factor * a))
