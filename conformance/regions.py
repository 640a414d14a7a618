"""Losses of regions, classes on pixels: their samples, and calls that they must refuse."""

from functools import partial

import numpy as np

import array_losses as al

from .case import Sample
from .class_samples import probabilities
from .invalid import COMPLEX, ids, narrow, unit
from .samples import mask, poisoned, weights


def drawn_ids(rng, shape, classes=3):
    """Logits and class ids."""
    return rng.normal(size=(shape[0], classes, *shape[1:])), rng.integers(0, classes, shape)


def drawn_soft(rng, shape):
    """Logits, and soft labels inside (0, 1)."""
    return rng.normal(size=shape), rng.uniform(0.05, 0.95, shape)


def samples(rng):
    ids, soft = partial(drawn_ids, rng), partial(drawn_soft, rng)
    x, y = ids((2, 3, 3))
    y[:, 0, :] = 0, 1, 2  # every class in every image
    yield Sample("plain", (x, y))
    yield Sample("sequence", ids((2, 5)))
    yield Sample("volume", ids((1, 2, 2, 2), 2))
    yield Sample("one pixel", ids((3, 1)))
    yield Sample("no space", ids((4,)))
    yield Sample("empty batch", ids((0, 4)))
    yield Sample("empty batch, pooled", ids((0, 4)), {"batch": True})
    yield Sample("empty space", ids((2, 0)))
    yield Sample("channels last", (np.moveaxis(x, 1, -1), y), {"axis": -1})
    yield Sample("with background", (x, y), {"include_background": True})
    for name in ("batch", "squared", "log"):
        yield Sample(name, (x, y), {name: True})
        yield Sample(f"{name}, sigmoid, soft target", soft((2, 2, 4)), {name: True, "activation": "sigmoid"})
    yield Sample("soft_label off", soft((2, 2, 4)), {"soft_label": False, "activation": "sigmoid"})
    yield Sample("soft target", (x, probabilities(rng, x.shape)))
    last = probabilities(rng, (2, 3, 2), -1)
    yield Sample("soft target, channels last", (rng.normal(size=(2, 3, 2)), last), {"axis": -1})
    yield Sample("sigmoid", (x, y), {"activation": "sigmoid"})
    given = (probabilities(rng, x.shape), y)
    yield Sample("probabilities", given, {"activation": None})
    yield Sample("probabilities, with background", given, {"activation": None, "include_background": True})
    maps = (rng.random((2, 2, 4)) < 0.5).astype(np.int64)
    yield Sample("maps", (soft(maps.shape)[0], maps), {"activation": "sigmoid"})
    yield Sample("boolean maps", (soft(maps.shape)[0], maps.astype(bool)), {"activation": "sigmoid"})
    yield Sample("maps, one channel", (soft((2, 1, 4))[0], maps[:, :1]), {"activation": "sigmoid"})
    binary = {"activation": "sigmoid", "axis": None}
    yield Sample("no class axis", (rng.normal(size=(2, 5)), rng.integers(0, 2, (2, 5))), binary)
    yield Sample("no class axis, soft target", soft((3, 2, 2)), {**binary, "sample_weight": weights(rng, (3,))})
    pooled = {**binary, "batch": True, "sample_weight": weights(rng, (3,))}
    yield Sample("no class axis, pooled", soft((3, 4)), {**pooled, "where": mask(rng, (3, 4))})
    marked = np.array([[0, 1, 255, 1], [255, 0, 0, 255]])
    yield Sample("no class axis, ignored", (rng.normal(size=(2, 4)), marked), {**binary, "ignore_index": 255})
    yield Sample("smooth", (x, y), {"smooth_nr": 1.0, "smooth_dr": 2.0})
    yield Sample("smooth 0", (x, y), {"smooth_nr": 0.0, "smooth_dr": 0.0})

    w = {"weight": np.array([2.0, 0.0, 0.5])}
    yield Sample("weight", (x, y), w)
    yield Sample("weight, with background", (x, y), {**w, "include_background": True})
    yield Sample("weight, pooled", (x, y), {**w, "batch": True, "sample_weight": weights(rng, (2,))})
    yield Sample("weight 0", (x, y), {"weight": np.zeros(3)})
    yield Sample("sample weight of images", (x, y), {"sample_weight": weights(rng, (2,))})
    yield Sample("sample weight of images, with a class axis", (x, y), {"sample_weight": weights(rng, (2, 1))})
    yield Sample("sample weight 0, pooled", (x, y), {"batch": True, "sample_weight": np.array([0.0, 2.0])})
    yield Sample("sample weight of all, pooled", (x, y), {**w, "batch": True, "sample_weight": np.asarray(2.5)})
    yield Sample("sample weight of pairs", (x, y), {**w, "sample_weight": weights(rng, (2, 2))})
    yield Sample("sample weight of classes", (x, y), {"sample_weight": weights(rng, (1, 2))})

    absent = np.where(y == 2, 1, y)
    yield Sample("absent class", (x, absent))
    yield Sample("absent class skipped", (x, absent), {"empty": "skip", **w})
    some = np.stack([absent[0], y[1]])
    yield Sample("skip", (x, some), {"empty": "skip", "include_background": True})
    yield Sample("skip, pooled", (x, some), {"empty": "skip", "batch": True})
    yield Sample("all skipped", (x, np.zeros_like(y)), {"empty": "skip"})

    kept = mask(rng, y.shape)
    wide = kept[:, None]
    yield Sample("masked", (x, y), {"where": kept, **w})
    yield Sample("masked rows", (x, y), {"where": np.array([[[True], [False], [True]]])})
    yield Sample("masked, pooled", (x, y), {"where": kept, "batch": True, "squared": True})
    bad = (poisoned(x, wide), np.where(kept, y, 99))
    yield Sample("masked nan, inf and bad ids", bad, {"where": kept})
    bad = (poisoned(x, wide), poisoned(rng.uniform(0.05, 0.95, x.shape), wide))
    yield Sample("masked nan and inf, soft target", bad, {"where": kept, "activation": "sigmoid"})
    image = np.array([True, False])
    bad_weight = {"where": image, "sample_weight": np.array([[0.5, 2.0], [np.nan, np.inf]])}
    yield Sample("masked image", (poisoned(x, image[:, None, None, None]), y), bad_weight)
    bad_weight = {"where": image, "sample_weight": np.array([0.5, np.nan]), "batch": True}
    yield Sample("masked image, pooled", (poisoned(x, image[:, None, None, None]), y), bad_weight)
    yield Sample("masked image, skip", (x, y), {"where": image, "empty": "skip", "include_background": True})
    yield Sample("all masked", (poisoned(x, ~wide & wide), y), {"where": np.zeros((1, 3, 3), dtype=bool)})
    yield Sample("all masked, pooled", (x, y), {"where": np.zeros((1, 1, 1), dtype=bool), "batch": True})
    marked = np.where(kept, y, -100)
    yield Sample("ignored", (x, marked))
    yield Sample("ignored nan and inf", (poisoned(x, wide), marked), {"include_background": True})
    yield Sample(
        "ignored and masked", (x, marked), {"where": mask(rng, y.shape), "sample_weight": weights(rng, (2, 1))}
    )
    yield Sample("a class ignored", (x, y), {"ignore_index": 1, "empty": "skip"})
    yield Sample("all ignored", (x, np.full_like(y, 255)), {"ignore_index": 255})
    yield from extreme(rng)


def unsquared(rng):
    """The samples of losses without squares."""
    return (each for each in samples(rng) if "squared" not in each.options)


def extreme(rng):
    """Regions predicted with certainty, empty regions, and probabilities that equal their soft label."""
    y = np.array([[0, 1, 1, 0], [1, 1, 0, 0]])
    sure = np.where(y[:, None] == np.arange(2)[:, None], 1e4, -1e4)
    yield Sample("extreme, right", (sure, y))
    yield Sample("extreme, wrong", (-sure, y))
    yield Sample("extreme, wrong, log", (-sure, y), {"log": True})
    yield Sample("extreme, sigmoid", (0.005 * sure, y), {"activation": "sigmoid"})
    some = np.array([[0.5, -np.inf, 1.0, -np.inf], [0.0, 0.5, -np.inf, -np.inf]])
    yield Sample("-inf elsewhere", (np.stack([np.zeros((2, 4)), some], axis=1), y), smooth=False)
    nothing = np.zeros((2, 1, 3))
    zero = {"activation": None, "smooth_nr": 0.0, "smooth_dr": 0.0}
    yield Sample("nothing predicted, nothing true", (nothing, nothing), zero, smooth=False)
    yield Sample("nothing predicted, nothing true, log", (nothing, nothing), {**zero, "log": True}, smooth=False)
    yield Sample("nothing predicted", (nothing, np.ones((2, 1, 3))), zero, smooth=False)
    same = rng.uniform(0.1, 0.9, (2, 2, 3))
    size = 1 / (
        2 * same[0, 0].sum()
    )  # of the derivative of I / (P + T) by I; here P = T = I, and all derivatives are 0
    yield Sample("perfect soft prediction", (same, same), {"activation": None}, smooth=False, terms=size)
    yield Sample("perfect soft prediction, squared", (same, same), {"activation": None, "squared": True}, terms=size)


# --- what must be refused --------------------------------------------------------------------------------------------


def invalid(good):
    x, y = good["input"], good["target"]
    maps = f"(N, C, *S) = {x.shape}"
    for bad in (y[:, :2], y[:1], x[..., None].astype(np.int64)):
        must = f"have shape (N, *S) = {y.shape}, for class ids, or {maps}"
        yield good.but(al.ShapeError, "target", bad, must)
    for bad in (x[:, :1] * 0, y * 0.0, y > 0):
        yield good.but(al.ShapeError, "target", bad, f"have shape {maps}")
    yield good.but(al.DTypeError, "target", x.astype(np.complex64), "hold real numbers")
    yield good.but(al.ShapeError, "input", x[0, 0, 0], "have shape (N, C, *S)")
    yield good.but(al.OptionError, "axis", 0, "not be the batch axis 0")
    for axis in (4, -5):
        yield good.but(al.OptionError, "axis", axis, f"name one of the 4 axes of `input`, of shape {x.shape}")
    yield good.but(al.ShapeError, "weight", np.ones(2), "have shape (C,) = (3,)")
    yield good.but(al.DTypeError, "weight", COMPLEX, "hold real numbers")
    yield from narrow(good, ("sample_weight",), (2, 2), "(N, C)")
    for bad in (np.ones(3), np.ones((2, 1)), np.ones((2, 2))):
        must = "have shape (N,) = (2,)"
        got = f"{bad.shape}, where class weights are `weight`"
        yield good.having(batch=True).but(al.ShapeError, "sample_weight", bad, must, got)
    yield from narrow(good, ("where",), y.shape, "(N, *S)")
    yield from without_classes(good)
    yield from ids(good, "target", (1, 0, 2), 3, " or ignore_index = -100", spoiled=(1,))
    yield from ids(good.having(batch=True), "target", (1, 0, 2), 3, " or ignore_index = -100", spoiled=())
    yield from bad_maps(good.having(target=0.5 + 0 * x, include_background=True))


def without_classes(good):
    """The options of a binary map."""
    flat = good.having(axis=None, activation="sigmoid", target=0 * good["input"])
    must = 'be "sigmoid" or None for a binary map (axis=None)'
    yield flat.but(al.OptionError, "activation", "softmax", must)
    must, got = "be None for a binary map (axis=None)", "{weight} of shape (3,)"
    yield flat.but(al.OptionError, "weight", np.ones(3), must, got)
    shape = good["input"].shape
    yield flat.but(al.ShapeError, "target", good["target"], f"have shape (N, *S) = {shape}")
    yield from narrow(flat, ("sample_weight",), (2,), "(N,)")


def bad_maps(good):
    """Probabilities and maps of 0 and 1 that are none."""
    yield good.but(al.OptionError, "ignore_index", 1, "be negative when `target` holds probabilities")
    yield from unit(good, "target", (1, 2, 0, 1), spoiled=(1, 2))
    hard = good.having(target=(good["input"] > 0).astype(np.int64))
    for bad in (-1, 2):
        yield hard.value("target", (0, 1, 2, 2), bad, "hold values in [0, 1]", spoiled=(0, 1))
    given = good.having(input=0.25 + 0 * good["input"], activation=None)
    yield from unit(given, "input", (0, 1, 2, 2), spoiled=(0, 1))
