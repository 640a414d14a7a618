"""Promises of the losses of detectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..valid_call import ValidCall
from .property import Claim, coarse, nothing, promise, same


@promise("permutable over the boxes")
def boxes(good: ValidCall) -> Iterator[Claim]:
    order = np.arange(good["loc_pred"].shape[1])[::-1]
    names = [n for n in ("loc_pred", "conf_pred", "loc_target", "conf_target") if n in good.positional]
    turned = {name: good[name][:, order] for name in names}
    if "default_boxes" in good.positional:
        turned["default_boxes"] = good["default_boxes"][order]
    yield from same(good, good.having(**turned))


@promise("linear in alpha")
def alpha(good: ValidCall) -> Iterator[Claim]:
    calls = (good.having(alpha=each) for each in (0.0, 2.0, 1.0))
    yield Claim(tuple(calls), lambda none, twice, once: (once, (none + twice) / 2))


@promise("no positives cost nothing")
def no_positives(good: ValidCall) -> Iterator[Claim]:
    if "gt_labels" in good.positional:
        yield Claim((good.having(gt_valid=np.zeros(good["gt_labels"].shape, dtype=bool)),), nothing)
    else:
        yield Claim((good.having(conf_target=0 * good["conf_target"]),), nothing)


@promise("boxes of negatives cost nothing")
def negatives(good: ValidCall) -> Iterator[Claim]:
    moved = good["loc_pred"] + 5 * (good["conf_target"] == 0)[..., None]
    yield from same(good, good.having(loc_pred=moved))


@promise("perfect boxes leave the classes")
def perfect(good: ValidCall) -> Iterator[Claim]:
    right = good.having(loc_pred=good["loc_target"])
    yield Claim((right, right.having(alpha=2.0)), lambda a, b: (b, 2 * a))
    yield Claim((right.having(alpha=0.0),), nothing)


@promise("more negatives cost more")
def more_negatives(good: ValidCall) -> Iterator[Claim]:
    for few, many in ((0.0, 1.0), (1.0, 3.0)):
        yield Claim((good.having(neg_pos_ratio=few), good.having(neg_pos_ratio=many)), lambda a, b: b >= a)


@promise("enough negatives are mined")
def enough(good: ValidCall) -> Iterator[Claim]:
    """All negatives are all, by whichever rule; and few asked for change nothing where the ratio asks for more."""
    every = good["conf_pred"].shape[1]
    yield from same(good.having(neg_pos_ratio=float(every)), good.having(neg_pos_ratio=0.0, min_negatives=every))
    yield from same(good, good.having(min_negatives=1))
    yield Claim((good.having(min_negatives=2), good.having(min_negatives=every)), lambda a, b: b >= a)


@promise("what is left out costs nothing")
def left_out(good: ValidCall) -> Iterator[Claim]:
    """A default box of class -1, or that of a ground truth labelled so, is as one that `where` masks."""
    if "conf_target" in good.positional:
        ids = np.array(good["conf_target"])
        ids[:, ::3] = -1
        yield from same(good.having(conf_target=ids), good.having(where=ids >= 0))
    else:
        yield Claim((good.having(gt_labels=np.full_like(good["gt_labels"], -1)),), nothing)


@promise("scale invariant boxes")
def scaled(good: ValidCall) -> Iterator[Claim]:
    for factor in (4.0, 0.125):
        larger = {name: factor * good[name] for name in ("default_boxes", "gt_boxes")}
        yield from same(good, good.having(**larger))


@promise("translation invariant boxes")
def translated(good: ValidCall) -> Iterator[Claim]:
    there = {name: coarse(good[name]) for name in ("default_boxes", "gt_boxes")}
    yield from same(good.having(**there), good.having(**{name: each + 8 for name, each in there.items()}))


@promise("axes may change")
def transposed(good: ValidCall) -> Iterator[Claim]:
    """x and y have the same part."""
    order = [1, 0, 3, 2]
    turned = {name: good[name][..., order] for name in ("default_boxes", "gt_boxes")}
    loc = good["loc_pred"][..., order]
    yield from same(good, good.having(loc_pred=loc, **turned))


@promise("padding costs nothing")
def padding(good: ValidCall) -> Iterator[Claim]:
    truths, ids = good["gt_boxes"], good["gt_labels"]
    nowhere, none = np.full_like(truths[:, :1], np.nan), np.full_like(ids[:, :1], 99)
    for front in (False, True):
        join = (lambda a, b: np.concatenate([b, a], axis=1)) if front else (lambda a, b: np.concatenate([a, b], axis=1))
        valid = join(np.ones(ids.shape, dtype=bool), none < 0)
        yield from same(good, good.having(gt_boxes=join(truths, nowhere), gt_labels=join(ids, none), gt_valid=valid))


# --- pairs of boxes -------------------------------------------------------------------------------------------------


def pairs(good: ValidCall, change: Callable[[np.ndarray], np.ndarray], **options: Any) -> ValidCall:
    """The call with both boxes changed."""
    return good.having(boxes1=change(good["boxes1"]), boxes2=change(good["boxes2"]), **options)


@promise("symmetric in the boxes")
def swapped(good: ValidCall) -> Iterator[Claim]:
    yield from same(good, good.having(boxes1=good["boxes2"], boxes2=good["boxes1"]))


@promise("boxes may be moved")
def moved_pairs(good: ValidCall) -> Iterator[Claim]:
    yield from same(pairs(good, coarse), pairs(good, lambda boxes: coarse(boxes) + np.array([4.0, -8.0, 4.0, -8.0])))


@promise("boxes may be scaled")
def scaled_pairs(good: ValidCall) -> Iterator[Claim]:
    """`eps` is an area."""
    yield from same(good.having(eps=0.25), pairs(good, lambda boxes: 4 * boxes, eps=4.0))


@promise("boxes may be reflected")
def reflected(good: ValidCall) -> Iterator[Claim]:
    """In a diagonal, and in the origin."""
    turned = pairs(good, lambda boxes: boxes[..., [1, 0, 3, 2]]), pairs(good, lambda boxes: -boxes[..., [2, 3, 0, 1]])
    yield from same(good, *turned)


@promise("equal boxes cost nothing")
def equal_boxes(good: ValidCall) -> Iterator[Claim]:
    yield Claim((good.having(boxes2=good["boxes1"], eps=1e-30),), nothing)


@promise("at most 2")
def at_most_2(good: ValidCall) -> Iterator[Claim]:
    for distance in (0.0, 1e4):
        yield Claim((good.having(boxes2=good["boxes2"] + distance),), lambda found: found <= 2)


@promise("costlier farther away")
def farther(good: ValidCall) -> Iterator[Claim]:
    """Of boxes that do not overlap too."""
    away = [good.having(boxes2=good["boxes1"] + distance) for distance in (0.5, 20.0, 40.0)]
    yield Claim(tuple(away), lambda a, b, c: (a < b) & (b < c))
