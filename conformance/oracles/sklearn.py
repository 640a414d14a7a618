"""Scikit-learn: its metrics for the mean and the sum, and the compiled losses of its boosting, unreduced.

Its means divide by the sum of the weights.
"""

from __future__ import annotations

import numpy as np
import sklearn
from sklearn import metrics
from sklearn._loss import loss as compiled

from ..case import Sample
from .base import Answer, NotCovered, Oracle, classwise, elementwise, native, product


def flat(array):
    """One axis of float64."""
    return None if array is None else np.ascontiguousarray(array, dtype=np.float64).reshape(-1)


def unreduced(loss, target, input, w):
    return loss.loss(flat(target), flat(input), flat(w)).reshape(input.shape)


def unweighted(w):
    if w is not None:
        raise NotCovered("its weighted mean divides by the weights")


@elementwise
def bce(input, target, *, weight=None, sample_weight=None, reduction):
    w = product(weight, sample_weight)
    if not np.all((target == 0) | (target == 1)):
        raise NotCovered("hard labels only")
    if reduction == "mean":
        unweighted(w)
    normalize = reduction == "mean"
    return metrics.log_loss(flat(target), flat(input), sample_weight=flat(w), labels=[0, 1], normalize=normalize)


@elementwise
def bce_with_logits(input, target, *, weight=None, sample_weight=None, reduction):
    w, loss = product(weight, sample_weight), compiled.HalfBinomialLoss()
    if reduction == "none":
        return unreduced(loss, target, input, w)
    unweighted(w)
    return loss(flat(target), flat(input))


@classwise
def cross_entropy(input, target, *, sample_weight=None, reduction):
    if target.dtype.kind == "f":
        raise NotCovered("class ids only")
    classes = input.shape[-1]
    if classes < 2:
        raise NotCovered("one class")
    loss, z = compiled.HalfMultinomialLoss(n_classes=classes), input.reshape(-1, classes)
    if reduction == "mean":
        return loss(flat(target), z, flat(sample_weight))
    return loss.loss(flat(target), z, flat(sample_weight)).reshape(target.shape)


@classwise
def nll(input, target, *, sample_weight=None, reduction):
    classes = input.shape[-1]
    if classes < 2:
        raise NotCovered("at least two classes")
    p = np.exp(input).reshape(-1, classes)
    w, normalize = flat(sample_weight), reduction == "mean"
    return metrics.log_loss(target.reshape(-1), p, sample_weight=w, labels=np.arange(classes), normalize=normalize)


def regression(metric, loss, factor):
    @elementwise
    def call(input, target, *, weight=None, sample_weight=None, reduction):
        w = product(weight, sample_weight)
        if reduction == "mean":
            return metric(flat(target), flat(input), sample_weight=flat(w))
        return factor * unreduced(loss, target, input, w)

    return call


@elementwise
def huber(input, target, *, delta=1.0, weight=None, sample_weight=None, reduction):
    w, loss = product(weight, sample_weight), compiled.HuberLoss(delta=delta)
    if reduction == "none":
        return unreduced(loss, target, input, w)
    unweighted(w)
    return loss(flat(target), flat(input))


@elementwise
def smooth_l1(input, target, *, beta=1.0, sample_weight=None, reduction):
    if beta == 0:
        raise NotCovered("Huber's loss over `beta` at 0")
    loss = compiled.HuberLoss(delta=beta)
    if reduction == "none":
        return unreduced(loss, target, input, sample_weight) / beta
    unweighted(sample_weight)
    return loss(flat(target), flat(input)) / beta


@native
def dice(
    input, target, *, activation="softmax", include_background=False, batch=False, smooth_nr=1e-7, smooth_dr=1e-7,
    reduction,
):  # fmt: skip
    """The F1 score of each class: Dice of hard predictions, over all samples."""
    if activation is not None or not batch or smooth_nr or smooth_dr or not np.all((input == 0) | (input == 1)):
        raise NotCovered("hard predictions, pooled, nothing added")
    first = 0 if include_background else 1
    classes = np.arange(first, input.shape[1])
    average = {"none": None, "mean": "macro"}[reduction]
    return 1 - metrics.f1_score(flat(target), flat(np.argmax(input, axis=1)), labels=classes, average=average)


def dice_samples(rng):
    """Predictions of 0 and 1."""
    y, guess = rng.integers(0, 3, (2, 20)), rng.integers(0, 3, (2, 20))
    hard = np.moveaxis(np.eye(3)[guess], -1, 1)
    for background in (False, True):
        options = {"activation": None, "batch": True, "smooth_nr": 0.0, "smooth_dr": 0.0}
        label = "hard prediction, with background" if background else "hard prediction"
        yield Sample(label, (hard, y), {**options, "include_background": background})


REDUCED, NO_SUM = ("mean", "sum"), ("none", "mean")
ORACLE = Oracle(
    "scikit-learn",
    lambda: sklearn.__version__,
    {
        "binary_cross_entropy": Answer(bce, REDUCED, scale=1.0),
        "binary_cross_entropy_with_logits": Answer(bce_with_logits, NO_SUM, scale=1.0),
        "sigmoid_focal_loss": "no focal loss",
        "cross_entropy": Answer(cross_entropy, NO_SUM, scale=1.0),
        "focal_loss": "no focal loss",
        "label_smoothing_loss": "no label smoothing",
        "linear_cross_entropy": "no loss of a linear layer",
        "nll_loss": Answer(nll, REDUCED, scale=1.0),
        "multibox_loss": "no loss of detection",
        "ssd_loss": "no loss of detection",
        "dice_loss": Answer(dice, NO_SUM, scale=1.0, samples=dice_samples),
        "huber_loss": Answer(huber, NO_SUM),
        "l1_loss": Answer(regression(metrics.mean_absolute_error, compiled.AbsoluteError(), 1), NO_SUM),
        "mse_loss": Answer(regression(metrics.mean_squared_error, compiled.HalfSquaredError(), 2), NO_SUM),
        "smooth_l1_loss": Answer(smooth_l1, NO_SUM),
    },
)
