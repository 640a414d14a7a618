"""Promises of the losses of relative errors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, promise, same


@promise("the same in every unit")
def unit(good: ValidCall) -> Iterator[Claim]:
    for factor in (4.0, -0.5):
        yield from same(good, good.having(input=factor * good["input"], target=factor * good["target"]))


@promise("the square of the logarithm of a ratio")
def ratio(good: ValidCall) -> Iterator[Claim]:
    y = coarse(np.abs(good["target"])) + 1
    for factor in (4.0, 0.5):
        found = good.having(input=factor * (1 + y) - 1, target=y)
        yield Claim((found,), lambda a, factor=factor: (a, np.full_like(a, np.log(factor) ** 2)))
