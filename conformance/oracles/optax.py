"""Optax's losses, on JAX in float64. It leaves the reduction to the caller."""

from __future__ import annotations

import jax
import numpy as np
import optax

from .base import Answer, NotCovered, Oracle, classwise, elementwise, native, one_hot

UNREDUCED = ("none",)
ROOM = 32
"""Elements or positions that fit: JAX compiles for every shape, so all samples are given the same."""


def filled(rows):
    return np.concatenate([rows, np.zeros((ROOM - len(rows), *rows.shape[1:]), dtype=rows.dtype)])


def elements(loss, input, target, **options):
    """A loss of each element."""
    found = loss(filled(input.reshape(-1)), filled(target.reshape(-1)), **options)
    return np.asarray(found)[: input.size].reshape(input.shape)


def positions(loss, input, target):
    """A loss of each position."""
    *shape, classes = input.shape
    count = int(np.prod(shape))
    rows = target.reshape(count) if target.dtype.kind in "iu" else target.reshape(count, classes)
    return np.asarray(loss(filled(input.reshape(count, classes)), filled(rows)))[:count].reshape(shape)


@elementwise
def bce_with_logits(input, target, *, reduction):
    return elements(optax.sigmoid_binary_cross_entropy, input, target)


@elementwise
def sigmoid_focal(input, target, *, alpha=0.25, gamma=2.0, reduction):
    return elements(optax.sigmoid_focal_loss, input, target, alpha=alpha, gamma=gamma)


@classwise
def cross_entropy(input, target, *, label_smoothing=0.0, reduction):
    if target.dtype.kind in "iu" and not label_smoothing:
        return positions(optax.softmax_cross_entropy_with_integer_labels, input, target)
    labels = one_hot(target, input.shape[-1])
    if label_smoothing:
        labels = np.asarray(optax.smooth_labels(labels, label_smoothing))
    return positions(optax.softmax_cross_entropy, input, labels)


@classwise
def label_smoothing(input, target, *, smoothing=0.1, reduction):
    labels = optax.smooth_labels(one_hot(target, input.shape[-1]), smoothing)
    return positions(optax.softmax_cross_entropy, input, np.asarray(labels))


@elementwise
def huber(input, target, *, delta=1.0, reduction):
    return elements(optax.huber_loss, input, target, delta=delta)


@elementwise
def smooth_l1(input, target, *, beta=1.0, reduction):
    if beta == 0:
        raise NotCovered("Huber's loss over `beta` at 0")
    return elements(optax.huber_loss, input, target, delta=beta) / beta


@elementwise
def mse(input, target, *, reduction):
    return elements(optax.squared_error, input, target)


@native
def dice(
    input, target, *, weight=None, activation="softmax", include_background=False, batch=False, smooth_nr=1e-7,
    smooth_dr=1e-7, soft_label=True, axis=1, reduction,
):  # fmt: skip
    """Its `smooth` stands on halves of our sums. One channel alone gets the sigmoid, several get the softmax."""
    ids = target.dtype.kind in "iu" and target.ndim < input.ndim
    if smooth_nr != smooth_dr:
        raise NotCovered("one `smooth` for both")
    if soft_label and not np.all((target == 0) | (target == 1) | ids):
        raise NotCovered("no soft labels")
    if ids and np.any(target < 0):
        raise NotCovered("no ignored ids")
    x = input[..., None] if axis is None else np.moveaxis(input, axis, -1)
    y = one_hot(target, x.shape[-1]) if ids else target[..., None] if axis is None else np.moveaxis(target, axis, -1)
    y, w = y.astype(np.float64), np.ones(x.shape[-1]) if weight is None else weight
    alone = activation == "sigmoid" or x.shape[-1] == 1
    parts = [slice(c, c + 1) for c in range(x.shape[-1])] if alone else [slice(None)]
    over = tuple(range(0 if batch else 1, x.ndim - 1))
    background = include_background or activation == "sigmoid"
    found = [regions(x[..., c], y[..., c], w[c], smooth_nr / 2, activation, background, over) for c in parts]
    return found[0][..., 0] if axis is None else np.concatenate(found, axis=-1)


def regions(x, y, weight, smooth, activation, background, axis):
    options = {"apply_softmax": activation is not None, "ignore_background": not background, "axis": axis}
    loss = optax.losses.dice_loss if activation is None else compiled  # with probabilities it cannot be compiled
    return np.asarray(loss(x, y, class_weights=weight, smooth=smooth, reduction="none", **options))


# as one: to compile each of its operations takes longer
compiled = jax.jit(optax.losses.dice_loss, static_argnames=("apply_softmax", "ignore_background", "axis", "reduction"))


def in_float64(answer: Answer) -> Answer:
    """JAX's numbers are of 32 bits unless told otherwise; what others in this process were told stays."""

    def call(sample, reduction):
        with jax.enable_x64(True):
            return np.asarray(answer.call(sample, reduction))

    return answer._replace(call=call, reductions=UNREDUCED)


ANSWERS = {
    "binary_cross_entropy": "from logits only",
    "binary_cross_entropy_with_logits": Answer(bce_with_logits),
    "sigmoid_focal_loss": Answer(sigmoid_focal),
    "cross_entropy": Answer(cross_entropy, scale=1.0),
    "focal_loss": "no focal loss of the softmax",
    "label_smoothing_loss": Answer(label_smoothing, scale=1.0),
    "linear_cross_entropy": "no loss of a linear layer",
    "nll_loss": "from logits only",
    "multibox_loss": "no loss of detection",
    "ssd_loss": "no loss of detection",
    "dice_loss": Answer(dice, scale=1.0),
    "huber_loss": Answer(huber),
    "l1_loss": "no absolute error",
    "mse_loss": Answer(mse),
    "smooth_l1_loss": Answer(smooth_l1),
}
ORACLE = Oracle(
    "optax",
    lambda: f"{optax.__version__} on JAX {jax.__version__}",
    {name: each if isinstance(each, str) else in_float64(each) for name, each in ANSWERS.items()},
)
