"""Promises of the losses of logits and labels between 0 and 1: what they make of other losses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..valid_call import ValidCall
from .binary import hard
from .property import Claim, coarse, nothing, promise, same

BCE = "binary_cross_entropy_with_logits"


@promise("linear in the labels")
def linear(good: ValidCall) -> Iterator[Claim]:
    """What is half of a label costs half of each."""
    zeros, ones = (good.having(target=np.full(good["target"].shape, each)) for each in (0.0, 1.0))
    halves = good.having(target=np.full(good["target"].shape, 0.25))
    yield Claim((zeros, ones, halves), lambda a, b, c: (c, 0.75 * a + 0.25 * b))


@promise("binary cross-entropy without gammas and clip")
def symmetric(good: ValidCall) -> Iterator[Claim]:
    yield from same(good.of(BCE), good.having(gamma_neg=0.0, gamma_pos=0.0, clip=0.0))


@promise("negatives cost nothing below the clip")
def clipped(good: ValidCall) -> Iterator[Claim]:
    easy = good.having(input=-np.abs(good["input"]), target=np.zeros_like(good["target"]))
    for clip in (0.5, 0.75, 1.0):
        yield Claim((easy.having(clip=clip),), nothing)


@promise("beta 0 is binary cross-entropy")
def beta_0(good: ValidCall) -> Iterator[Claim]:
    yield from same(good.of(BCE), good.having(beta=0.0))


@promise("focal loss of labels")
def focal(good: ValidCall) -> Iterator[Claim]:
    labels = good.having(target=hard(good))
    for beta in (0.0, 1.0, 2.0, 3.5):
        focal = labels.of("sigmoid_focal_loss").having(alpha=None, gamma=beta)
        yield from same(focal, labels.having(beta=beta))


@promise("positives weigh their quality")
def quality(good: ValidCall) -> Iterator[Claim]:
    y = np.maximum(coarse(good["target"]), 1 / 64)
    soft = good.having(target=y)
    yield Claim((soft.of(BCE), soft), lambda a, b: (b, y * a))


@promise("negatives are those of the focal loss")
def negatives(good: ValidCall) -> Iterator[Claim]:
    zeros = good.having(target=np.zeros_like(good["target"]))
    for gamma in (0.0, 2.0, 3.5):
        focal = zeros.of("sigmoid_focal_loss").having(alpha=None, gamma=gamma)
        yield Claim((focal, zeros.having(alpha=0.5, gamma=gamma)), lambda a, b: (b, a / 2))


@promise("the focal loss of peaks and zeros")
def peaks(good: ValidCall) -> Iterator[Claim]:
    labels = good.having(target=hard(good))
    for alpha in (0.0, 2.0, 3.5):
        focal = labels.of("sigmoid_focal_loss").having(alpha=None, gamma=alpha)
        yield from same(focal, labels.having(alpha=alpha))


@promise("negatives beside a peak weigh less")
def beside(good: ValidCall) -> Iterator[Claim]:
    at = {y: good.having(target=np.full(good["target"].shape, y)) for y in (0.0, 0.5)}
    for gamma in (0.0, 1.0, 4.0):
        pair = (each.having(gamma=gamma) for each in (at[0.0], at[0.5]))
        yield Claim(tuple(pair), lambda a, b, gamma=gamma: (b, a / 2**gamma))


@promise("mean of the binary cross-entropies of a sample")
def mean(good: ValidCall) -> Iterator[Claim]:
    classes = good["input"].shape[1]
    yield Claim((good.of(BCE), good), lambda a, b: (b, a.sum(axis=1) / classes))
