"""Promises of the losses of classes that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, promise, same


def one_hot(ids: np.ndarray, classes: int, axis: int = 1) -> np.ndarray:
    return np.moveaxis((ids[..., None] == np.arange(classes)).astype(float), -1, axis)


def smoothing(good: ValidCall) -> str:
    """The name of the option."""
    return "smoothing" if "smoothing" in good.parameters else "label_smoothing"


@promise("linear in the smoothing")
def mixture(good: ValidCall) -> Iterator[Claim]:
    calls = (good.having(**{smoothing(good): eps}) for eps in (0.0, 1.0, 0.5))
    yield Claim(tuple(calls), lambda none, all, half: (half, (none + all) / 2))


def scores(good: ValidCall) -> tuple[str, str, int]:
    """The names of logits and of class ids, and the class axis."""
    if "conf_pred" not in good.positional:
        return "input", "target", 1
    return "conf_pred", "gt_labels" if "gt_labels" in good.positional else "conf_target", -1


def weighing(good: ValidCall) -> list[str]:
    """The names of the weights of classes."""
    return [n for n in ("weight", "alpha") if n in good.parameters and not is_hyper(good.parameters[n])]


def is_hyper(parameter: Any) -> bool:
    return hasattr(parameter.annotation, "__metadata__")


@promise("shift invariant")
def shifted(good: ValidCall) -> Iterator[Claim]:
    """A constant added to all logits changes nothing."""
    name, _, _ = scores(good)
    z = coarse(good[name])
    for shift in (8.0, -0.5):
        yield from same(good.having(**{name: z}), good.having(**{name: z + shift}))


@promise("permutable over the classes")
def classes(good: ValidCall) -> Iterator[Claim]:
    name, ids, axis = scores(good)
    count = good[name].shape[axis]
    order = np.roll(np.arange(count), 1)
    place = np.argsort(order)
    w = (1 + np.arange(count)) / 4
    one, other = (dict.fromkeys(weighing(good), w[at]) for at in (np.arange(count), order))
    if "background" in good.parameters:
        other["background"] = int(place[0])
    regions = "include_background" in good.parameters
    if regions:
        one["include_background"] = other["include_background"] = True
    turned = good.having(**{name: np.take(good[name], order, axis=axis), ids: place[good[ids]]}, **other)
    yield Claim((good.having(**one), turned), lambda a, b: (b, a[:, order] if regions and a.ndim > 1 else a))


@promise("a class's weight multiplies its loss")
def weighted(good: ValidCall) -> Iterator[Claim]:
    w = (1 + np.arange(good["input"].shape[1])) / 4
    calls = good, good.having(**dict.fromkeys(weighing(good), w))
    yield Claim(calls, lambda a, b: (b, w[good["target"]] * a))


@promise("cheaper at a higher score of the right class")
def right(good: ValidCall) -> Iterator[Claim]:
    step = one_hot(good["target"], good["input"].shape[1])
    for size in (0.5, 4.0):
        yield Claim((good, good.having(input=good["input"] + size * step)), lambda a, b: b < a)


@promise("ids equal one-hot")
def ids_or_one_hot(good: ValidCall) -> Iterator[Claim]:
    q = one_hot(good["target"], good["input"].shape[1])
    yield from same(good, good.having(target=q))
    weights = dict.fromkeys(weighing(good), (1 + np.arange(q.shape[1])) / 4)
    options = {**weights, "reduction": "mean", "normalizer": "weights"}
    yield from same(good.having(**options), good.having(target=q, **options))
    yield from same(good.having(**{smoothing(good): 0.25}), good.having(target=q, **{smoothing(good): 0.25}))


@promise("gamma 0 is cross-entropy")
def gamma_0(good: ValidCall) -> Iterator[Claim]:
    q = one_hot(good["target"], good["input"].shape[1]) / 2 + 0.5 / good["input"].shape[1]
    for each in (good, good.having(target=q)):
        yield from same(each.of("cross_entropy"), each.having(gamma=0.0))


@promise("smoothing 0 is cross-entropy")
def smoothing_0(good: ValidCall) -> Iterator[Claim]:
    plain = good.of("cross_entropy")
    yield from same(plain, good.having(smoothing=0.0))
    yield from same(plain.having(label_smoothing=0.1), good)


@promise("the same of any labels at smoothing 1")
def smoothed_away(good: ValidCall) -> Iterator[Claim]:
    every = {smoothing(good): 1.0}
    yield from same(good.having(**every), good.having(target=0 * good["target"], **every))


@promise("log-probabilities of cross-entropy")
def log_probabilities(good: ValidCall) -> Iterator[Claim]:
    z = good["input"]
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    yield from same(good.of("cross_entropy"), good.having(input=log_p))


@promise("linear in the input")
def linear_input(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good, good.having(input=4 * good["input"])), lambda a, b: (b, 4 * a))
