"""Losses with a mistake around their formula: in checks, masks, weights, reductions."""

from __future__ import annotations

import numpy as np

import array_losses as al
from array_losses.backends import namespace
from array_losses.numerics.pointwise import stop_gradient
from array_losses.sums import Sums

from .making import around


@around(al.mse_loss)
def weight_dropped(*arrays, sample_weight=None, **options):
    return al.mse_loss(*arrays, **options)


@around(al.mse_loss)
def mask_multiplied(input, target, *, where=None, **options):
    options["sample_weight"] = weigh_by(where, options.get("sample_weight"), input)
    return al.mse_loss(input, target, **options)


def weigh_by(where, sample_weight, input):
    if where is None:
        return sample_weight
    kept = namespace(input).astype(where, input.dtype)
    return kept if sample_weight is None else kept * sample_weight


@around(al.mse_loss)
def gradient_of_the_masked(input, target, *, where=None, **options):
    total = al.mse_loss(input, target, where=where, **options)
    leak = al.mse_loss(input, target, reduction="sum")
    return total + 0 * namespace(input).where(leak == leak, leak, 0.0)


@around(al.mse_loss)
def nan_over_nothing(*arrays, reduction="mean", **options):
    if reduction != "mean":
        return al.mse_loss(*arrays, reduction=reduction, **options)
    total, divisor, *_ = al.mse_loss(*arrays, reduction="sums", **options).parts
    return total / divisor


@around(al.mse_loss)
def mean_of_means(*arrays, reduction="mean", **options):
    found = al.mse_loss(*arrays, reduction=reduction, **options)
    if reduction != "sums":
        return found
    mean = found.loss()
    return Sums((mean, namespace(mean).ones_like(mean), *found.parts[2:]), found.finish)


@around(al.mse_loss)
def computed_in_half(input, target, *, reduction="mean", **options):
    found = al.mse_loss(input, target, reduction="none", **options).astype(input.dtype)
    if reduction == "none":
        return found
    return (
        found.sum(dtype=found.dtype)
        if reduction == "sum"
        else found.sum(dtype=found.dtype) / found.dtype.type(found.size)
    )


@around(al.mse_loss)
def always_float64(*arrays, **options):
    found = al.mse_loss(*arrays, **options)
    return found if isinstance(found, Sums) else found.astype(np.float64)


@around(al.cross_entropy)
def axis_ignored(*arrays, axis=1, **options):
    return al.cross_entropy(*arrays, **options)


@around(al.focal_loss)
def another_default(*arrays, gamma=1.5, **options):
    return al.focal_loss(*arrays, gamma=gamma, **options)


@around(al.focal_loss)
def hyperparameter_without_gradient(*arrays, gamma=2.0, **options):
    return al.focal_loss(*arrays, gamma=gamma if isinstance(gamma, float) else stop_gradient(gamma), **options)


@around(al.mse_loss)
def shapes_not_checked(input, target, **options):
    try:
        return al.mse_loss(input, target, **options)
    except al.ShapeError:
        return al.mse_loss(input, namespace(input).zeros_like(input))


@around(al.cross_entropy)
def labels_clipped(input, target, *arrays, ignore_index=-100, axis=1, **options):
    classes = input.shape[0 if input.ndim == 1 else axis]
    if target.dtype.kind in "iu":
        xp = namespace(input)
        target = xp.where(target == ignore_index, target, xp.clip(target, 0, classes - 1))
    return al.cross_entropy(input, target, *arrays, ignore_index=ignore_index, axis=axis, **options)


@around(al.cross_entropy)
def bad_labels_without_gradient(*arrays, **options):
    right, clipped = al.cross_entropy(*arrays, **options), labels_clipped(*arrays, **options)
    return clipped + stop_gradient(right - clipped)


@around(al.binary_cross_entropy_with_logits)
def rounding_refused(input, target, *arrays, **options):
    if bool((target > 1).any()):
        raise al.DomainError("above 1")
    return al.binary_cross_entropy_with_logits(input, target, *arrays, **options)


@around(al.mse_loss)
def wrong_example(*arrays, **options):
    return al.mse_loss(*arrays, **options)


wrong_example.__doc__ = (al.mse_loss.__doc__ or "").replace("2.5", "2.6")
