"""Lovasz-Softmax."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Kink, Sample
from ..invalid import ids as bad_ids
from ..invalid import narrow, unit
from ..reference import collect, exact, per_sample
from ..region_reference import chances
from ..regions import drawn_ids
from ..samples import mask, poisoned, weights
from ..sorted_pixels import extension


def reference(
    input, target, *, weight=None, classes="present", per_image=False, activation="softmax", ignore_index=-100,
    axis=1, sample_weight=None, where=None,
):  # fmt: skip
    x, count = np.moveaxis(input, axis, -1), input.shape[axis]
    kept = per_sample(True if where is None else where, target.shape) & (target != ignore_index)
    p = {at: chances(x[at], activation) for at in np.ndindex(target.shape) if kept[at]}

    def element(index):
        pixels = [at for at in p if not per_image or at[0] == index[0]]
        total, divisor = exact(0), exact(0)
        for c in range(count):
            errors = [(1 - p[at][c] if target[at] == c else p[at][c], bool(target[at] == c)) for at in pixels]
            if classes == "all" or any(true for _, true in errors):
                w = exact(1 if weight is None else weight[c])
                total, divisor = total + w * extension(errors), divisor + w
        return (total / divisor if divisor else exact(0), 1.0) if pixels else None

    shape = target.shape[:1] if per_image else ()
    return collect(shape, element, divisor="count", sample_weight=sample_weight)


def samples(rng):
    x, y = drawn_ids(rng, (2, 3, 3))
    yield Sample("plain", (x, y))
    yield Sample("sequence", drawn_ids(rng, (2, 5)))
    yield Sample("volume", drawn_ids(rng, (1, 2, 2, 2), 2))
    yield Sample("one pixel", drawn_ids(rng, (3, 1)))
    yield Sample("no space", drawn_ids(rng, (4,)))
    yield Sample("one class", drawn_ids(rng, (2, 3), 1), {"activation": "sigmoid"})
    last, p = np.moveaxis(x, 1, -1), 1 / (1 + np.exp(-x))
    absent = np.where(y == 2, 1, y)
    some = np.stack([absent[0], y[1]])
    kept = mask(rng, y.shape)
    wide, marked = kept[:, None], np.where(kept, y, -100)
    for per_image in (True, False):
        how = {"per_image": per_image}
        name = "each image" if per_image else "pooled"
        yield Sample(f"{name}", (x, y), how)
        yield Sample(f"{name}, empty batch", drawn_ids(rng, (0, 4)), how)
        yield Sample(f"{name}, empty space", drawn_ids(rng, (2, 0)), how)
        yield Sample(f"{name}, channels last", (last, y), {"axis": -1, **how})
        yield Sample(f"{name}, sigmoid", (x, y), {"activation": "sigmoid", **how})
        yield Sample(f"{name}, probabilities", (p, y), {"activation": None, **how})
        w = {"weight": np.array([2.0, 0.0, 0.5])}
        for classes in ("present", "all"):
            options = {"classes": classes, **how}
            yield Sample(f"{name}, absent class, {classes}", (x, absent), options)
            yield Sample(f"{name}, absent class in one image, {classes}", (x, some), options)
            yield Sample(f"{name}, weight, {classes}", (x, some), {**w, **options})
            yield Sample(f"{name}, masked, {classes}", (x, y), {"where": kept, **w, **options})
            yield Sample(f"{name}, ignored, {classes}", (x, marked), options)
        yield Sample(f"{name}, weight 0", (x, y), {"weight": np.zeros(3), **how})
        yield Sample(f"{name}, sample weight of all", (x, y), {"sample_weight": np.asarray(2.5), **how})
        bad = (poisoned(x, wide), np.where(kept, y, 99))
        yield Sample(f"{name}, masked nan, inf and bad ids", bad, {"where": kept, **how})
        bad = (poisoned(p, wide), y)
        yield Sample(f"{name}, masked probabilities", bad, {"where": kept, "activation": None, **how})
        yield Sample(f"{name}, masked rows", (x, y), {"where": np.array([[[True], [False], [True]]]), **how})
        none = {"where": np.zeros((1, 3, 3), dtype=bool), **how}
        yield Sample(f"{name}, all masked", (poisoned(x, ~wide & wide), y), none)
        yield Sample(f"{name}, ignored nan and inf", (poisoned(x, wide), marked), how)
        yield Sample(f"{name}, a class ignored", (x, y), {"ignore_index": 1, "classes": "all", **how})
        yield Sample(f"{name}, all ignored", (x, np.full_like(y, 255)), {"ignore_index": 255, **how})
        sure = np.where(y[:, None] == np.arange(3)[:, None, None], 1e4, -1e4)
        yield Sample(f"{name}, extreme, right", (sure, y), how)
        yield Sample(f"{name}, extreme, wrong", (-sure, y), how, smooth=False)
    image = {"where": np.array([True, False]), "per_image": True}
    yield Sample("sample weight", (x, y), {"sample_weight": weights(rng, (2,)), "per_image": True})
    masked = (poisoned(x, image["where"][:, None, None, None]), y)
    yield Sample("masked image", masked, {"sample_weight": np.array([0.5, np.nan]), **image})
    yield Sample("masked image, pooled", masked, {**image, "per_image": False})
    many = np.cos(np.arange(300.0)).reshape(1, 2, 150)
    yield Sample("one true pixel of many", (many, np.where(np.arange(150) == 7, 1, 0)[None]), smooth=False)


def invalid(good):
    x, y = good["input"], good["target"]
    for bad in (y[:, :2], y[:1]):
        yield good.but(al.ShapeError, "target", bad, f"have shape (N, *S) = {y.shape}")
    must, hint = "hold integer class ids", "{target.dtype}; labels are integers: convert them to an integer dtype"
    for dtype in (np.float64, np.bool_, np.complex64):
        yield good.but(al.DTypeError, "target", y.astype(dtype), must, hint)
    yield good.but(al.ShapeError, "weight", np.ones(2), "have shape (C,) = (3,)")
    yield good.but(al.ShapeError, "input", x[0, 0, 0], "have shape (N, C, *S)")
    for axis in (4, -5):
        yield good.but(al.OptionError, "axis", axis, f"name one of the 4 axes of `input`, of shape {x.shape}")
    for bad in ("none", None, True):
        yield good.but(al.OptionError, "classes", bad, 'be "present" or "all"')
    yield from pooled(good)
    yield from narrow(good, ("where",), y.shape, "(N, *S)")
    each = good.having(per_image=True)
    yield from narrow(each, ("sample_weight",), (2,), "(N,)")
    more = " or ignore_index = -100"
    yield from bad_ids(good, "target", (1, 0, 2), 3, more, spoiled=())
    yield from bad_ids(each, "target", (1, 0, 2), 3, more, spoiled=(1,))
    given = good.having(input=0.25 + 0 * x, activation=None)
    yield from unit(given, "input", (0, 1, 2, 2), spoiled=())
    yield from unit(given.having(per_image=True), "input", (0, 1, 2, 2), spoiled=(0,))


def pooled(good):
    """What a loss without samples refuses."""
    each = good.having(per_image=False)
    gather = "gather `input` and `target` of all parts first, or give per_image=True"
    must = f'be "mean", "sum" or "none": its pixels are sorted all together; {gather}'
    yield each.but(al.OptionError, "reduction", "sums", must)
    yield each.but(al.ShapeError, "sample_weight", np.ones(2), "be 0-d")


PROMISES = frozenset(
    {
        "nonnegative",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "permutable over the pixels",
        "one loss of all samples in any order",
        "the Jaccard loss of certain predictions",
        "one image alone is a batch",
    }
)
HALF = np.full((1, 2, 2), 0.5)
KINKS = (  # class 0 is true in the first pixel: 1 adds 1 / 1, 0 nothing; class 1 in the second: 0 adds 1/2, 1 the rest
    Kink(
        "equal errors, the earlier pixel first",
        (HALF, np.array([[0, 1]])),
        np.array([[[-0.5, 0.0], [0.25, -0.25]]]),
        {"activation": None},
    ),
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = np.reshape(np.moveaxis(e / e.sum(axis=1, keepdims=True), 1, 0), (z.shape[1], -1))
    t = (np.reshape(y, (1, -1)) == np.arange(z.shape[1])[:, None]).astype(p.dtype)
    return sorted_sum(np, np.abs(t - p), t).mean()


def sorted_sum(np, errors, t):
    """The extension along the last of two axes."""
    order = np.argsort(-errors, axis=1)
    s = np.take_along_axis(t, order, axis=1)
    size = s.sum(axis=1, keepdims=True)
    jaccard = 1 - (size - np.cumsum(s, axis=1)) / (size + np.cumsum(1 - s, axis=1))
    return (np.take_along_axis(errors, order, axis=1) * np.diff(jaccard, axis=1, prepend=0)).sum(axis=1)


def of_torch(F):
    import torch

    def loss(z, y):
        p, t = F.softmax(z, 1).movedim(1, 0).flatten(1), F.one_hot(y, z.shape[1]).movedim(-1, 0).flatten(1).to(z.dtype)
        errors, order = (t - p).abs().sort(1, descending=True)
        s = t.gather(1, order)
        size = s.sum(1, keepdim=True)
        jaccard = 1 - (size - s.cumsum(1)) / (size + (1 - s).cumsum(1))
        slope = torch.cat([jaccard[:, :1], jaccard[:, 1:] - jaccard[:, :-1]], 1)
        return (errors * slope).sum(1).mean()

    return loss


CASE = Case(
    "lovasz_softmax_loss",
    al.lovasz_softmax_loss,
    samples,
    reference,
    differentiable=("input",),
    allowance=Allowance("1 - p is a difference of numbers of order 1", scale=2.0),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers=dict.fromkeys(("torch", "optax", "keras", "sklearn"), "no Lovasz extension"),
    benchmarks=(Benchmark(draw=benchmark_inputs.pixels, textbook=textbook, rivals=(plain_torch(of_torch),)),),
    demo=("logits", "labels"),
)
