"""The data of `demo`: what scikit-learn ships, and predictions of small models fitted to it.

Every task names its arrays; the case of a loss in the conformance suite says which of them it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_digits, load_sample_images
from sklearn.linear_model import BayesianRidge, LogisticRegression, PoissonRegressor, Ridge
from sklearn.neighbors import KNeighborsClassifier

from ..losses import decode_boxes, encode_boxes, match_boxes

SIDE, STEP, CANVAS, QUARTER = 8, 2, 32, 16
"""Pixels: of a digit and a default box, between default boxes, of a canvas, and of the quarter that holds a digit."""
SHOWN, HELD = 100, 20
"""Canvases that the detector is fitted to, and those that are held out."""


class Task(NamedTuple):
    """Data for the losses of a task."""

    source: str
    arrays: dict[str, Any]


def binary() -> Task:
    shown, names, held, labels = digits()
    model = fitted(shown, names == 8)
    arrays = {
        "logits": real(model.decision_function(held)),
        "labels": ids(labels == 8),
        "signs": ids(2 * (labels == 8) - 1),
        "probabilities": real(model.predict_proba(held)[:, 1]),
    }
    return Task(
        f"digits: an 8 or not? {len(held)} held-out images, logistic regression",
        arrays,
    )


def multiclass() -> Task:
    shown, names, held, labels = digits()
    model = fitted(shown, names)
    arrays = {
        "logits": real(model.decision_function(held)),
        "labels": ids(labels),
        "shares": real(KNeighborsClassifier().fit(shown, names).predict_proba(held)),
        "log_probabilities": real(model.predict_log_proba(held)),
        "pixels": real(held),
        "weights": real(model.coef_),
    }
    return Task(
        f"digits: which of ten? {len(held)} held-out images, logistic regression",
        arrays,
    )


def regression() -> Task:
    """Progression in standard deviations; as it was measured, above 0; and as a count of twenties."""
    features, measured = load_diabetes(return_X_y=True)
    progress, count = (measured - measured.mean()) / measured.std(), measured // 20
    shown, held = features[::2], features[1::2]
    predicted = Ridge(0.1).fit(shown, progress[::2]).predict(held)
    deviation = BayesianRidge().fit(shown, progress[::2]).predict(held, return_std=True)[1]
    rate = PoissonRegressor(alpha=1e-3).fit(shown, count[::2]).predict(held)
    arrays = {
        "predicted": real(predicted),
        "progress": real(progress[1::2]),
        "variances": real(deviation**2),
        "predicted_size": real(20 * rate),
        "size": real(measured[1::2]),
        "log_rate": real(np.log(rate)),
        "count": real(count[1::2]),
    }
    return Task(
        f"diabetes: progression in standard deviations, {len(predicted)} held-out patients, ridge regression",
        arrays,
    )


def segmentation() -> Task:
    """The true class of a pixel is the cluster of its colour; the model sees coarse blocks and the position."""
    photos = np.stack(load_sample_images().images)[:, :416] / 255
    colours = averaged(photos, 8).reshape(-1, 3)
    clusters = KMeans(4, n_init=1, random_state=0).fit_predict(colours)
    labels = np.argsort(np.argsort(-np.bincount(clusters)))[clusters]  # the largest is class 0
    blocks = averaged(photos, 32).repeat(4, axis=1).repeat(4, axis=2)
    size = blocks.shape[:3]
    features = np.concatenate([blocks, np.moveaxis(np.indices(size), 0, -1) / 50], axis=-1).reshape(-1, 6)
    model = fitted(features, labels)
    logits, logs = (f(features).reshape(*size, 4) for f in (model.decision_function, model.predict_log_proba))
    labels = labels.reshape(size)
    arrays = {
        "logits": real(np.moveaxis(logits, -1, 1)),
        "log_probabilities": real(np.moveaxis(logs, -1, 1)),
        "labels": ids(labels),
        "shares": real(np.moveaxis(averaged(np.eye(4)[labels], 4).repeat(4, axis=1).repeat(4, axis=2), -1, 1)),
        "foreground_logits": real(not_first(logits)),
        "two_logits": real(np.stack([np.zeros(size), not_first(logits)], axis=1)),
        "foreground": ids(labels > 0),
    }
    return Task(
        f"china.jpg and flower.jpg, {size[2]} x {size[1]}: which k-means cluster of colour? a linear model",
        arrays,
    )


def detection() -> Task:
    """Digits on canvases, found by what a window under each default box shows; 0 is the background."""
    corner = np.arange(0, CANVAS - SIDE + 1, STEP)
    y, x = (each.ravel() for each in np.meshgrid(corner, corner, indexing="ij"))
    default_boxes = real(np.stack([x, y, x + SIDE, y + SIDE], axis=-1))
    canvases, boxes, labels, valid = scenes()
    loc, conf = targets(default_boxes, boxes, labels, valid)
    moved, logits = detector(canvases, loc, conf)
    boxes, labels, valid, loc, conf = (each[SHOWN:] for each in (boxes, labels, valid, loc, conf))
    found = conf > 0
    places = np.broadcast_to(default_boxes, moved.shape)[found]
    found_boxes, true_boxes = decode_boxes(moved[found], places), decode_boxes(loc[found], places)
    arrays = {
        "loc_pred": real(moved),
        "conf_pred": real(logits),
        "loc_target": loc,
        "conf_target": ids(conf),
        "default_boxes": default_boxes,
        "gt_boxes": boxes,
        "gt_labels": labels,
        "gt_valid": valid,
        "digit_logits": real(not_first(logits)),
        "is_digit": ids(found),
        "matched_pred": real(moved[found]),
        "matched_target": loc[found],
        "found_boxes": real(found_boxes),
        "true_boxes": real(true_boxes),
        "side_logits": real(np.moveaxis(-((sides(found_boxes, places)[..., None] - np.arange(SIDE + 1)) ** 2), -1, 1)),
        "sides": real(sides(true_boxes, places)),
    }
    return Task(
        f"digits on {len(logits)} held-out canvases: what is where? {len(x)} default boxes, linear models",
        arrays,
    )


def arguments(task: str) -> dict[str, tuple[str, ...]]:
    """Loss -> the names of the arrays it takes in a task, in order; a loss whose case names none is left out."""
    cases = import_module("array_losses.testing.case").cases()  # typed by nobody: tests are no part of the promise
    found = {case.name: case.demo.get(task, ()) if isinstance(case.demo, Mapping) else case.demo for case in cases}
    return {loss: names for loss, names in found.items() if names}


BUILDERS = {each.__name__: each for each in (binary, multiclass, detection, segmentation, regression)}


def scenes() -> tuple[Any, Any, Any, Any]:
    """Canvases with a digit in one to four of their quarters; the boxes of the ink, their labels 1 to 10, validity."""
    rng = np.random.default_rng(0)
    images, names = load_digits(return_X_y=True)
    count = SHOWN + HELD
    canvases = np.zeros((count, CANVAS, CANVAS))
    boxes, labels = np.zeros((count, 4, 4), np.float32), np.zeros((count, 4), np.int32)
    valid = (rng.random((count, 4)) < 0.6) | (np.arange(4) == 0)
    for canvas, quarter in np.argwhere(valid):
        which = 2 * rng.integers(len(images) // 2) + (canvas >= SHOWN)  # what is held out shows other digits
        image = images[which].reshape(SIDE, SIDE) / 16
        top, left = np.array(divmod(quarter, 2)) * QUARTER + rng.integers(0, QUARTER - SIDE + 1, 2)
        canvases[canvas, top : top + SIDE, left : left + SIDE] = image
        y, x = np.nonzero(image)
        boxes[canvas, quarter] = left + x.min(), top + y.min(), left + x.max() + 1, top + y.max() + 1
        labels[canvas, quarter] = names[which] + 1
    return canvases, boxes, labels, valid


def detector(canvases: Any, loc: Any, conf: Any) -> tuple[Any, Any]:
    """Encoded boxes and class logits for the canvases that are held out, by models fitted to the others."""
    windows = sliding_window_view(canvases, (SIDE, SIDE), axis=(1, 2))[:, ::STEP, ::STEP].reshape(*conf.shape, -1)
    shown, held, found = windows[:SHOWN], windows[SHOWN:], conf[:SHOWN] > 0
    mover = Ridge().fit(shown[found], loc[:SHOWN][found])
    classifier = fitted(np.concatenate(shown), conf[:SHOWN].ravel())
    return np.stack([*map(mover.predict, held)]), np.stack([*map(classifier.decision_function, held)])


def targets(default_boxes: Any, boxes: Any, labels: Any, valid: Any) -> tuple[Any, Any]:
    """Encoded boxes and class ids for every default box, as `multibox_loss` makes them itself."""
    matched = match_boxes(default_boxes, boxes, valid)
    index = np.maximum(matched, 0)
    loc = encode_boxes(np.take_along_axis(boxes, index[..., None], axis=1), default_boxes)
    return loc, np.where(matched >= 0, np.take_along_axis(labels, index, axis=1), 0)


def sides(boxes: Any, places: Any) -> Any:
    """How far the sides of boxes are from the centres of the default boxes, (N, 4), from 0 to SIDE pixels."""
    centres = (places[:, :2] + places[:, 2:]) / 2
    return np.clip(np.concatenate([centres - boxes[:, :2], boxes[:, 2:] - centres], axis=1), 0, SIDE)


def digits() -> tuple[Any, Any, Any, Any]:
    """Pixels and labels to fit a model to, and those that are held out."""
    pixels, labels = load_digits(return_X_y=True)
    return pixels[::2] / 16, labels[::2], pixels[1::2] / 16, labels[1::2]


def fitted(features: Any, labels: Any) -> Any:
    return LogisticRegression(C=0.1, max_iter=1000).fit(features, labels)


def not_first(logits: Any) -> Any:
    """The logit of any class but the first."""
    return np.logaddexp.reduce(logits[..., 1:], axis=-1) - logits[..., 0]


def averaged(photos: Any, block: int) -> Any:
    """Photos (N, H, W, C) with each block of pixels as one."""
    count, height, width, _ = photos.shape
    return photos.reshape(count, height // block, block, width // block, block, -1).mean(axis=(2, 4))


real = partial(np.ascontiguousarray, dtype=np.float32)
ids = partial(np.ascontiguousarray, dtype=np.int32)
