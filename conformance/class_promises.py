"""Promises of the losses of labels: binary ones, exclusive classes, regions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .invalid import Good
from .promises import Claim, coarse, equal, nothing, promise, same


def one_hot(ids: np.ndarray, classes: int, axis: int = 1) -> np.ndarray:
    return np.moveaxis((ids[..., None] == np.arange(classes)).astype(float), -1, axis)


def hard(good: Good) -> np.ndarray:
    """0 and 1 for a binary target."""
    return (good["target"] > 0.5).astype(np.int64)


def smoothing(good: Good) -> str:
    """The name of the option."""
    return "smoothing" if "smoothing" in good.parameters else "label_smoothing"


# --- binary ---------------------------------------------------------------------------------------------------------


@promise("mirrored")
def mirrored(good: Good) -> Iterator[Claim]:
    """The two labels may change their roles."""
    x, y = good["input"], coarse(good["target"])
    other = {"alpha": 0.75} if "alpha" in good.parameters else {}
    yield from same(good.having(target=y), good.having(input=-x, target=1 - y, **other))
    yield from same(good.having(target=hard(good)), good.having(input=-x, target=1 - hard(good), **other))


@promise("mirrored probabilities")
def mirrored_probabilities(good: Good) -> Iterator[Claim]:
    p, y = coarse(good["input"]), coarse(good["target"])
    yield from same(good.having(input=p, target=y), good.having(input=1 - p, target=1 - y))


@promise("labels equal probabilities")
def labels(good: Good) -> Iterator[Claim]:
    """0 and 1 of any dtype are the same."""
    y = hard(good)
    dtypes = (np.float64, np.bool_, np.uint8)
    yield from same(good.having(target=y), *(good.having(target=y.astype(each)) for each in dtypes))


@promise("cheaper when more certain of the right label")
def certain(good: Good) -> Iterator[Claim]:
    y = hard(good)
    for step in (0.5, 4.0):
        surer = good.having(input=good["input"] + step * (2 * y - 1), target=y)
        yield Claim((good.having(target=y), surer), lambda a, b: b < a)


@promise("cheaper at a higher probability of the right label")
def likelier(good: Good) -> Iterator[Claim]:
    y = hard(good)
    yield Claim((good.having(target=y), good.having(input=(good["input"] + y) / 2, target=y)), lambda a, b: b < a)


def two_classes(good: Good, loss: str, **options: Any) -> Iterator[Claim]:
    """A logit z is the pair of logits 0 and z."""
    z = np.stack([np.zeros_like(good["input"]), good["input"]], axis=1)
    pair = good.having(input=z, target=hard(good)).of(loss)
    yield from same(pair, good.having(target=hard(good), **options))


@promise("cross-entropy of two classes")
def cross_entropy_of_two(good: Good) -> Iterator[Claim]:
    yield from two_classes(good, "cross_entropy")


@promise("focal loss of two classes")
def focal_of_two(good: Good) -> Iterator[Claim]:
    yield from two_classes(good, "focal_loss", alpha=None)


@promise("gamma 0 is binary cross-entropy")
def binary_gamma_0(good: Good) -> Iterator[Claim]:
    plain = good.of("binary_cross_entropy_with_logits")
    yield from same(plain, good.having(gamma=0.0, alpha=None))
    yield Claim((plain, good.having(gamma=0.0, alpha=0.5)), lambda a, b: (b, a / 2))


@promise("pos_weight weighs the positives")
def pos_weight(good: Good) -> Iterator[Claim]:
    y = hard(good)
    heavy = good.having(target=y, pos_weight=np.full(y.shape, 3.0))
    yield from same(good.having(target=y, weight=np.where(y > 0, 3.0, 1.0)), heavy)


@promise("logits give the same")
def log_odds(good: Good) -> Iterator[Claim]:
    p = good["input"]
    yield from same(good.having(input=np.log(p) - np.log1p(-p)).of("binary_cross_entropy_with_logits"), good)


@promise("linear in the smoothing")
def mixture(good: Good) -> Iterator[Claim]:
    calls = (good.having(**{smoothing(good): eps}) for eps in (0.0, 1.0, 0.5))
    yield Claim(tuple(calls), lambda none, all, half: (half, (none + all) / 2))


# --- exclusive classes ----------------------------------------------------------------------------------------------


def scores(good: Good) -> tuple[str, str, int]:
    """The names of logits and of class ids, and the class axis."""
    if "conf_pred" not in good.positional:
        return "input", "target", 1
    return "conf_pred", "gt_labels" if "gt_labels" in good.positional else "conf_target", -1


def weighing(good: Good) -> list[str]:
    """The names of the weights of classes."""
    return [n for n in ("weight", "alpha") if n in good.parameters and not is_hyper(good.parameters[n])]


def is_hyper(parameter: Any) -> bool:
    return hasattr(parameter.annotation, "__metadata__")


@promise("shift invariant")
def shifted(good: Good) -> Iterator[Claim]:
    """A constant added to all logits changes nothing."""
    name, _, _ = scores(good)
    z = coarse(good[name])
    for shift in (8.0, -0.5):
        yield from same(good.having(**{name: z}), good.having(**{name: z + shift}))


@promise("permutable over the classes")
def classes(good: Good) -> Iterator[Claim]:
    name, ids, axis = scores(good)
    count = good[name].shape[axis]
    order = np.roll(np.arange(count), 1)
    place = np.argsort(order)
    w = (1 + np.arange(count)) / 4
    one, other = ({each: w[at] for each in weighing(good)} for at in (np.arange(count), order))
    if "background" in good.parameters:
        other["background"] = int(place[0])
    regions = "include_background" in good.parameters
    if regions:
        one["include_background"] = other["include_background"] = True
    turned = good.having(**{name: np.take(good[name], order, axis=axis), ids: place[good[ids]]}, **other)
    yield Claim((good.having(**one), turned), lambda a, b: (b, a[:, order] if regions else a))


@promise("a class's weight multiplies its loss")
def weighted(good: Good) -> Iterator[Claim]:
    w = (1 + np.arange(good["input"].shape[1])) / 4
    calls = good, good.having(**dict.fromkeys(weighing(good), w))
    yield Claim(calls, lambda a, b: (b, w[good["target"]] * a))


@promise("cheaper at a higher score of the right class")
def right(good: Good) -> Iterator[Claim]:
    step = one_hot(good["target"], good["input"].shape[1])
    for size in (0.5, 4.0):
        yield Claim((good, good.having(input=good["input"] + size * step)), lambda a, b: b < a)


@promise("ids equal one-hot")
def ids_or_one_hot(good: Good) -> Iterator[Claim]:
    q = one_hot(good["target"], good["input"].shape[1])
    yield from same(good, good.having(target=q))
    weights = dict.fromkeys(weighing(good), (1 + np.arange(q.shape[1])) / 4)
    options = {**weights, "reduction": "mean", "normalizer": "weights"}
    yield from same(good.having(**options), good.having(target=q, **options))
    yield from same(good.having(**{smoothing(good): 0.25}), good.having(target=q, **{smoothing(good): 0.25}))


@promise("gamma 0 is cross-entropy")
def gamma_0(good: Good) -> Iterator[Claim]:
    q = one_hot(good["target"], good["input"].shape[1]) / 2 + 0.5 / good["input"].shape[1]
    for each in (good, good.having(target=q)):
        yield from same(each.of("cross_entropy"), each.having(gamma=0.0))


@promise("smoothing 0 is cross-entropy")
def smoothing_0(good: Good) -> Iterator[Claim]:
    plain = good.of("cross_entropy")
    yield from same(plain, good.having(smoothing=0.0))
    yield from same(plain.having(label_smoothing=0.1), good)


@promise("the same of any labels at smoothing 1")
def smoothed_away(good: Good) -> Iterator[Claim]:
    every = {smoothing(good): 1.0}
    yield from same(good.having(**every), good.having(target=0 * good["target"], **every))


@promise("log-probabilities of cross-entropy")
def log_probabilities(good: Good) -> Iterator[Claim]:
    z = good["input"]
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    yield from same(good.of("cross_entropy"), good.having(input=log_p))


@promise("linear in the input")
def linear_input(good: Good) -> Iterator[Claim]:
    yield Claim((good, good.having(input=4 * good["input"])), lambda a, b: (b, 4 * a))


# --- regions --------------------------------------------------------------------------------------------------------


def soft(good: Good) -> Good:
    """Probabilities, given as they are, and probabilities for a target."""
    p = coarse(1 / (1 + np.exp(-good["input"])))
    return good.having(input=p, target=np.roll(p, 1, axis=0), activation=None)


@promise("at most 1")
def at_most_1(good: Good) -> Iterator[Claim]:
    for each in (good, soft(good)):
        yield Claim((each,), lambda found: found <= 1)


@promise("symmetric in regions")
def symmetric_regions(good: Good) -> Iterator[Claim]:
    given = soft(good)
    turned = given.having(input=given["target"], target=given["input"])
    for options in ({}, {"squared": True}, {"soft_label": False}):
        yield from same(given.having(**options), turned.having(**options))


@promise("perfect prediction costs nothing")
def perfect(good: Good) -> Iterator[Claim]:
    q = one_hot(good["target"], good["input"].shape[1])
    yield Claim((good.having(input=2e4 * q - 1e4),), nothing)
    p = soft(good)["input"]
    for options in ({}, {"squared": True}, {"log": True}, {"batch": True}):
        yield Claim((good.having(input=p, target=p, activation=None, **options),), nothing)


@promise("maps equal ids")
def maps(good: Good) -> Iterator[Claim]:
    q = one_hot(good["target"], good["input"].shape[1])
    for options in ({}, {"squared": True}, {"batch": True}):
        forms = (good.having(target=q.astype(each), **options) for each in (np.float64, np.int64, np.bool_))
        yield from same(good.having(**options), *forms)


@promise("permutable over the pixels")
def pixels(good: Good) -> Iterator[Claim]:
    x, y = good["input"], good["target"]
    yield from same(good, good.having(input=x[..., ::-1, :], target=y[..., ::-1, :]))


@promise("independent of the resolution")
def resolution(good: Good) -> Iterator[Claim]:
    """Without smoothing, a region counts the same whatever its size."""
    exact = good.having(smooth_nr=0.0, smooth_dr=0.0)
    finer = exact.having(input=np.repeat(good["input"], 4, axis=-1), target=np.repeat(good["target"], 4, axis=-1))
    yield Claim((exact, finer), equal)


@promise("one image is a batch")
def one_image(good: Good) -> Iterator[Claim]:
    one = good.having(input=good["input"][:1], target=good["target"][:1])
    yield Claim((one, one.having(batch=True)), lambda a, b: (b, a[0]))
