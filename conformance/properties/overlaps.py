"""Promises of the losses of regions that follow from Dice: Tversky and Jaccard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..valid_call import ValidCall
from .classes import one_hot
from .property import Claim, promise, same
from .regions import soft


def smooth(good: ValidCall, size: float) -> ValidCall:
    return good.having(smooth_nr=size, smooth_dr=size)


@promise("Dice at weights of one half")
def halves(good: ValidCall) -> Iterator[Claim]:
    """The smooth of Dice stands on twice the sums."""
    for each in (good, soft(good), good.having(batch=True)):
        yield from same(smooth(each, 0.5).of("dice_loss"), smooth(each, 0.25).having(alpha=0.5, beta=0.5))


@promise("false positives and negatives change places")
def places(good: ValidCall) -> Iterator[Claim]:
    """With prediction and truth."""
    for label in (True, False):
        given = soft(good).having(soft_label=label, alpha=0.25, beta=0.75)
        turned = given.having(input=given["target"], target=given["input"], alpha=0.75, beta=0.25)
        yield from same(given, turned)


@promise("a power of the Tversky loss")
def powers(good: ValidCall) -> Iterator[Claim]:
    plain = good.of("tversky_loss").having(alpha=0.3, beta=0.7)
    yield Claim((plain, good), lambda a, b: (b, a**0.75))
    yield Claim((plain, good.having(gamma=2.0)), lambda a, b: (b, a**2))
    yield Claim((plain.having(log=True), good.having(log=True)), lambda a, b: (b, a**0.75))


@promise("Tversky at weights of 1")
def ones(good: ValidCall) -> Iterator[Claim]:
    for each in (good, soft(good), good.having(log=True)):
        yield from same(each.of("tversky_loss").having(alpha=1.0, beta=1.0), each)


@promise("2 d / (1 + d) of the Dice loss d")
def of_dice(good: ValidCall) -> Iterator[Claim]:
    for each in (good, soft(good), good.having(batch=True)):
        exact = smooth(each, 0.0)
        yield Claim((exact.of("dice_loss"), exact), lambda d, j: (j, 2 * d / (1 + d)))


# --- with a loss of the pixels --------------------------------------------------------------------------------------


@promise("the sum of Dice and the focal loss")
def dice_and_focal(good: ValidCall) -> Iterator[Claim]:
    for reduction in ("mean", "sum"):
        whole = good.having(reduction=reduction, lambda_dice=0.5, lambda_focal=2.0)
        parts = (good.having(reduction=reduction).of(name) for name in ("dice_loss", "focal_loss"))
        yield Claim((whole, *parts), lambda both, dice, focal: (both, dice / 2 + 2 * focal))


@promise("gamma 0 is Dice and cross-entropy")
def dice_and_cross_entropy(good: ValidCall) -> Iterator[Claim]:
    for activation in ("softmax", "sigmoid"):
        given = good.having(reduction="mean", activation=activation)
        yield from same(given.of("dice_ce_loss"), given.having(gamma=0.0))


# --- the correlation coefficient ------------------------------------------------------------------------------------


@promise("one loss of all samples in any order")
def any_order(good: ValidCall) -> Iterator[Claim]:
    yield from same(good, good.having(input=good["input"][::-1].copy(), target=good["target"][::-1].copy()))


@promise("both labels may change places")
def labels_change_places(good: ValidCall) -> Iterator[Claim]:
    yield from same(good, good.having(input=-good["input"], target=1 - good["target"]))


@promise("the opposite prediction costs what is left of 2")
def opposite(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good, good.having(input=-good["input"])), lambda a, b: (b, 2 - a))


# --- the unified focal loss -----------------------------------------------------------------------------------------


@promise("focal and Tversky losses of two classes")
def unified(good: ValidCall) -> Iterator[Claim]:
    """Its parts, class by class: gamma 1/2 and delta 3/4."""
    whole = good.having(gamma=0.5, delta=0.75, mix=0.25, reduction="mean")
    mean = {"reduction": "mean", "normalizer": "count"}
    background = good.of("focal_loss").having(alpha=np.array([0.25, 0.0]), gamma=0.5, **mean)
    foreground = good.of("focal_loss").having(alpha=np.array([0.0, 0.75]), gamma=0.0, **mean)
    options = {"include_background": True, "soft_label": False, "alpha": 0.25, "beta": 0.75}
    region = good.of("tversky_loss").having(**options, reduction="none")

    def put_together(whole: Any, focal: Any, entropy: Any, pairs: Any) -> Any:
        return whole, (focal + entropy) / 8 + 3 * np.mean(pairs[:, 0] + pairs[:, 1] ** 0.5) / 8

    yield Claim((whole, background, foreground, region), put_together)


# --- Lovasz extensions ----------------------------------------------------------------------------------------------


@promise("the Jaccard loss of certain predictions")
def of_certain(good: ValidCall) -> Iterator[Claim]:
    guess = one_hot(np.roll(good["target"], 1, axis=-1), good["input"].shape[1])
    options = {"batch": True, "include_background": True, "empty": "skip"}
    for activation, x in ((None, guess), ("softmax", 2e4 * guess - 1e4)):
        given = good.having(input=x, activation=activation, reduction="mean")
        jaccard = smooth(given.of("jaccard_loss").having(**options), 0.0)
        yield Claim((given, jaccard), lambda a, b: (a, b))


@promise("one image alone is a batch")
def image_alone(good: ValidCall) -> Iterator[Claim]:
    one = good.having(input=good["input"][:1], target=good["target"][:1])
    yield Claim((one, one.having(per_image=True)), lambda a, b: (b[0], a))


@promise("twice the Jaccard loss of scores -1 and 1")
def of_scores(good: ValidCall) -> Iterator[Claim]:
    guess = good["input"] > 0
    given = good.having(input=np.where(guess, 1.0, -1.0))
    jaccard = given.of("jaccard_loss").having(input=guess.astype(float), axis=None, activation=None)
    yield Claim((given, smooth(jaccard, 0.0)), lambda a, b: (a, 2 * b))
