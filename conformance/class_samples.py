"""Samples that the losses of exclusive classes share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .case import Sample
from .samples import mask, poisoned, weights


def ids(rng: np.random.Generator, shape: tuple[int, ...], classes: int) -> np.ndarray:
    return rng.integers(0, classes, shape)


def class_ids(rng: np.random.Generator, draw: Callable[..., np.ndarray]) -> Iterator[Sample]:
    """Shapes, sample weights, masks and ignored ids; `draw(shape, axis)` gives an input with its class axis there."""

    def arrays(shape: tuple[int, ...], axis: int = 1) -> tuple[np.ndarray, np.ndarray]:
        rest = list(shape)
        classes = rest.pop(axis)
        return draw(shape, axis), ids(rng, tuple(rest), classes)

    x, y = arrays((5, 4))
    yield Sample("plain", (x, y))
    yield Sample("one sample", arrays((4,), 0))
    yield Sample("one class", arrays((3, 1)))
    yield Sample("sequence", arrays((2, 3, 4)))
    yield Sample("spatial", arrays((2, 3, 2, 2)))
    yield Sample("channels last", arrays((2, 2, 2, 3), -1), {"axis": -1})
    yield Sample("classes first", arrays((3, 4), 0), {"axis": 0})
    yield Sample("empty batch", arrays((0, 3)))
    yield Sample("empty space", arrays((2, 3, 0)))
    yield Sample("sample weight", (x, y), {"sample_weight": weights(rng, (5,))})
    yield Sample("sample weight 0", (x, y), {"sample_weight": np.zeros(1)})
    yield Sample("sample weight of samples", arrays((2, 3, 4)), {"sample_weight": weights(rng, (2,))})
    yield Sample("sample weight of places", arrays((2, 3, 4)), {"sample_weight": weights(rng, (1, 4))})
    kept = mask(rng, (5,))
    yield Sample("masked", (x, y), {"where": kept, "sample_weight": weights(rng, (5,))})
    yield Sample("masked places", arrays((2, 3, 4)), {"where": mask(rng, (1, 4))})
    bad: tuple[Any, ...] = (poisoned(x, kept[:, None]), np.where(kept, y, 99))
    yield Sample("masked nan, inf and bad ids", bad, {"where": kept, "sample_weight": poisoned(np.ones(5), kept)})
    none = np.zeros(5, dtype=bool)
    yield Sample("all masked", (poisoned(x, none[:, None]), y), {"where": none})
    some = np.where(kept, y, -100)
    yield Sample("ignored", (x, some))
    yield Sample("ignored nan and inf", (poisoned(x, kept[:, None]), some))
    yield Sample("ignored, weighted", (x, some), {"sample_weight": weights(rng, (5,))})
    yield Sample("ignored and masked", (x, some), {"where": mask(rng, (5,))})
    yield Sample("another ignored id", (x, np.where(kept, y, 255)), {"ignore_index": 255})
    yield Sample("a class ignored", (x, np.array([0, 1, 2, 3, 1])), {"ignore_index": 1})
    yield Sample("all ignored", (x, np.full(5, -100)))
    place = arrays((2, 3, 4))
    yield Sample("ignored places", (place[0], np.where(mask(rng, (2, 4)), place[1], -100)))


def class_weights(rng: np.random.Generator, draw: Callable[..., np.ndarray], name: str = "weight") -> Iterator[Sample]:
    """Weights of the classes under their name."""
    x, y = draw((5, 4), 1), np.array([0, 1, 2, 3, 2])
    w = weights(rng, (4,))
    yield Sample(f"{name}", (x, y), {name: w})
    yield Sample(f"{name}, spatial", (draw((2, 4, 2, 2), 1), ids(rng, (2, 2, 2), 4)), {name: w})
    yield Sample(f"{name}, channels last", (draw((2, 3, 4), 2), ids(rng, (2, 3), 4)), {name: w, "axis": -1})
    yield Sample(f"{name}, one sample", (draw((4,), 0), np.array(2)), {name: w})
    yield Sample(f"{name}, weighted", (x, y), {name: w, "sample_weight": weights(rng, (5,))})
    yield Sample(f"{name}, ignored", (x, np.where(y == 3, -100, y)), {name: w})
    yield Sample(f"{name}, ignored and masked", (x, y), {name: w, "ignore_index": 2, "where": mask(rng, (5,))})
    yield Sample(f"{name} 0", (x, y), {name: np.zeros(4)})


def probabilities(rng: np.random.Generator, shape: tuple[int, ...], axis: int = 1) -> np.ndarray:
    """Class probabilities along an axis, none of them at the edge of [0, 1]."""
    raw = np.exp(rng.normal(size=shape))
    return raw / raw.sum(axis=axis, keepdims=True)


def class_probabilities(
    rng: np.random.Generator, draw: Callable[..., np.ndarray], name: str, smoothing: str
) -> Iterator[Sample]:
    """Targets that are probabilities; `name` is the option of class weights, `smoothing` that of smoothing."""
    shape = (5, 4)
    x, q, w = draw(shape, 1), probabilities(rng, shape), weights(rng, (4,))
    yield Sample("soft target", (x, q))
    yield Sample("soft target, one sample", (draw((4,), 0), probabilities(rng, (4,), 0)))
    yield Sample("soft target, spatial", (draw((2, 3, 2, 2), 1), probabilities(rng, (2, 3, 2, 2))))
    last = (draw((2, 2, 3), 2), probabilities(rng, (2, 2, 3), 2))
    yield Sample("soft target, channels last", last, {"axis": -1})
    yield Sample("soft target, empty batch", (draw((0, 4), 1), np.zeros((0, 4))))
    yield Sample(f"soft target, {name}", (x, q), {name: w})
    yield Sample(f"soft target, {name}, weighted", (x, q), {name: w, "sample_weight": weights(rng, (5,))})
    yield Sample("soft target, smoothed", (x, q), {smoothing: 0.3})
    yield Sample(f"soft target, smoothed, {name}", (x, q), {smoothing: 0.3, name: w})
    kept = mask(rng, (5,))
    bad = (poisoned(x, kept[:, None]), poisoned(q, kept[:, None]))
    yield Sample("soft target, masked nan and inf", bad, {"where": kept, "sample_weight": poisoned(np.ones(5), kept)})
    yield Sample("soft target, all masked", bad, {"where": np.zeros(5, dtype=bool), name: w})
    yield Sample("hard floating target", (x, np.eye(4)[[0, 1, 2, 3, 0]]), smooth=False)
    out = x.copy()
    out[:, 3] = -np.inf
    yield Sample("soft target, -inf at 0", (out, np.eye(4)[[0, 1, 2, 2, 1]]), smooth=False)
    yield Sample("ids smoothed", (x, ids(rng, (5,), 4)), {smoothing: 0.2})
    yield Sample(f"ids smoothed, {name}", (x, np.array([0, -100, 2, 3, 2])), {smoothing: 0.2, name: w})
    yield Sample("ids smoothed over all", (x, ids(rng, (5,), 4)), {smoothing: 1.0})


def extreme_classes(rng: np.random.Generator) -> Iterator[Sample]:
    """Logits far apart, equal, and infinite."""
    big = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0], [50.0, -50.0, 0.0], [1e4, 1e4, -1e4]])
    yield Sample("extreme, right", (big, np.array([0, 1, 0, 1])))
    yield Sample("extreme, wrong", (big, np.array([1, 0, 2, 2])))
    yield Sample("ties", (np.full((3, 4), 1.5), np.array([0, 3, 1])))
    out = rng.normal(size=(3, 4))
    out[:, 1] = -np.inf
    yield Sample("-inf elsewhere", (out, np.array([0, 3, 2])), smooth=False)
    yield Sample("infinite loss", (out, np.array([0, 1, 2])), smooth=False)
    only = {"sample_weight": np.array([1.0, 0.0, 0.5])}
    yield Sample("infinite loss of weight 0", (out, np.array([0, 1, 2])), only, smooth=False)
