"""Promises of the losses between distributions: `input` and `target` are probabilities, or logarithms of such."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, equal, nothing, promise, same


@promise("the divergence of distributions is nonnegative")
def nonnegative(good: ValidCall) -> Iterator[Claim]:
    """Of each row of entries that sum to 1."""
    log_q = good["input"] - np.log(np.exp(good["input"]).sum(axis=-1, keepdims=True))
    rows = good.having(input=log_q, target=good["target"] / good["target"].sum(axis=-1, keepdims=True))
    yield Claim((rows,), lambda found: found.sum(axis=-1) >= 0)


@promise("nothing between equals")
def equals(good: ValidCall) -> Iterator[Claim]:
    """Of logarithms, which are equal; those of probabilities are rounded."""
    option = {"log_target": True} if "log_target" in good.parameters else {}
    yield Claim((good.having(target=good["input"], **option),), nothing)


@promise("logarithms of the target give the same")
def logarithms(good: ValidCall) -> Iterator[Claim]:
    yield from same(good, good.having(target=np.log(good["target"]), log_target=True))


@promise("batchmean is the mean over the samples")
def batchmean(good: ValidCall) -> Iterator[Claim]:
    count = len(good["input"])
    word = good.having(reduction="batchmean")
    yield Claim((good.having(reduction="mean", normalizer=count), word), equal)
    weighted = word.having(sample_weight=np.asarray(0.5))
    yield Claim((word, weighted), lambda a, b: (b, a / 2))
