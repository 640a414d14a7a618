"""Losses with one mistake each, of which every check must catch its own."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

import array_losses as al
from array_losses.backends import namespace
from array_losses.families.family import family_of, surround
from array_losses.numerics import clip, log_softmax, of_class, pick, sigmoid, stop_gradient, weigh
from array_losses.sums import Sums


class Mutant(NamedTuple):
    """A wrong loss, and the check that must say so."""

    mistake: str
    check: str
    loss: Callable[..., Any]
    backend: str = "numpy"


def formula(loss: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The loss with another formula."""

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        family = copy.copy(family_of(loss))
        family.formula = wraps(family.formula)(body)
        return surround(family)

    return decorate


def around(loss: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The loss with something done around its call."""

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        return wraps(loss)(lambda *args, **options: body(*args, **options))

    return decorate


def divided(loss: Callable[..., Any], divisor: str) -> Callable[..., Any]:
    """The loss with another divisor of its mean."""
    family = copy.copy(family_of(loss))
    family.divisor = divisor
    return surround(family)


# --- formulas -------------------------------------------------------------------------------------------------------


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
    return weigh(pos_weight, y * positive) + (1 - y) * negative


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
    w_y = of_class(weight, target)
    return -weigh(w_y, pick(input, target, axis)), w_y


@formula(al.label_smoothing_loss)
def smoothing_over_the_others(input, target, *, weight=None, smoothing, ignore_index, axis):
    classes = max(2, input.shape[axis])
    share = smoothing * classes / (classes - 1)
    return family_of(al.cross_entropy).formula(
        input, target, weight, label_smoothing=min(1.0, share), ignore_index=ignore_index, axis=axis
    )


@formula(al.nll_loss)
def log_softmax_once_more(input, target, weight=None, *, ignore_index, axis):
    w_y = of_class(weight, target)
    return -weigh(w_y, pick(log_softmax(input, axis), target, axis)), w_y


# --- calls ----------------------------------------------------------------------------------------------------------


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
    found = al.mse_loss(input, target, reduction="none", **options)
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
        target = np.where(target == ignore_index, target, np.clip(target, 0, classes - 1))
    return al.cross_entropy(input, target, *arrays, ignore_index=ignore_index, axis=axis, **options)


@around(al.mse_loss)
def wrong_example(*arrays, **options):
    return al.mse_loss(*arrays, **options)


wrong_example.__doc__ = (al.mse_loss.__doc__ or "").replace("2.5", "2.6")

MUTANTS = (
    Mutant("swapped sign", "values", swapped_sign),
    Mutant("wrong slope beyond the edge", "values", wrong_slope),
    Mutant("label off by one", "values", label_off_by_one),
    Mutant("smoothing spread over the other classes only", "values", smoothing_over_the_others),
    Mutant("focus on the wrong side", "values", focal_of_the_wrong_side),
    Mutant("log-softmax of log-probabilities", "values", log_softmax_once_more),
    Mutant("float64 constant", "values", float64_constant, "array_api_strict:strictest"),
    Mutant("boolean indexing", "values", boolean_indexing, "array_api_strict:strictest"),
    Mutant("a value looked at under jit", "values", value_looked_at, "jax:jit"),
    Mutant("a value looked at in a lazy graph", "values", value_looked_at, "dask"),
    Mutant("a value looked at in a full graph", "values", value_looked_at, "torch:compile"),
    Mutant("one unit of drift in each element", "domain", drift),
    Mutant("textbook softplus", "domain", textbook_softplus),
    Mutant("probabilities clipped", "domain", clipped_probabilities),
    Mutant("half the gradient detached", "gradients", half_the_gradient),
    Mutant("half the gradient detached, torch", "gradients", half_the_gradient, "torch:cpu"),
    Mutant("second derivative lost", "second_order", no_second_derivative),
    Mutant("wrong subgradient", "kinks", wrong_kink),
    Mutant("always float64", "placement", always_float64),
    Mutant("computed in half precision", "half", computed_in_half),
    Mutant("wrong divisor", "reductions", divided(al.mse_loss, "count")),
    Mutant("mask multiplied, so that NaN leaks", "masks", mask_multiplied),
    Mutant("gradient of what is masked", "masks", gradient_of_the_masked),
    Mutant("weight dropped", "weights", weight_dropped),
    Mutant("axis ignored", "axis", axis_ignored),
    Mutant("mean of means", "sums", mean_of_means),
    Mutant("NaN over nothing", "nothing", nan_over_nothing),
    Mutant("written in place", "untouched", written_in_place),
    Mutant("a value made a number under vmap", "transforms", value_made_a_number, "torch:cpu"),
    Mutant("another default than its class", "objects", another_default),
    Mutant("an example that is not true", "documentation", wrong_example),
    Mutant("shapes not checked", "bad_input", shapes_not_checked),
    Mutant("labels clipped", "bad_values", labels_clipped),
    Mutant("not symmetric", "promises", not_symmetric),
)
