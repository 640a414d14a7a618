"""Keras's losses, on its torch backend in float64.

Keras takes the mean over the last axis before anything else; elements are given as rows of one.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from unittest import mock

import numpy as np

from ..case import Sample
from .base import Answer, NotCovered, Oracle, classwise, elementwise, native, one_hot, product

# Its backend and the folder of its settings come from the environment, once, at import. Nothing of the user's is read
# or written, and the environment is then as it was.
with (
    tempfile.TemporaryDirectory() as home,
    mock.patch.dict(os.environ, {"KERAS_BACKEND": "numpy", "KERAS_HOME": home}),
):
    import keras
    from keras.src.backend.common import dtypes

COUNT, WEIGHTS = "mean", "mean_with_sample_weight"
"""Its names of our two divisors."""


# A loss of dtype float64 is rounded to float32 on its way, by this table of the dtype of results: keras#23223.
IN_64_BITS = {"float64": "float64"}


@contextmanager
def in_float64():
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    try:
        with mock.patch.dict(dtypes.BIT64_TO_BIT32_DTYPE, IN_64_BITS):
            yield
    finally:
        keras.config.set_floatx(before)


def value(loss, target, input, sample_weight, reduction, mean, **options):
    """One of its classes, called."""
    reduction = mean if reduction == "mean" else reduction
    with in_float64():
        found = loss(reduction=reduction, dtype="float64", **options)(target, input, sample_weight)
        return keras.ops.convert_to_numpy(found)


def each(loss, target, input, sample_weight, reduction, mean, **options):
    return value(loss, target[..., None], input[..., None], sample_weight, reduction, mean, **options)


@elementwise
def bce(input, target, *, weight=None, sample_weight=None, label_smoothing=0.0, reduction):
    w, loss = product(weight, sample_weight), keras.losses.BinaryCrossentropy
    return each(loss, target, input, w, reduction, COUNT, label_smoothing=label_smoothing)


@elementwise
def bce_with_logits(input, target, *, weight=None, sample_weight=None, label_smoothing=0.0, reduction):
    w, loss = product(weight, sample_weight), keras.losses.BinaryCrossentropy
    return each(loss, target, input, w, reduction, COUNT, from_logits=True, label_smoothing=label_smoothing)


@elementwise
def sigmoid_focal(
    input, target, *, alpha=0.25, gamma=2.0, sample_weight=None, label_smoothing=0.0, reduction
):  # fmt: skip
    return each(
        keras.losses.BinaryFocalCrossentropy, target, input, sample_weight, reduction, COUNT, from_logits=True,
        apply_class_balancing=alpha is not None, alpha=alpha, gamma=gamma, label_smoothing=label_smoothing,
    )  # fmt: skip


@elementwise
def mse(input, target, *, weight=None, sample_weight=None, reduction):
    return each(keras.losses.MeanSquaredError, target, input, product(weight, sample_weight), reduction, WEIGHTS)


@elementwise
def l1(input, target, *, weight=None, sample_weight=None, reduction):
    return each(keras.losses.MeanAbsoluteError, target, input, product(weight, sample_weight), reduction, WEIGHTS)


@elementwise
def huber(input, target, *, delta=1.0, weight=None, sample_weight=None, reduction):
    return each(keras.losses.Huber, target, input, product(weight, sample_weight), reduction, COUNT, delta=delta)


@elementwise
def smooth_l1(input, target, *, beta=1.0, sample_weight=None, reduction):
    if beta == 0:
        raise NotCovered("Huber's loss over `beta` at 0")
    return each(keras.losses.Huber, target, input, sample_weight, reduction, COUNT, delta=beta) / beta


@classwise
def cross_entropy(input, target, *, sample_weight=None, ignore_index=-100, label_smoothing=0.0, reduction):
    if target.dtype.kind in "iu" and not label_smoothing:
        return value(
            keras.losses.SparseCategoricalCrossentropy, target, input, sample_weight, reduction, WEIGHTS,
            from_logits=True, ignore_class=ignore_index,
        )  # fmt: skip
    return smoothed(input, target, sample_weight, label_smoothing, reduction)


@classwise
def label_smoothing(input, target, *, sample_weight=None, smoothing=0.1, reduction):
    return smoothed(input, target, sample_weight, smoothing, reduction)


def smoothed(input, target, sample_weight, smoothing, reduction):
    mean = WEIGHTS if target.dtype.kind in "iu" else COUNT
    labels, loss = one_hot(target, input.shape[-1]), keras.losses.CategoricalCrossentropy
    return value(loss, labels, input, sample_weight, reduction, mean, from_logits=True, label_smoothing=smoothing)


@classwise
def focal(input, target, *, sample_weight=None, alpha=None, gamma=2.0, label_smoothing=0.0, reduction):
    return value(
        keras.losses.CategoricalFocalCrossentropy, one_hot(target, input.shape[-1]), input, sample_weight, reduction,
        COUNT, from_logits=True, alpha=1.0 if alpha is None else alpha, gamma=gamma, label_smoothing=label_smoothing,
    )  # fmt: skip


@native
def dice(
    input, target, *, activation="softmax", include_background=False, batch=False, smooth_nr=1e-7, smooth_dr=1e-7,
    soft_label=True, axis=1, reduction,
):  # fmt: skip
    if (smooth_nr, smooth_dr) != (0, keras.config.epsilon()):
        raise NotCovered("its epsilon, under the fraction alone")
    assert include_background
    assert not soft_label
    channels = (lambda x: x[..., None]) if axis is None else (lambda x: np.moveaxis(x, axis, -1))
    x = channels(input)
    with in_float64():
        p = {None: lambda x: x, "softmax": keras.ops.softmax, "sigmoid": keras.ops.sigmoid}[activation](x)
    y = one_hot(target, x.shape[-1]) if target.ndim < input.ndim else channels(target)
    over = tuple(range(0 if batch else 1, x.ndim - 1))
    return value(keras.losses.Dice, y, p, None, reduction, COUNT, axis=over)


def dice_samples(rng):
    """At its epsilon."""
    shared = {"include_background": True, "soft_label": False, "smooth_nr": 0.0, "smooth_dr": keras.config.epsilon()}
    x, y, soft = rng.normal(size=(2, 3, 4)), rng.integers(0, 3, (2, 4)), rng.uniform(size=(2, 3, 4))
    for batch in (False, True):
        label = "Keras's epsilon, pooled" if batch else "Keras's epsilon"
        yield Sample(label, (x, y), {**shared, "batch": batch})
        yield Sample(f"{label}, soft target", (x, soft), {**shared, "batch": batch, "activation": "sigmoid"})
        yield Sample(f"{label}, probabilities", (soft, y), {**shared, "batch": batch, "activation": None})


# From logits Keras takes the log of 1 - sigmoid(z), whose error grows as e^z: to 64 at the larger of the plain samples.
ORACLE = Oracle(
    "keras",
    lambda: f"{keras.__version__} on {keras.backend.backend()}",
    {
        "binary_cross_entropy": Answer(bce, scale=1.0),
        "binary_cross_entropy_with_logits": Answer(bce_with_logits, scale=64.0),
        "sigmoid_focal_loss": Answer(sigmoid_focal, scale=64.0),
        "cross_entropy": Answer(cross_entropy, scale=1.0),
        "focal_loss": Answer(focal, scale=1.0),
        "label_smoothing_loss": Answer(label_smoothing, scale=1.0),
        "linear_cross_entropy": "no loss of a linear layer",
        "nll_loss": "from logits, or probabilities that it makes sum to 1",
        "multibox_loss": "no loss of detection",
        "ssd_loss": "no loss of detection",
        "dice_loss": Answer(dice, scale=1.0, samples=dice_samples),
        "huber_loss": Answer(huber),
        "l1_loss": Answer(l1),
        "mse_loss": Answer(mse),
        "smooth_l1_loss": Answer(smooth_l1),
    },
)
