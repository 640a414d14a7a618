"""Generalized Dice loss."""

from functools import partial

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Sample
from ..class_samples import probabilities
from ..invalid import ids as bad_ids
from ..invalid import narrow
from ..reference import collect, exact, per_sample
from ..region_reference import chances
from ..regions import bad_maps, drawn_ids, drawn_soft
from ..samples import mask, poisoned, weights


def reference(
    input, target, *, w_type="square", activation="softmax", include_background=True, batch=False, smooth_nr=1e-5,
    smooth_dr=1e-5, ignore_index=-100, axis=1, sample_weight=None, where=None,
):  # fmt: skip
    maps = target.ndim == input.ndim  # else class ids
    x, y = np.moveaxis(input, axis, -1), np.moveaxis(target, axis, -1) if maps else target
    *pixels, count = x.shape
    kept = per_sample(True if where is None else where, tuple(pixels))
    inner = batch and sample_weight is not None and np.ndim(sample_weight) == 1  # the weights of samples in the sums
    first = 0 if include_background or activation == "sigmoid" or count == 1 else 1

    def sums(index, c):
        """I, P and T of a class, and whether it has a pixel."""
        found, seen = [exact(0)] * 3, False
        for at in np.ndindex(*pixels):
            ignored = target.dtype.kind in "iu" and (y[at][c] if maps else y[at]) == ignore_index
            v = exact(sample_weight[at[0]]) if inner and kept[at] else exact(1)
            if not kept[at] or ignored or v == 0 or not (batch or at[0] == index[0]):
                continue
            p, t = chances(x[at], activation)[c], exact(y[at][c]) if maps else exact(y[at] == c)
            found, seen = [a + v * b for a, b in zip(found, (p * t, p, t), strict=True)], True
        return found, seen

    def element(index):
        classes = [sums(index, c) for c in range(first, count)]
        if not any(seen for _, seen in classes):
            return None
        inverse = {"square": lambda t: t**-2, "simple": lambda t: 1 / t, "uniform": lambda t: exact(1)}[w_type]  # noqa: ARG005
        largest = max((inverse(t) for (_, _, t), _ in classes if t), default=exact(1))
        over, under = exact(smooth_nr), exact(smooth_dr)
        for (i, p, t), _ in classes:
            w = inverse(t) if t else largest
            over, under = over + 2 * w * i, under + w * (p + t)
        return 1 - (exact(1) if over == under == 0 else over / under), 1.0

    shape = () if batch else tuple(pixels[:1])
    return collect(shape, element, divisor="count", sample_weight=None if inner else sample_weight)


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
    yield Sample("without background", (x, y), {"include_background": False})
    yield Sample("pooled", (x, y), {"batch": True})
    yield Sample("pooled, sigmoid, soft target", soft((2, 2, 4)), {"batch": True, "activation": "sigmoid"})
    soft_target = probabilities(rng, x.shape)
    for w_type in ("simple", "uniform", "square"):
        yield Sample(w_type, (x, y), {"w_type": w_type})
        yield Sample(f"{w_type}, pooled", (x, y), {"w_type": w_type, "batch": True})
        yield Sample(f"{w_type}, soft target", (x, soft_target), {"w_type": w_type})
        absent = np.where(y == 2, 1, y)
        yield Sample(f"{w_type}, absent class", (x, absent), {"w_type": w_type})
        zero = {"smooth_nr": 0.0, "smooth_dr": 0.0}
        yield Sample(f"{w_type}, smooth 0", (x, absent), {"w_type": w_type, **zero})
        nothing = {"w_type": w_type, "include_background": False}
        yield Sample(f"{w_type}, nothing true", (x, np.zeros_like(y)), nothing)
        yield Sample(f"{w_type}, nothing true, pooled, smooth 0", (x, 0 * y), {**nothing, **zero, "batch": True})
    yield Sample("sigmoid", (x, y), {"activation": "sigmoid"})
    yield Sample("probabilities", (soft_target, y), {"activation": None})
    maps = (rng.random((2, 2, 4)) < 0.5).astype(np.int64)
    yield Sample("maps", (soft(maps.shape)[0], maps), {"activation": "sigmoid"})
    yield Sample("boolean maps", (soft(maps.shape)[0], maps.astype(bool)), {"activation": "sigmoid"})
    yield Sample("maps, one channel", (soft((2, 1, 4))[0], maps[:, :1]), {"activation": "sigmoid"})
    yield Sample("smooth", (x, y), {"smooth_nr": 1.0, "smooth_dr": 2.0})

    yield Sample("sample weight", (x, y), {"sample_weight": weights(rng, (2,))})
    yield Sample("sample weight of all", (x, y), {"sample_weight": np.asarray(2.5)})
    yield Sample("sample weight, pooled", (x, y), {"batch": True, "sample_weight": np.array([0.5, 3.0])})
    yield Sample("sample weight 0, pooled", (x, y), {"batch": True, "sample_weight": np.array([0.0, 2.0])})
    yield Sample("sample weight of all, pooled", (x, y), {"batch": True, "sample_weight": np.asarray(2.5)})

    kept = mask(rng, y.shape)
    wide = kept[:, None]
    yield Sample("masked", (x, y), {"where": kept})
    yield Sample("masked rows", (x, y), {"where": np.array([[[True], [False], [True]]])})
    yield Sample("masked, pooled", (x, y), {"where": kept, "batch": True})
    bad = (poisoned(x, wide), np.where(kept, y, 99))
    yield Sample("masked nan, inf and bad ids", bad, {"where": kept})
    bad = (poisoned(x, wide), poisoned(rng.uniform(0.05, 0.95, x.shape), wide))
    yield Sample("masked nan and inf, soft target", bad, {"where": kept, "activation": "sigmoid"})
    image = np.array([True, False])
    bad_weight = {"where": image, "sample_weight": np.array([0.5, np.nan])}
    yield Sample("masked image", (poisoned(x, image[:, None, None, None]), y), bad_weight)
    yield Sample("all masked", (poisoned(x, ~wide & wide), y), {"where": np.zeros((1, 3, 3), dtype=bool)})
    yield Sample("all masked, pooled", (x, y), {"where": np.zeros((1, 1, 1), dtype=bool), "batch": True})
    marked = np.where(kept, y, -100)
    yield Sample("ignored", (x, marked))
    yield Sample("ignored nan and inf", (poisoned(x, wide), marked))
    marked = np.array([[[1, 255, 0], [255, 255, 255]], [[0, 1, 1], [1, 0, 255]]])
    yield Sample("ignored in maps", soft_input(rng, marked), {"activation": "sigmoid", "ignore_index": 255})
    yield Sample("all ignored", (x, np.full_like(y, 255)), {"ignore_index": 255})
    yield from extreme()


def soft_input(rng, target):
    return rng.normal(size=target.shape), target


def extreme():
    """Regions predicted with certainty, regions of very different size, and of hardly any."""
    y = np.array([[0, 1, 1, 0], [1, 1, 0, 0]])
    sure = np.where(y[:, None] == np.arange(2)[:, None], 1e4, -1e4)
    yield Sample("extreme, right", (sure, y))
    yield Sample("extreme, wrong", (-sure, y))
    some = np.array([[0.5, -np.inf, 1.0, -np.inf], [0.0, 0.5, -np.inf, -np.inf]])
    yield Sample("-inf elsewhere", (np.stack([np.zeros((2, 4)), some], axis=1), y), smooth=False)
    nothing = np.zeros((2, 1, 3))
    zero = {"activation": None, "smooth_nr": 0.0, "smooth_dr": 0.0}
    yield Sample("nothing predicted, nothing true", (nothing, nothing), zero, smooth=False)
    yield Sample("nothing predicted", (nothing, np.ones((2, 1, 3))), zero, smooth=False)
    rare = np.where(np.arange(200) == 7, 1, 0)[None]
    logits = np.stack([np.cos(np.arange(200.0)), np.sin(np.arange(200.0))])[None]
    yield Sample("one true pixel of many", (logits, rare))
    hardly = np.stack([np.full((1, 4), 0.5), np.full((1, 4), 1e-30)], axis=1)
    yield Sample("hardly any true", (np.full((1, 2, 4), 0.5), hardly), {"activation": None}, smooth=False)


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
    for bad in ("squared", "Square", None, True):
        yield good.but(al.OptionError, "w_type", bad, 'be "square", "simple" or "uniform"')
    yield from narrow(good, ("sample_weight",), (2,), "(N,)")
    yield from narrow(good, ("where",), y.shape, "(N, *S)")
    yield from bad_ids(good, "target", (1, 0, 2), 3, " or ignore_index = -100", spoiled=(1,))
    for bad in bad_maps(good.having(target=0.5 + 0 * x)):
        yield bad._replace(spoiled=bad.spoiled[:1])


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "at most 1",
        "maps equal ids, all classes together",
        "permutable over the pixels",
        "independent of the resolution",
        "one image is a batch",
        "a certain prediction costs nothing or all",
        "Dice of one class",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    t = (y[:, None, :] == np.arange(z.shape[1])[:, None]).astype(p.dtype)
    sizes = t.sum(axis=2)
    w = 1 / np.maximum(sizes, 1) ** 2
    over, under = (w * (p * t).sum(axis=2)).sum(axis=1), (w * (p.sum(axis=2) + sizes)).sum(axis=1)
    return (1 - (2 * over + 1e-5) / (under + 1e-5)).mean()


def of_torch(F):
    def loss(z, y):
        p, t = F.softmax(z, 1), F.one_hot(y, z.shape[1]).movedim(-1, 1)
        sizes = t.sum(2)
        w = 1 / sizes.clamp(min=1) ** 2
        over, under = (w * (p * t).sum(2)).sum(1), (w * (p.sum(2) + sizes)).sum(1)
        return (1 - (2 * over + 1e-5) / (under + 1e-5)).mean()

    return loss


CASE = Case(
    "generalized_dice_loss",
    al.generalized_dice_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("1 - score is a difference of numbers of order 1", scale=2.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": "no loss of regions",
        "optax": "its multiclass_generalized_dice_loss is a weighted mean over the classes, another loss",
        "keras": "its Dice has no weights of classes",
        "sklearn": "no weights by the size of a class",
    },
    benchmarks=(Benchmark(draw=benchmark_inputs.pixels, textbook=textbook, rivals=(plain_torch(of_torch),)),),
    demo=("logits", "labels"),
)
