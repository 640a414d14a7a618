"""Losses with a mistake in their formula."""

from __future__ import annotations

import array_losses as al
from array_losses.backends import namespace
from array_losses.families.function import family_of
from array_losses.numerics.along_axis import class_weight_or_none, log_softmax, take_class
from array_losses.numerics.pointwise import clip, multiply_no_nan, sigmoid, stop_gradient

from .making import derivative, formula


@formula(al.smooth_l1_loss)
def swapped_sign(input, target, *, beta):
    d = input - target
    s = clip(d / beta, -1, 1) if beta else namespace(d).sign(d)
    return s * (d + beta * s / 2)


@formula(al.mse_loss)
def drift(input, target):
    d = input - target
    return d * d * (1 + namespace(d).finfo(d.dtype).eps)


@formula(al.mse_loss)
def float64_constant(input, target):
    d = input - target
    return d * d * namespace(d).ones_like(d, dtype=namespace(d).float64)


@formula(al.mse_loss)
def boolean_indexing(input, target):
    d = input - target
    return namespace(d).reshape(d[d == d], d.shape) ** 2


@formula(al.mse_loss)
def value_looked_at(input, target):
    d = input - target
    return d * d if bool(namespace(d).any(d > 0)) else -d * -d


@formula(al.mse_loss)
def value_made_a_number(input, target):
    d = input - target
    return d * d + 0 * (float(namespace(d).sum(d)) if 0 not in d.shape else 0.0)


@formula(al.mse_loss)
def written_in_place(input, target):
    input -= target
    return input * input


@formula(al.mse_loss)
def half_the_gradient(input, target):
    d = input - target
    return d * stop_gradient(d)


@derivative(al.mse_loss)
def half_by_hand(input, target):
    d = input - target
    return d * d, lambda: d


@formula(al.mse_loss)
def no_second_derivative(input, target):
    d = input - target
    return 2 * stop_gradient(d) * d - stop_gradient(d) * stop_gradient(d)


@formula(al.l1_loss)
def wrong_kink(input, target):
    d = input - target
    return namespace(d).where(d >= 0, d, -d)


@formula(al.mse_loss)
def not_symmetric(input, target):
    d = input - target
    return d * d + 1e-4 * d


@formula(al.huber_loss)
def wrong_slope(input, target, *, delta):
    d = input - target
    s = clip(d, -delta, delta)
    return s * (d - s / 2) / delta


@formula(al.binary_cross_entropy_with_logits)
def textbook_softplus(input, target, *, pos_weight, label_smoothing):
    xp, y = namespace(input), (1 - label_smoothing) * target + label_smoothing / 2
    positive, negative = xp.log(1 + xp.exp(-input)), xp.log(1 + xp.exp(input))
    return multiply_no_nan(pos_weight, y * positive) + (1 - y) * negative


@formula(al.binary_cross_entropy)
def clipped_probabilities(input, target, *, label_smoothing):
    xp, y = namespace(input), (1 - label_smoothing) * target + label_smoothing / 2
    p = clip(input, 1e-7, 1 - 1e-7)
    return -(y * xp.log(p) + (1 - y) * xp.log1p(-p))


@formula(al.sigmoid_focal_loss)
def focal_of_the_wrong_side(input, target, *, alpha, gamma, label_smoothing):
    y = (1 - label_smoothing) * target + label_smoothing / 2
    plain = family_of(al.binary_cross_entropy_with_logits).formula(input, target, label_smoothing=label_smoothing)
    balance = 1 if alpha is None else alpha * y + (1 - alpha) * (1 - y)
    return balance * (y * sigmoid(input) + (1 - y) * sigmoid(-input)) ** gamma * plain


@formula(al.nll_loss)
def label_off_by_one(input, target, weight=None, *, ignore_index, axis):
    xp = namespace(input)
    target = xp.where(target + 1 < input.shape[axis], target + 1, 0)
    w_y = class_weight_or_none(weight, target)
    return -multiply_no_nan(w_y, take_class(input, target, axis)), w_y


@formula(al.label_smoothing_loss)
def smoothing_over_the_others(input, target, *, weight=None, smoothing, ignore_index, axis):
    classes = max(2, input.shape[axis])
    share = smoothing * classes / (classes - 1)
    return family_of(al.cross_entropy).formula(
        input, target, weight, label_smoothing=min(1.0, share), ignore_index=ignore_index, axis=axis
    )


@formula(al.nll_loss)
def log_softmax_once_more(input, target, weight=None, *, ignore_index, axis):
    w_y = class_weight_or_none(weight, target)
    return -multiply_no_nan(w_y, take_class(log_softmax(input, axis), target, axis)), w_y
