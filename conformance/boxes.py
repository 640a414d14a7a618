"""Samples of detection from ground truths, with the cases worked by hand, and calls that must be refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

import array_losses as al

from .case import Invalid, Sample
from .invalid import narrow
from .samples import mask, poisoned, weights
from .valid_call import ValidCall


class Worked(NamedTuple):
    """An example with its matches, and where they are known its IoUs and encodings, to the digits given."""

    default_boxes: list[tuple[float, ...]]
    truths: list[list[tuple[float, ...]]]
    """Of each image."""
    matches: list[list[int]]
    overlaps: list[list[list[float]]]
    """Of each image and ground truth, with each default box."""
    encodings: dict[tuple[int, int], tuple[float, ...]]
    """By image and default box."""


BY_HAND = Worked(
    [(0, 0, 4, 4), (2, 2, 6, 6), (4, 4, 8, 8), (0, 4, 4, 8), (4, 0, 8, 4), (1, 1, 7, 7)],
    [[(1, 1, 5, 5), (4, 4, 8, 7)], [(0, 5, 3, 8)]],
    [[-1, -1, 1, -1, -1, 0], [-1, -1, -1, 0, -1, -1]],
    [
        [[0.3913, 0.3913, 0.0323, 0.1034, 0.1034, 0.4444], [0, 0.1667, 0.75, 0, 0, 0.2308]],
        [[0, 0.0417, 0, 0.5625, 0, 0.0976]],
    ],
    {
        (0, 5): (-1.66667, -1.66667, -2.02733, -2.02733),
        (0, 2): (0, -1.25, 0, -1.43841),
        (1, 3): (-1.25, 1.25, -1.43841, -1.43841),
    },
)
TIE_RULE = Worked(
    [(0, 0, 4, 4), (10, 10, 14, 14)], [[(0, 0, 4, 4), (0, 0, 4, 3)]], [[1, -1]], [[[1, 0], [0.75, 0]]], {}
)


def detection_samples(rng: np.random.Generator) -> Iterator[Sample]:
    def arrays(defaults: Any, truths: Any, labels: Any = None, classes: int = 4) -> tuple[np.ndarray, ...]:
        defaults, truths = np.array(defaults, dtype=float), np.array(truths, dtype=float)
        shape = (len(truths), len(defaults))
        if labels is None:
            labels = rng.integers(1, classes, truths.shape[:2])
        loc, conf = rng.normal(size=(*shape, 4)), rng.normal(size=(*shape, classes))
        return loc, conf, defaults, truths, np.array(labels, dtype=np.int64)

    def boxes(*shape: int) -> np.ndarray:
        corner = rng.uniform(0, 6, (*shape, 2))
        return np.concatenate([corner, corner + rng.uniform(1, 4, (*shape, 2))], axis=-1)

    grid = np.array([(x, y, x + s, y + s) for s in (2.0, 4.0) for x in (0, 3, 6) for y in (0, 3, 6)])
    plain = arrays(grid, boxes(3, 2))
    yield Sample("plain", plain)
    yield Sample("one ground truth", arrays(grid, boxes(2, 1)))
    for threshold in (0.1, 0.3, 1.0):
        yield Sample(f"iou_threshold {threshold}", plain, {"iou_threshold": threshold})
    yield Sample("variances", plain, {"variances": (0.3, 0.5)})
    for name, value in {"alpha": 0.5, "neg_pos_ratio": 1.5, "beta": 0.3}.items():
        yield Sample(f"{name} {value}", plain, {name: value})
    yield Sample("background 2", (*plain[:4], np.array([[0, 1], [3, 3], [1, 0]])), {"background": 2})

    first, second = BY_HAND.truths
    padded = [first, [*second, (0, 0, 0, 0)]]
    hand = arrays(BY_HAND.default_boxes, padded, [[1, 2], [3, 0]])
    valid = np.array([[True, True], [True, False]])
    yield Sample("by hand", (*hand, valid))
    yield Sample("by hand, weighted", (*hand, valid), {"sample_weight": np.array([0.5, 2.0])})
    yield Sample("tie rule", arrays(TIE_RULE.default_boxes, TIE_RULE.truths, [[1, 2]]), smooth=False)
    twins = [(0, 0, 4, 4), (0, 0, 4, 4), (5, 5, 9, 9)]
    yield Sample("equal default boxes", arrays(twins, [[(0, 0, 4, 2), (5, 5, 9, 8)]]), smooth=False)
    yield Sample("equal ground truths", arrays(twins[1:], [[(0, 0, 4, 3), (0, 0, 4, 3)]], [[1, 2]]), smooth=False)
    halves = [[(0, 0, 4, 2), (0, 2, 4, 4), (5, 5, 9, 7)]]
    yield Sample("IoU at the threshold", arrays([twins[0], twins[2], (8, 8, 9, 9)], halves, [[1, 2, 3]]), smooth=False)
    far = [[(20, 20, 24, 24), (4, 4, 8, 8)]]
    yield Sample("no overlap", arrays(BY_HAND.default_boxes, far, [[1, 2]]), smooth=False)
    yield Sample("iou_threshold 0", (*hand, valid), {"iou_threshold": 0.0}, smooth=False)

    garbage = (*plain[:3], np.array(plain[3]), np.array(plain[4]))
    garbage[3][1, 1], garbage[3][2, 0], garbage[3][2, 1] = np.nan, np.inf, (3, 3, 1, 1)
    garbage[4][1, 1], garbage[4][2] = 99, (0, -1)
    padding = np.array([[True, True], [True, False], [False, False]])
    yield Sample("padding with nan and bad ids", (*garbage, padding))
    swapped = np.array([[False, True], [True, False], [True, True]])
    yield Sample("padding first", (*plain, swapped), {"iou_threshold": 0.2})
    yield Sample("padding, iou_threshold 0", (*garbage, padding), {"iou_threshold": 0.0}, smooth=False)
    yield Sample("no ground truth in an image", (*plain, np.array([[True, True], [False, False], [True, False]])))
    yield Sample("no valid ground truth", (*plain, np.zeros((3, 2), dtype=bool)))
    nothing = arrays(grid, np.zeros((2, 0, 4)))
    yield Sample("G = 0", nothing)
    yield Sample("G = 0 with validity", (*nothing, np.zeros((2, 0), dtype=bool)))
    yield Sample("G = 0, iou_threshold 0", nothing, {"iou_threshold": 0.0})
    yield Sample("empty batch", arrays(grid, np.zeros((0, 2, 4))))
    yield Sample("not enough negatives", arrays(grid[:4], boxes(2, 3)))
    yield Sample("more ground truths than boxes", arrays(grid[:2], boxes(2, 4)))

    yield Sample("sample weight", plain, {"sample_weight": weights(rng, (3,))})
    yield Sample("sample weight below 1", plain, {"sample_weight": np.array([0.1, 0.0, 0.3])})
    kept = mask(rng, (3, 18))
    yield Sample("masked", plain, {"where": kept})
    yield Sample("masked for all", plain, {"where": mask(rng, (1, 18)), "iou_threshold": 0.2})
    bad = tuple(poisoned(each, kept[..., None]) for each in plain[:2])
    yield Sample("masked nan and inf", (*bad, *plain[2:]), {"where": kept})
    yield Sample("masked, padded", (*bad, *garbage[2:], padding), {"where": kept, "neg_pos_ratio": 1.0})
    best = np.array([[True] * 6, [True, True, True, False, True, True]])
    best[0, 5] = False  # the boxes that image 0 and image 1 match by hand
    yield Sample("masked favourite", (*hand, valid), {"where": best}, smooth=False)
    yield Sample("masked image", plain, {"where": np.array([[True], [False], [True]])})
    yield Sample("all masked", (*bad, *plain[2:]), {"where": np.zeros((3, 18), dtype=bool)})
    yield Sample("all masked, iou_threshold 0", plain, {"where": np.zeros((1, 1), dtype=bool), "iou_threshold": 0.0})
    yield from left_out(rng, plain, hand, valid)
    degenerate = np.array(grid)
    degenerate[3], degenerate[4], degenerate[5] = (1, 1, 1, 1), np.nan, np.inf
    some = np.arange(18) // 3 != 1
    yield Sample("masked default boxes without area", (*plain[:2], degenerate, *plain[3:]), {"where": some[None]})
    pixels = np.rint(10 * plain[3]).astype(np.int64)
    yield Sample("integer boxes", (*plain[:2], (10 * grid).astype(np.int64), pixels, plain[4]))
    big = np.resize([1e4, -1e4, 0.0, 50.0, -50.0], plain[1].shape)
    yield Sample("extreme", (1e4 * plain[0], big, *plain[2:]), smooth=False)


def left_out(rng: np.random.Generator, plain: tuple[Any, ...], hand: tuple[Any, ...], valid: Any) -> Iterator[Sample]:
    """Ground truths labelled -1, and images that need negatives whatever they hold."""
    crowd = (*hand[:4], np.array([[-1, 2], [3, 0]]))
    yield Sample("left out by hand", (*crowd, valid))  # box 5 of image 0
    bad = [np.array(each) for each in hand[:2]]
    bad[0][0, 5], bad[1][0, 5] = np.nan, np.inf
    yield Sample("left out nan and inf", (*bad, *crowd[2:], valid), {"iou_threshold": 0.6})
    out = (*plain[:4], np.array([[-1, 2], [1, -1], [-1, -1]]))
    yield Sample("left out", out, {"iou_threshold": 0.2})
    yield Sample("left out, padded", (*out, np.array([[True, True], [False, True], [True, False]])))
    yield Sample("left out, masked", out, {"where": mask(rng, (3, 18)), "min_negatives": 3, "background": 3})
    for least in (1, 7, 99):
        yield Sample(f"min_negatives {least}", out, {"min_negatives": least})
    nobody = np.array([[True, True], [False, False], [True, False]])
    yield Sample("min_negatives without positives", (*plain, nobody), {"min_negatives": 4, "neg_pos_ratio": 0.5})
    yield Sample("min_negatives, G = 0", (*plain[:3], np.zeros((3, 0, 4)), np.zeros((3, 0), int)), {"min_negatives": 2})


def imagewise(good: ValidCall) -> Iterator[Invalid]:
    """Losses of the boxes and classes of a detector."""
    loc, conf = good["loc_pred"], good["conf_pred"]
    batch, boxes, classes = conf.shape
    for bad in (loc[0], loc[..., :3]):
        yield good.but(al.ShapeError, "loc_pred", bad, "have shape (B, A, 4)")
    for bad in (conf[0], conf[:1], conf[:, 1:]):
        yield good.but(al.ShapeError, "conf_pred", bad, f"have shape (B, A, K) = ({batch}, {boxes}, K)")
    yield good.but(al.DTypeError, "conf_pred", conf.astype(np.int64), "hold floating-point logits")
    for background in (-1, classes):
        yield good.but(al.OptionError, "background", background, f"be a class id in [0, {classes})")
    yield from narrow(good, ("sample_weight",), (batch,), "(B,)")
    yield from narrow(good, ("where",), (batch, boxes), "(B, A)")
