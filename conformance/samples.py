"""Samples that several losses share: masks and weights, and what every elementwise and binary loss must bear."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .case import Sample

Draw = Callable[[tuple[int, ...]], tuple[np.ndarray, np.ndarray]]
"""Draws an input and a floating target of a shape."""


def mask(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """A mask that keeps the first element, drops the last, and decides on the others at random."""
    kept = rng.random(shape) < 0.6
    kept.flat[0], kept.flat[-1] = True, False
    return kept


def poisoned(array: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """A copy with NaN and both infinities where `kept`, which broadcasts to it, is False."""
    out, bad = array.copy(), ~np.broadcast_to(kept, array.shape)
    out[bad] = np.resize([np.nan, np.inf, -np.inf], np.count_nonzero(bad))
    return out


def weights(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Fractional weights, the second of them 0."""
    found = rng.uniform(0.1, 3.0, shape)
    found.flat[1 % max(found.size, 1)] = 0.0
    return found


# --- elementwise losses ---------------------------------------------------------------------------------------------


def elementwise(rng: np.random.Generator, draw: Draw) -> Iterator[Sample]:
    """Shapes, sample weights and masks."""
    shape = (4, 3)
    yield Sample("plain", draw(shape))
    yield Sample("one axis", draw((6,)))
    yield Sample("one element", draw((1,)))
    yield Sample("sequence", draw((2, 3, 4)))
    yield Sample("spatial", draw((2, 3, 2, 2)))
    yield Sample("empty batch", draw((0, 3)))
    yield Sample("empty axis, weighted", draw((2, 0)), {"sample_weight": weights(rng, (2, 1))})
    yield Sample("sample weight of rows", draw(shape), {"sample_weight": weights(rng, (4,))})
    yield Sample("sample weight of columns", draw(shape), {"sample_weight": weights(rng, (1, 3))})
    yield Sample("sample weight of elements", draw(shape), {"sample_weight": weights(rng, shape)})
    yield Sample("sample weight of all", draw(shape), {"sample_weight": np.asarray(0.25)})
    yield Sample("sample weight 0", draw(shape), {"sample_weight": np.zeros(shape)})
    yield Sample("masked", draw(shape), {"where": mask(rng, shape)})
    yield Sample("masked rows", draw(shape), {"where": mask(rng, (4,))})
    kept = mask(rng, shape)
    yield Sample("masked, weighted", draw(shape), {"where": kept, "sample_weight": weights(rng, (4, 1))})
    bad = tuple(poisoned(each, kept) for each in draw(shape))
    weight = poisoned(weights(rng, shape), kept)
    yield Sample("masked nan and inf", bad, {"where": kept, "sample_weight": weight})
    none = np.zeros(shape, dtype=bool)
    bad = tuple(poisoned(each, none) for each in draw(shape))
    yield Sample("all masked", draw(shape), {"where": none})
    yield Sample(
        "all masked nan and inf", bad, {"where": none, "sample_weight": poisoned(np.ones((4, 1)), none[:, :1])}
    )


def element_weights(rng: np.random.Generator, draw: Draw) -> Iterator[Sample]:
    """The option `weight` of elementwise losses."""
    shape = (4, 3)
    yield Sample("weight of columns", draw(shape), {"weight": weights(rng, (3,))})
    yield Sample("weight of rows", draw(shape), {"weight": weights(rng, (4, 1))})
    yield Sample("weight of channels", draw((2, 3, 2, 2)), {"weight": weights(rng, (3, 1, 1))})
    both = {"weight": weights(rng, (3,)), "sample_weight": weights(rng, (4, 1))}
    yield Sample("both weights", draw(shape), both)
    kept = mask(rng, shape)
    yield Sample("both weights, masked", draw(shape), {**both, "where": kept})
    bad = poisoned(weights(rng, shape), kept)
    yield Sample("masked nan and inf weight", draw(shape), {"weight": bad, "where": kept})
    yield Sample("weight 0", draw(shape), {"weight": np.zeros((1, 3))})


def labels(rng: np.random.Generator, draw: Draw) -> Iterator[Sample]:
    """Labels of 0 and 1."""
    p, y = draw((4, 3))
    ids = hard(y)
    yield Sample("integer target", (p, ids))
    yield Sample("boolean target", (p, ids.astype(bool)))
    yield Sample("hard floating target", (p, ids.astype(np.float64)), smooth=False)
    yield Sample("integer target, masked", (poisoned(p, ids > 0), np.where(ids > 0, ids, 7)), {"where": ids > 0})


def hard(y: np.ndarray) -> np.ndarray:
    """Labels of 0 and 1, both there, from probabilities."""
    ids = (y > 0.5).astype(np.int64)
    ids.flat[:2] = 0, 1
    return ids


def binary(rng: np.random.Generator, draw: Draw) -> Iterator[Sample]:
    """Labels of 0 and 1, and smoothing."""
    yield from labels(rng, draw)
    p, y = draw((4, 3))
    ids = hard(y)
    yield Sample("smoothed", draw((4, 3)), {"label_smoothing": 0.1})
    yield Sample("integer target, smoothed", (p, ids), {"label_smoothing": 0.2})
    yield Sample("smoothed to one half", (p, ids), {"label_smoothing": 1.0})
