"""PyTorch's functions, in float64 on the CPU."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from .base import Answer, Oracle, classwise, elementwise, native, product


def tensor(array: np.ndarray | None) -> Any:
    return None if array is None else torch.tensor(array)


@elementwise
def bce(input, target, *, weight=None, sample_weight=None, reduction):
    w = tensor(product(weight, sample_weight))
    return F.binary_cross_entropy(tensor(input), tensor(target), w, reduction=reduction)


@elementwise
def bce_with_logits(input, target, *, weight=None, pos_weight=None, sample_weight=None, reduction):
    w = tensor(product(weight, sample_weight))
    return F.binary_cross_entropy_with_logits(
        tensor(input), tensor(target), w, pos_weight=tensor(pos_weight), reduction=reduction
    )


@elementwise
def mse(input, target, *, weight=None, sample_weight=None, reduction):
    w = tensor(product(weight, sample_weight))
    return F.mse_loss(tensor(input), tensor(target), weight=w, reduction=reduction)


@elementwise
def l1(input, target, *, weight=None, sample_weight=None, reduction):
    w = tensor(product(weight, sample_weight))
    return F.l1_loss(tensor(input), tensor(target), weight=w, reduction=reduction)


@elementwise
def huber(input, target, *, delta=1.0, weight=None, sample_weight=None, reduction):
    w = tensor(product(weight, sample_weight))
    return F.huber_loss(tensor(input), tensor(target), delta=delta, weight=w, reduction=reduction)


@elementwise
def smooth_l1(input, target, *, beta=1.0, reduction):
    return F.smooth_l1_loss(tensor(input), tensor(target), beta=beta, reduction=reduction)


def classes_second(x: np.ndarray) -> Any:
    """Torch's layout, (N, C, *S) or (C,)."""
    return tensor(x if x.ndim == 1 else np.moveaxis(x, -1, 1))


@classwise
def cross_entropy(input, target, *, weight=None, ignore_index=-100, label_smoothing=0.0, reduction):
    y = tensor(target) if target.dtype.kind in "iu" else classes_second(target)
    return F.cross_entropy(
        classes_second(input), y, tensor(weight), ignore_index=ignore_index, label_smoothing=label_smoothing,
        reduction=reduction,
    )  # fmt: skip


@classwise
def label_smoothing(input, target, *, smoothing=0.1, weight=None, ignore_index=-100, reduction):
    y = tensor(target) if target.dtype.kind in "iu" else classes_second(target)
    return F.cross_entropy(
        classes_second(input), y, tensor(weight), ignore_index=ignore_index, label_smoothing=smoothing,
        reduction=reduction,
    )  # fmt: skip


@classwise
def nll(input, target, *, weight=None, ignore_index=-100, reduction):
    return F.nll_loss(
        classes_second(input), tensor(target), tensor(weight), ignore_index=ignore_index, reduction=reduction
    )


@native
def linear_cross_entropy(
    input, linear_weight, target, *, linear_bias=None, weight=None, ignore_index=-100, label_smoothing=0.0, reduction
):  # fmt: skip
    return F.linear_cross_entropy(
        tensor(input), tensor(linear_weight), tensor(target), linear_bias=tensor(linear_bias), weight=tensor(weight),
        reduction=reduction, ignore_index=ignore_index, label_smoothing=label_smoothing,
    )  # fmt: skip


ORACLE = Oracle(
    "torch.nn.functional",
    lambda: torch.__version__,
    {
        "binary_cross_entropy": Answer(bce),
        "binary_cross_entropy_with_logits": Answer(bce_with_logits, scale=1.0),
        "sigmoid_focal_loss": "no focal loss",
        "cross_entropy": Answer(cross_entropy, scale=1.0),
        "focal_loss": "no focal loss",
        "label_smoothing_loss": Answer(label_smoothing, scale=1.0),
        "linear_cross_entropy": Answer(linear_cross_entropy, scale=8.0),
        "nll_loss": Answer(nll),
        "multibox_loss": "no loss of detection",
        "ssd_loss": "no loss of detection",
        "dice_loss": "no loss of regions",
        "huber_loss": Answer(huber),
        "l1_loss": Answer(l1),
        "mse_loss": Answer(mse),
        "smooth_l1_loss": Answer(smooth_l1),
    },
)
