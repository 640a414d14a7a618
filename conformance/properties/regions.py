"""Promises of the losses of regions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..valid_call import ValidCall
from .classes import one_hot
from .property import Claim, coarse, equal, nothing, promise, same


def soft(good: ValidCall) -> ValidCall:
    """Probabilities, given as they are, and probabilities for a target."""
    p = coarse(1 / (1 + np.exp(-good["input"])))
    return good.having(input=p, target=np.roll(p, 1, axis=0), activation=None)


def there(good: ValidCall, *options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those options that the loss has, and none."""
    yield {}
    yield from (each for each in options if each.keys() <= good.parameters.keys())


@promise("at most 1")
def at_most_1(good: ValidCall) -> Iterator[Claim]:
    for each in (good, soft(good)):
        yield Claim((each,), lambda found: found <= 1)


@promise("symmetric in regions")
def symmetric_regions(good: ValidCall) -> Iterator[Claim]:
    given = soft(good)
    turned = given.having(input=given["target"], target=given["input"])
    for options in there(good, {"squared": True}, {"soft_label": False}):
        yield from same(given.having(**options), turned.having(**options))


@promise("perfect prediction costs nothing")
def perfect(good: ValidCall) -> Iterator[Claim]:
    q = one_hot(good["target"], good["input"].shape[1])
    yield Claim((good.having(input=2e4 * q - 1e4),), nothing)
    p = soft(good)["input"]
    for options in there(good, {"squared": True}, {"log": True}, {"batch": True}):
        yield Claim((good.having(input=p, target=p, activation=None, **options),), nothing)


@promise("maps equal ids")
def maps(good: ValidCall) -> Iterator[Claim]:
    q = one_hot(good["target"], good["input"].shape[1])
    for options in there(good, {"squared": True}, {"batch": True}):
        forms = (good.having(target=q.astype(each), **options) for each in (np.float64, np.int64, np.bool_))
        yield from same(good.having(**options), *forms)


@promise("permutable over the pixels")
def pixels(good: ValidCall) -> Iterator[Claim]:
    x, y = good["input"], good["target"]
    yield from same(good, good.having(input=np.roll(x, 1, axis=-1), target=np.roll(y, 1, axis=-1)))


@promise("independent of the resolution")
def resolution(good: ValidCall) -> Iterator[Claim]:
    """Without smoothing, a region counts the same whatever its size."""
    exact = good.having(smooth_nr=0.0, smooth_dr=0.0)
    finer = exact.having(input=np.repeat(good["input"], 4, axis=-1), target=np.repeat(good["target"], 4, axis=-1))
    yield Claim((exact, finer), equal)


@promise("one image is a batch")
def one_image(good: ValidCall) -> Iterator[Claim]:
    one = good.having(input=good["input"][:1], target=good["target"][:1])
    yield Claim((one, one.having(batch=True)), lambda a, b: (b, a[0]))


# --- all classes together -------------------------------------------------------------------------------------------


@promise("maps equal ids, all classes together")
def maps_of_all(good: ValidCall) -> Iterator[Claim]:
    q = one_hot(good["target"], good["input"].shape[1])
    for options in ({}, {"w_type": "simple"}, {"batch": True}):
        forms = (good.having(target=q.astype(each), **options) for each in (np.float64, np.int64, np.bool_))
        yield from same(good.having(**options), *forms)


@promise("a certain prediction costs nothing or all")
def certain(good: ValidCall) -> Iterator[Claim]:
    q = one_hot(good["target"], good["input"].shape[1])
    for options in ({}, {"w_type": "simple"}, {"w_type": "uniform"}, {"batch": True}):
        exact = {"smooth_nr": 0.0, "smooth_dr": 0.0, **options}
        yield Claim((good.having(input=2e4 * q - 1e4, **exact),), nothing)
        wrong = 2e4 * np.roll(q, 1, axis=1) - 1e4
        yield Claim((good.having(input=wrong, **exact),), lambda found: (found, np.ones_like(found)))


@promise("Dice of one class")
def one_class(good: ValidCall) -> Iterator[Claim]:
    """The weight of the only class is in numerator and denominator."""
    first = good.having(input=good["input"][:, :1], target=(good["target"] == 1)[:, None], activation="sigmoid")
    first = first.having(smooth_nr=0.0, smooth_dr=0.0)
    yield Claim((first, first.having(soft_label=False).of("dice_loss")), lambda a, b: (a, b[:, 0]))


@promise("the sum of both parts")
def both_parts(good: ValidCall) -> Iterator[Claim]:
    for reduction in ("mean", "sum"):
        whole = good.having(reduction=reduction, lambda_dice=0.5, lambda_ce=2.0)
        parts = (good.having(reduction=reduction).of(name) for name in ("dice_loss", "cross_entropy"))
        yield Claim((whole, *parts), lambda both, dice, ce: (both, dice / 2 + 2 * ce))
