"""SSD: matching, encoding, mining, one loss for each image, by loops over images and boxes."""

from __future__ import annotations

from math import ceil, inf
from typing import Any

import numpy as np

from .classes import log_softmax
from .domain import ids
from .reduction import Unreduced, by_rule

Arrays = dict[str, Any]


def detection(name: str, arrays: Arrays, options: Arrays) -> Unreduced:
    """The losses of the images."""
    loc, conf = arrays["loc_pred"], arrays["conf_pred"]
    batch, count, classes = conf.shape
    where = by_rule(arrays.get("where"), (batch, count))
    where = np.ones((batch, count), bool) if where is None else where
    losses, positives, bad = np.zeros(batch), np.zeros(batch), np.zeros(batch, bool)
    for image in range(batch):
        if name == "ssd_loss":
            boxes, labels = arrays["loc_target"][image], ids(arrays["conf_target"])[image]
            wrong = (labels >= classes) | (labels < -1)
        else:
            boxes, labels, spoiled = matched(arrays, options, image, where[image], classes)
            wrong = np.full(count, spoiled)
        kept = where[image] & (labels != -1)
        bad[image] = np.any(wrong & where[image]) if name == "ssd_loss" else wrong.any()
        if not bad[image]:
            losses[image], positives[image] = of_image(
                loc[image], conf[image], boxes, np.where(kept, labels, 0), kept, options
            )
    samples = by_rule(arrays.get("sample_weight"), (batch,))
    weights = [] if samples is None else [samples]
    return Unreduced(losses, weights, None, np.any(where, axis=1), bad, positives)


def of_image(loc: Any, conf: Any, boxes: Any, labels: Any, kept: Any, options: Arrays) -> tuple[float, float]:
    background, beta = options.get("background", 0), options.get("beta", 1.0)
    positive = kept & (labels != background)
    negatives = [a for a in range(len(labels)) if kept[a] and not positive[a]]
    crossed = np.zeros(len(labels))
    for a in range(len(labels)):
        if kept[a]:
            crossed[a] = -log_softmax(conf[a])[labels[a]]
    wanted = max(ceil(options.get("neg_pos_ratio", 3.0) * positive.sum()), options.get("min_negatives", 0))
    hardest = sorted(negatives, key=lambda a: (-crossed[a], a))[: int(wanted)]
    total = 0.0
    for a in np.flatnonzero(positive):
        d = np.abs(loc[a] - boxes[a])
        total += np.sum(d if beta == 0 else np.where(d < beta, d * d / (2 * beta), d - beta / 2))
    alpha = options.get("alpha", 1.0)
    chosen = [*np.flatnonzero(positive), *hardest]
    return total + (alpha * np.sum(crossed[chosen]) if alpha and chosen else 0.0), float(positive.sum())


def area(box: np.ndarray) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    inside = max(w, 0.0) * max(h, 0.0)
    return float(inside / (area(a) + area(b) - inside))


def match(defaults: Any, boxes: Any, valid: list[int], used: list[int], threshold: float) -> list[int]:
    """The ground truth of each default box, or -1."""
    found = [-1] * len(defaults)
    for a in used:
        best, at = -inf, -1
        for g in valid:
            iou = overlap(boxes[g], defaults[a])
            if iou > best:
                best, at = iou, g
        found[a] = at if best >= threshold else -1
    for g in valid:
        best, at = -inf, -1
        for a in used:
            iou = overlap(boxes[g], defaults[a])
            if iou > best:
                best, at = iou, a
        if at >= 0:
            found[at] = g  # the last one wins
    return found


def matched(arrays: Arrays, options: Arrays, image: int, where: Any, classes: int) -> tuple[Any, Any, bool]:
    """Encoded boxes and labels of the default boxes of one image, and whether it holds a bad value."""
    defaults, boxes = arrays["default_boxes"], arrays["gt_boxes"][image]
    labels, background = ids(arrays["gt_labels"])[image], options.get("background", 0)
    valid = [g for g in range(len(boxes)) if arrays.get("gt_valid") is None or arrays["gt_valid"][image][g]]
    used = [int(a) for a in np.flatnonzero(where)]
    v1, v2 = options.get("variances", (0.1, 0.2))
    spoiled = any(labels[g] == background or not -1 <= labels[g] < classes for g in valid)
    spoiled |= any(not (boxes[g][0] < boxes[g][2] and boxes[g][1] < boxes[g][3]) for g in valid)
    encoded, classes_of = np.zeros((len(defaults), 4)), np.full(len(defaults), background)
    if spoiled:
        return encoded, classes_of, True
    for a, g in enumerate(match(defaults, boxes, valid, used, options.get("iou_threshold", 0.5))):
        if g < 0:
            continue
        d, t = defaults[a], boxes[g]
        dw, dh, tw, th = d[2] - d[0], d[3] - d[1], t[2] - t[0], t[3] - t[1]
        encoded[a] = (
            ((t[0] + t[2]) / 2 - (d[0] + d[2]) / 2) / dw / v1,
            ((t[1] + t[3]) / 2 - (d[1] + d[3]) / 2) / dh / v1,
            np.log(tw / dw) / v2,
            np.log(th / dh) / v2,
        )
        classes_of[a] = labels[g]
    return encoded, classes_of, False
