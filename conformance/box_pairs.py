"""Samples of pairs of boxes, what their references share, and the calls that their losses must refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import array_losses as al

from . import benchmark_inputs
from .case import Expected, Invalid, Sample
from .invalid import narrow
from .reference import Real, collect, exact
from .samples import mask, poisoned, weights
from .valid_call import ValidCall

Box = list[Real]
WORKED = [(0, 0, 4, 2), (0, 0, 2, 2), (1, 1, 3, 4)], [(0, 0, 2, 4), (3, 3, 5, 6), (0, 0, 4, 4)]
"""Pairs of which `tests/test_box_pairs.py` knows the losses."""


def area(x1: Real, y1: Real, x2: Real, y2: Real) -> Real:
    return (x2 - x1) * (y2 - y1) if x1 < x2 and y1 < y2 else exact(0)


def shared_and_union(a: Box, b: Box) -> tuple[Real, Real]:
    shared = area(max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))
    return shared, area(*a) + area(*b) - shared


def pairwise(pair: Callable[[Box, Box], Real], boxes1: Any, boxes2: Any, sample_weight: Any, where: Any) -> Expected:
    """A loss of two boxes, of each pair."""

    def element(index: tuple[int, ...]) -> tuple[Real, float]:
        a, b = ([exact(corner) for corner in boxes[index]] for boxes in (boxes1, boxes2))
        return pair(a, b), 1.0

    return collect(boxes1.shape[:-1], element, divisor="count", sample_weight=sample_weight, where=where)


def boxes(rng: np.random.Generator, *shape: int) -> np.ndarray:
    corner = rng.uniform(0, 4, (*shape, 2))
    return np.concatenate([corner, corner + rng.uniform(1, 4, (*shape, 2))], axis=-1)


def pair_samples(rng: np.random.Generator) -> Iterator[Sample]:
    def draw(*shape: int) -> tuple[np.ndarray, ...]:
        return boxes(rng, *shape), boxes(rng, *shape)

    def of(first: Any, second: Any) -> tuple[np.ndarray, ...]:
        return np.array(first, dtype=float), np.array(second, dtype=float)

    yield Sample("plain", draw(5))
    yield Sample("by hand", of(*WORKED), smooth=False)
    yield Sample("images", draw(2, 3))
    yield Sample("one pair", draw())
    yield Sample("empty batch", draw(0))
    yield Sample("no boxes in images, weighted", draw(2, 0), {"sample_weight": weights(rng, (2,))})
    for eps in (1e-3, 1.0):
        yield Sample(f"eps {eps}", draw(5), {"eps": eps})
    yield Sample("in units of the image", tuple(each / 8 for each in draw(5)))
    yield Sample("in pixels", tuple(100 * each for each in draw(5)))
    yield Sample("integer boxes2", (draw(4)[0], np.rint(3 * draw(4)[1]).astype(np.int64)))
    yield Sample("sample weight", draw(5), {"sample_weight": weights(rng, (5,))})
    yield Sample("sample weight of images", draw(2, 3), {"sample_weight": weights(rng, (2,))})
    yield Sample("sample weight 0", draw(5), {"sample_weight": np.zeros(5)})
    kept = mask(rng, (2, 3))
    yield Sample("masked", draw(2, 3), {"where": kept})
    yield Sample("masked, weighted", draw(2, 3), {"where": kept, "sample_weight": weights(rng, (2, 3))})
    bad = tuple(poisoned(each, kept[..., None]) for each in draw(2, 3))
    yield Sample("masked nan and inf", bad, {"where": kept})
    yield Sample("all masked", draw(5), {"where": np.zeros(5, dtype=bool)})

    nested = [[(0, 0, 6, 5), (1, 1, 2, 3)], [(1, 2, 3, 4), (0, 0, 5, 4.5)]]
    yield Sample("nested", of(*nested))
    apart = [[(0, 0, 2, 2), (0, 0, 1, 1), (3, 0, 5, 2)], [(3, 3, 5, 6), (0.5, 7, 2, 9), (-9, 0.5, -7, 3)]]
    yield Sample("apart", of(*apart))
    corners = [[(0, 0, 4, 2), (0, 0, 2, 2)], [(0, 0, 2, 4), (0, 0, 2, 2)]]
    yield Sample("common corners, equal boxes", of(*corners), smooth=False)
    yield Sample("touching", of([(0, 0, 2, 2), (0, 0, 2, 2)], [(2, 0, 4, 2), (2, 2, 4, 4)]), smooth=False)
    empty = [(1, 1, 1, 3), (1, 1, 1, 1), (1, 1, 1, 1), (9, 9, 9, 9)], [(0, 0, 4, 4), (1, 1, 1, 1), (0, 0, 4, 4)]
    yield Sample("without area", of(empty[0], [*empty[1], (0, 0, 0, 0)]), smooth=False, terms=1e14)
    turned = [(3, 1, 1, 3), (3, 3, 1, 1), (9, 1, 7, 3), (3, 1, 1, 3)], [(0, 0, 4, 4), (0, 0, 4, 4), (0, 0, 4, 4)]
    yield Sample("turned", of(turned[0], [*turned[1], (5, 7, 4, 6)]), smooth=False)
    flat = of([(0, 0, 1e-9, 1), (0, 0, 1e-9, 1e-9)], [(0, 0, 1e-9, 1), (0, 0, 1, 1)])
    yield Sample("nearly without area", flat, smooth=False)
    far = of([(-1e4, -1e4, 1e4, 1e4), (1e4, 1e4, 2e4, 3e4)], [(0, 0, 1, 1), (-1e4, -1e4, 0, -1)])
    yield Sample("extreme", far, smooth=False)


def invalid(good: ValidCall) -> Iterator[Invalid]:
    b1, b2 = good["boxes1"], good["boxes2"]
    for bad in (b1[..., :3], b1[0, :1], np.ones((5, 5))):
        yield good.but(al.ShapeError, "boxes1", bad, "have shape (*B, 4)")
    for bad in (b2[:1], b2[..., :3], b2[0], b2[None]):
        yield good.but(al.ShapeError, "boxes2", bad, f"have shape (*B, 4) = {b1.shape}")
    yield good.but(al.DTypeError, "boxes2", b2.astype(np.complex64), "hold real numbers")
    yield good.but(al.DTypeError, "boxes2", b2 > 0, "hold numbers", "bool")
    yield from narrow(good, ("sample_weight", "where"), b1.shape[:-1], "(*B,)")


def draw_pairs(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
    count = max(1, n // 4)
    return benchmark_inputs.corners(rng, count), benchmark_inputs.corners(rng, count)
