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


# --- one loss for each distribution ---------------------------------------------------------------------------------


@promise("nonnegative between distributions")
def nonnegative_rows(good: ValidCall) -> Iterator[Claim]:
    """Up to rounding: the logarithms are rounded, so that the sums are 1 only nearly."""
    yield Claim((good,), lambda found: found >= -1e-6)


@promise("permutable over the outcomes")
def permuted(good: ValidCall) -> Iterator[Claim]:
    turned = {name: good[name][:, ::-1].copy() for name in good.positional}
    yield from same(good, good.having(**turned))


@promise("at most ln 2")
def bounded(good: ValidCall) -> Iterator[Claim]:
    certain = np.where(np.eye(*good["input"].shape) > 0, 0.0, -np.inf)
    far = good.having(input=certain, target=np.roll(certain, 1, axis=1))
    yield Claim((good,), lambda found: found <= np.log(2))
    yield Claim((far,), lambda found: (found, np.full_like(found, np.log(2))))


@promise("the direction may be turned")
def turned(good: ValidCall) -> Iterator[Claim]:
    """P and Q with beta are Q and P with 1 - beta."""
    for beta in (0.0, 0.25, 1.0):
        other = good.having(input=good["target"], target=good["input"], beta=1 - beta)
        yield from same(good.having(beta=beta), other)


@promise("beta 0 is the divergence")
def end(good: ValidCall) -> Iterator[Claim]:
    whole = good.having(log_target=True).of("kl_div")
    yield Claim((whole, good.having(beta=0.0)), lambda a, b: (b, a.sum(axis=1)))


@promise("probabilities give the same")
def probabilities(good: ValidCall) -> Iterator[Claim]:
    plain = {name: np.exp(good[name]) for name in good.positional}
    yield from same(good, good.having(**plain, log_input=False))


@promise("half the absolute errors")
def halves(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good.of("l1_loss"), good), lambda a, b: (b, a.sum(axis=1) / 2))
