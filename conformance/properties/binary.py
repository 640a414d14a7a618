"""Promises of the losses of binary labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, nothing, promise, same


def hard(good: ValidCall) -> np.ndarray:
    """0 and 1 for a binary target."""
    return (good["target"] > 0.5).astype(np.int64)


@promise("mirrored")
def mirrored(good: ValidCall) -> Iterator[Claim]:
    """The two labels may change their roles."""
    x, y = good["input"], coarse(good["target"])
    other = {"alpha": 0.75} if "alpha" in good.parameters else {}
    yield from same(good.having(target=y), good.having(input=-x, target=1 - y, **other))
    yield from same(good.having(target=hard(good)), good.having(input=-x, target=1 - hard(good), **other))


@promise("mirrored probabilities")
def mirrored_probabilities(good: ValidCall) -> Iterator[Claim]:
    p, y = coarse(good["input"]), coarse(good["target"])
    yield from same(good.having(input=p, target=y), good.having(input=1 - p, target=1 - y))


@promise("labels equal probabilities")
def labels(good: ValidCall) -> Iterator[Claim]:
    """0 and 1 of any dtype are the same."""
    y = hard(good)
    dtypes = (np.float64, np.bool_, np.uint8)
    yield from same(good.having(target=y), *(good.having(target=y.astype(each)) for each in dtypes))


@promise("cheaper when more certain of the right label")
def certain(good: ValidCall) -> Iterator[Claim]:
    y = hard(good)
    for step in (0.5, 4.0):
        surer = good.having(input=good["input"] + step * (2 * y - 1), target=y)
        yield Claim((good.having(target=y), surer), lambda a, b: b < a)


@promise("cheaper at a higher probability of the right label")
def likelier(good: ValidCall) -> Iterator[Claim]:
    y = hard(good)
    yield Claim((good.having(target=y), good.having(input=(good["input"] + y) / 2, target=y)), lambda a, b: b < a)


def two_classes(good: ValidCall, loss: str, **options: Any) -> Iterator[Claim]:
    """A logit z is the pair of logits 0 and z."""
    z = np.stack([np.zeros_like(good["input"]), good["input"]], axis=1)
    pair = good.having(input=z, target=hard(good)).of(loss)
    yield from same(pair, good.having(target=hard(good), **options))


@promise("cross-entropy of two classes")
def cross_entropy_of_two(good: ValidCall) -> Iterator[Claim]:
    yield from two_classes(good, "cross_entropy")


@promise("focal loss of two classes")
def focal_of_two(good: ValidCall) -> Iterator[Claim]:
    yield from two_classes(good, "focal_loss", alpha=None)


@promise("gamma 0 is binary cross-entropy")
def binary_gamma_0(good: ValidCall) -> Iterator[Claim]:
    plain = good.of("binary_cross_entropy_with_logits")
    yield from same(plain, good.having(gamma=0.0, alpha=None))
    yield Claim((plain, good.having(gamma=0.0, alpha=0.5)), lambda a, b: (b, a / 2))


@promise("pos_weight weighs the positives")
def pos_weight(good: ValidCall) -> Iterator[Claim]:
    y = hard(good)
    heavy = good.having(target=y, pos_weight=np.full(y.shape, 3.0))
    yield from same(good.having(target=y, weight=np.where(y > 0, 3.0, 1.0)), heavy)


@promise("logits give the same")
def log_odds(good: ValidCall) -> Iterator[Claim]:
    p = good["input"]
    yield from same(good.having(input=np.log(p) - np.log1p(-p)).of("binary_cross_entropy_with_logits"), good)


# --- labels of -1 and 1 ---------------------------------------------------------------------------------------------


@promise("mirrored signs")
def mirrored_signs(good: ValidCall) -> Iterator[Claim]:
    """The labels -1 and 1 may change their roles."""
    yield from same(good, good.having(input=-good["input"], target=-good["target"]))


@promise("labels 01 are the signs")
def zeros_ones(good: ValidCall) -> Iterator[Claim]:
    ones = good["target"] > 0
    yield from same(good, *(good.having(target=ones.astype(each), labels="01") for each in (np.float64, np.bool_)))


@promise("homogeneous with the margin")
def wider(good: ValidCall) -> Iterator[Claim]:
    margin = good.parameters["margin"].default
    yield Claim((good, good.having(input=4 * good["input"], margin=4.0 * margin)), lambda a, b: (b, 4 * a))


@promise("nothing is lost beyond the margin")
def beyond(good: ValidCall) -> Iterator[Claim]:
    for margin in (0.0, 1.0, 2.5):
        safe = good["target"] * (margin + np.abs(good["input"]))
        yield Claim((good.having(input=safe, margin=margin),), nothing)
