"""Dice loss and cross-entropy together."""

from functools import partial

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Composed, Sample
from ..cases import bce_with_logits, cross_entropy, dice
from ..class_samples import probabilities
from ..invalid import ids as bad_ids
from ..invalid import narrow, unit
from ..reference import per_sample
from ..regions import drawn_ids, drawn_soft
from ..samples import mask, poisoned, weights


def reference(
    input, target, *, weight=None, lambda_dice=1.0, lambda_ce=1.0, label_smoothing=0.0, activation="softmax",
    ignore_index=-100, axis=1, sample_weight=None, where=None, **regions,
):  # fmt: skip
    """The references of both parts; the binary cross-entropy gets the truth of every channel."""
    given = {"sample_weight": sample_weight, "where": where}
    classes = {"ignore_index": ignore_index, "axis": axis}
    found = dice.reference(input, target, weight=weight, activation=activation, **classes, **regions, **given)
    if activation == "softmax":
        ce = cross_entropy.reference(input, target, weight, label_smoothing=label_smoothing, **classes, **given)
    else:
        x, y, given["where"] = channels(input, target, where, ignore_index, axis)
        ce = bce_with_logits.reference(x, y, weight=weight, label_smoothing=label_smoothing, **given)
    return Composed(((lambda_dice, found), (lambda_ce, ce)))


def channels(input, target, where, ignore_index, axis):
    """The logits and the truth of every channel, on the last axis, and the mask of what counts."""
    x = input[..., None] if axis is None else np.moveaxis(input, axis, -1)
    kept = per_sample(True if where is None else where, x.shape[:-1])[..., None]
    if axis is not None and target.ndim < input.ndim:
        y = (target[..., None] == np.arange(x.shape[-1])).astype(float)
        return x, y, kept & (target != ignore_index)[..., None]
    y = target[..., None] if axis is None else np.moveaxis(target, axis, -1)
    return x, y, kept & (True if y.dtype.kind == "f" else y != ignore_index)


def samples(rng):
    ids, soft = partial(drawn_ids, rng), partial(drawn_soft, rng)
    x, y = ids((2, 3, 3))
    y[:, 0, :] = 0, 1, 2  # every class in every image
    sigmoid, last = {"activation": "sigmoid"}, np.moveaxis(x, 1, -1)
    yield Sample("plain", (x, y))
    yield Sample("sequence", ids((2, 5)))
    yield Sample("volume", ids((1, 2, 2, 2), 2))
    yield Sample("no space", ids((4,)))
    yield Sample("empty batch", ids((0, 4)))
    yield Sample("channels last", (last, y), {"axis": -1})
    yield Sample("soft target", (x, probabilities(rng, x.shape)))
    yield Sample("sigmoid", (x, y), sigmoid)
    yield Sample("sigmoid, channels last", (last, y), {"axis": -1, **sigmoid, "weight": np.array([2.0, 0.0, 0.5])})
    yield Sample("sigmoid, soft target", soft((2, 2, 4)), sigmoid)
    maps = (rng.random((2, 2, 4)) < 0.5).astype(np.int64)
    yield Sample("maps", (soft(maps.shape)[0], maps), sigmoid)
    yield Sample("boolean maps", (soft(maps.shape)[0], maps.astype(bool)), sigmoid)
    yield Sample("maps, channels last", (rng.normal(size=(2, 4, 2)), np.moveaxis(maps, 1, -1)), {"axis": -1, **sigmoid})
    binary = {"axis": None, **sigmoid}
    yield Sample("no class axis", (rng.normal(size=(2, 5)), rng.integers(0, 2, (2, 5))), binary)
    yield Sample("no class axis, soft target", soft((3, 2, 2)), {**binary, "sample_weight": weights(rng, (3,))})
    yield Sample("lambdas", (x, y), {"lambda_dice": 0.25, "lambda_ce": 3.0})
    yield Sample("Dice alone", (x, y), {"lambda_ce": 0.0})
    yield Sample("cross-entropy alone", (x, y), {"lambda_dice": 0.0})
    yield Sample("smoothed", (x, y), {"label_smoothing": 0.1})
    yield Sample("smoothed, sigmoid", (x, y), {"label_smoothing": 0.2, **sigmoid})
    for name in ("include_background", "batch", "squared", "log"):
        yield Sample(name, (x, y), {name: True})
    yield Sample("soft_label off", soft((2, 2, 4)), {"soft_label": False, **sigmoid})
    yield Sample("smooth", (x, y), {"smooth_nr": 1.0, "smooth_dr": 2.0})
    yield Sample("absent class skipped", (x, np.where(y == 2, 1, y)), {"empty": "skip"})

    w = {"weight": np.array([2.0, 0.0, 0.5])}
    yield Sample("weight", (x, y), w)
    yield Sample("weight, soft target", (x, probabilities(rng, x.shape)), w)
    yield Sample("weight, sigmoid", (x, y), {**w, **sigmoid})
    yield Sample("sample weight", (x, y), {**w, "sample_weight": weights(rng, (2,))})
    yield Sample("sample weight, sigmoid", (x, y), {"sample_weight": weights(rng, (2,)), **sigmoid})
    yield Sample("sample weight, pooled", (x, y), {"batch": True, "sample_weight": weights(rng, (2,))})
    yield Sample("sample weight of all", (x, y), {"sample_weight": np.asarray(2.5)})
    yield from masked(rng, x, y, w)
    pixels = np.array([[0, 1, 1, 0], [1, 1, 0, 0]])
    sure = np.where(pixels[:, None] == np.arange(2)[:, None], 1e4, -1e4)
    for activation in ("softmax", "sigmoid"):
        yield Sample(f"extreme, right, {activation}", (sure, pixels), {"activation": activation})
        yield Sample(f"extreme, wrong, {activation}", (-sure, pixels), {"activation": activation})


def masked(rng, x, y, w):
    kept = mask(rng, y.shape)
    marked, wide = np.where(kept, y, -100), kept[:, None]
    for activation in ("softmax", "sigmoid"):
        options = {"activation": activation}
        yield Sample(f"masked, {activation}", (x, y), {"where": kept, **w, **options})
        bad = (poisoned(x, wide), np.where(kept, y, 99))
        yield Sample(f"masked nan, inf and bad ids, {activation}", bad, {"where": kept, **options})
        rows = {"where": np.array([[[True], [False], [True]]]), **options}
        yield Sample(f"masked rows, {activation}", (x, y), rows)
        image = {"where": np.array([True, False]), "sample_weight": np.array([0.5, np.nan]), **options}
        yield Sample(f"masked image, {activation}", (x, y), image)
        none = {"where": np.zeros((1, 3, 3), dtype=bool), **options}
        yield Sample(f"all masked, {activation}", (poisoned(x, ~wide & wide), y), none)
        yield Sample(f"ignored, {activation}", (x, marked), {**w, **options})
        both = {"where": mask(rng, y.shape), "sample_weight": weights(rng, (2,)), **options}
        yield Sample(f"ignored and masked, {activation}", (x, marked), both)
        yield Sample(f"a class ignored, {activation}", (x, y), {"ignore_index": 1, **options})
        yield Sample(f"all ignored, {activation}", (x, np.full_like(y, 255)), {"ignore_index": 255, **options})
    there = rng.random((2, 2, 4)) < 0.7
    holes = np.where(there, rng.integers(0, 2, there.shape), 255)
    options = {"ignore_index": 255, "activation": "sigmoid"}
    yield Sample("ignored in maps", (poisoned(rng.normal(size=there.shape), there), holes), options)


def invalid(good):
    x, y = good["input"], good["target"]
    for bad in (y[:, :2], y[:1]):
        must = f"have shape (N, *S) = {y.shape}, for class ids, or (N, C, *S) = {x.shape}"
        yield good.but(al.ShapeError, "target", bad, must)
    yield good.but(al.DTypeError, "target", x.astype(np.complex64), "hold real numbers")
    yield good.but(al.ShapeError, "weight", np.ones(2), "have shape (C,) = (3,)")
    for bad in (None, "relu", True):
        yield good.but(al.OptionError, "activation", bad, 'be "softmax" or "sigmoid"')
    yield good.but(al.OptionError, "reduction", "none", 'be "mean", "sum" or "sums": its parts have different shapes')
    must = 'be None, "weights" or "count": each part has its own divisor'
    yield good.but(al.OptionError, "normalizer", 2.0, must)
    yield from narrow(good, ("sample_weight",), (2,), "(N,)")
    yield from narrow(good, ("where",), y.shape, "(N, *S)")
    yield from bad_ids(good, "target", (1, 0, 2), 3, " or ignore_index = -100", spoiled=())
    yield from unit(good.having(target=0.25 + 0 * x), "target", (1, 2, 0, 1), spoiled=())


PROMISES = frozenset({"the sum of both parts"})


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, z, y):
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    t = (y[:, None, :] == np.arange(z.shape[1])[:, None]).astype(z.dtype)
    p, q = np.exp(log_p)[:, 1:], t[:, 1:]
    dice = 1 - (2 * (p * q).sum(axis=2) + 1e-7) / (p.sum(axis=2) + q.sum(axis=2) + 1e-7)
    return dice.mean() - (t * log_p).sum(axis=1).mean()


def of_torch(F):
    def loss(z, y):
        p, t = F.softmax(z, 1)[:, 1:], F.one_hot(y, z.shape[1]).movedim(-1, 1)[:, 1:]
        dice = 1 - (2 * (p * t).sum(2) + 1e-7) / (p.sum(2) + t.sum(2) + 1e-7)
        return dice.mean() + F.cross_entropy(z, y)

    return loss


NONE = "its parts alone, which are compared as `dice_loss` and `cross_entropy`"
CASE = Case(
    "dice_ce_loss",
    al.dice_ce_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("1 - score and ln p are differences of numbers of order 1", scale=2.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=benchmark_inputs.pixels, textbook=textbook, rivals=(plain_torch(of_torch),)),),
    demo=("logits", "labels"),
)
