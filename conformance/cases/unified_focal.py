"""Unified focal loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Composed, Sample
from ..class_samples import probabilities
from ..invalid import ids as bad_ids
from ..invalid import narrow, unit
from ..reference import classwise, collect, exact, miss, surprise, times
from ..region_reference import of_score, regional
from ..regions import drawn_ids
from ..samples import mask, poisoned, weights


def reference(
    input, target, *, mix=0.5, gamma=0.5, delta=0.7, ignore_index=-100, axis=1, sample_weight=None, where=None
):  # fmt: skip
    given = {"ignore_index": ignore_index, "axis": axis, "where": where}
    d, g = exact(delta), exact(gamma)

    def pixel(z, y):
        q = (float(y == 0), float(y == 1)) if isinstance(y, int) else y
        background = times(exact(q[0]), miss(z, 0) ** g * surprise(z, 0)) if q[0] else exact(0)
        return ((1 - d) * background + times(d, times(exact(q[1]), surprise(z, 1)))) / 2, 1.0

    def region(i, p, t):
        return of_score(i + exact(1e-7), i + d * (t - i) + (1 - d) * (p - i) + exact(1e-7), False)

    pixels = classwise(pixel, input, target, divisor="count", sample_weight=sample_weight, **given)
    pairs = regional(region, input, target, soft_label=False, include_background=True, **given)

    def image(at):
        if not pairs.kept[at].any():
            return None
        background, foreground = (exact(each) for each in pairs.loss[at])
        return (background + foreground ** (1 - g)) / 2, 1.0

    images = collect(input.shape[:1], image, divisor="count", sample_weight=sample_weight)
    return Composed(((mix, pixels), (1 - mix, images)))


def samples(rng):
    def draw(*shape):
        x, y = drawn_ids(rng, shape, 2)
        if shape[0] and len(shape) > 1:
            y[:, 0] = 0
            y[:, -1] = 1
        return x, y

    x, y = draw(2, 4)
    yield Sample("plain", (x, y))
    yield Sample("image", draw(2, 3, 3))
    yield Sample("volume", draw(1, 2, 2, 2))
    yield Sample("no space", draw(4))
    yield Sample("empty batch", draw(0, 4))
    yield Sample("empty space", (np.zeros((2, 2, 0)), np.zeros((2, 0), dtype=np.int64)))
    yield Sample("channels last", (np.moveaxis(x, 1, -1), y), {"axis": -1})
    q = probabilities(rng, x.shape)
    yield Sample("soft target", (x, q))
    last = np.moveaxis(x, 1, -1), np.moveaxis(q, 1, -1)
    yield Sample("soft target, channels last", last, {"axis": -1})
    for mix in (0.0, 0.25, 1.0):
        yield Sample(f"mix {mix}", (x, y), {"mix": mix})
    for gamma in (0.0, 0.75, 1.0):
        yield Sample(f"gamma {gamma}", (x, y), {"gamma": gamma})
    for delta in (0.0, 0.3, 1.0):
        yield Sample(f"delta {delta}", (x, y), {"delta": delta})
    yield Sample("no foreground", (x, 0 * y))
    yield Sample("no background", (x, 1 + 0 * y))

    w = weights(rng, (2,))
    yield Sample("sample weight", (x, y), {"sample_weight": w})
    yield Sample("sample weight 0", (x, y), {"sample_weight": np.zeros(2)})
    yield Sample("sample weight of all", (x, y), {"sample_weight": np.asarray(2.5)})
    kept = mask(rng, y.shape)
    wide = kept[:, None]
    yield Sample("masked", (x, y), {"where": kept, "sample_weight": w})
    yield Sample("masked nan, inf and bad ids", (poisoned(x, wide), np.where(kept, y, 99)), {"where": kept})
    yield Sample("masked nan and inf, soft target", (poisoned(x, wide), poisoned(q, wide)), {"where": kept})
    image = {"where": np.array([True, False]), "sample_weight": np.array([0.5, np.nan])}
    yield Sample("masked image", (poisoned(x, image["where"][:, None, None]), y), image)
    yield Sample("all masked", (poisoned(x, ~wide & wide), y), {"where": np.zeros((1, 4), dtype=bool)})
    yield Sample("ignored", (poisoned(x, wide), np.where(kept, y, -100)))
    yield Sample("a class ignored", (x, y), {"ignore_index": 0})
    yield Sample("all ignored", (x, np.full_like(y, 255)), {"ignore_index": 255})
    sure = np.where(y[:, None] == np.arange(2)[:, None], 1e3, -1e3)
    for delta in (0.7, 1.0):
        yield Sample(f"extreme, right, delta {delta}", (sure, y), {"delta": delta}, terms=1.0)
        yield Sample(f"extreme, wrong, delta {delta}", (-sure, y), {"delta": delta})
    certain = np.where(y[:, None] == np.arange(2)[:, None], 0.0, -np.inf)
    yield Sample("extreme, infinite", (certain, y), smooth=False)


def invalid(good):
    x, y = good["input"], good["target"]
    for bad in (y[:, :3], y[:1]):
        must = f"have shape (N, *S) = {y.shape}, for class ids, or (N, C, *S) = {x.shape}"
        yield good.but(al.ShapeError, "target", bad, must)
    three = np.concatenate([x, x[:, :1]], axis=1)
    yield good.but(al.ShapeError, "input", three, "have 2 classes along axis 1")
    yield good.having(axis=-1).but(al.ShapeError, "input", x, f"have 2 classes along axis {x.ndim - 1}")
    yield good.but(al.OptionError, "reduction", "none", 'be "mean", "sum" or "sums": its parts have different shapes')
    must = 'be None, "weights" or "count": each part has its own divisor'
    yield good.but(al.OptionError, "normalizer", 2.0, must)
    yield from narrow(good, ("sample_weight",), (2,), "(N,)")
    yield from narrow(good, ("where",), y.shape, "(N, *S)")
    yield from bad_ids(good, "target", (1, 2), 2, " or ignore_index = -100", spoiled=())
    yield from unit(good.having(target=0.25 + 0 * x), "target", (1, 1, 0), spoiled=())


PROMISES = frozenset({"focal and Tversky losses of two classes"})


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = np.clip(e / e.sum(axis=1, keepdims=True), 1e-7, 1 - 1e-7)
    t = (y[:, None, :] == np.arange(2)[:, None]).astype(p.dtype)
    ce = -t * np.log(p)
    focal = (0.3 * (1 - p[:, 0]) ** 0.5 * ce[:, 0] + 0.7 * ce[:, 1]).mean() / 2
    i, fp, fn = ((a * b).sum(axis=2) for a, b in ((p, t), (p, 1 - t), (1 - p, t)))
    loss = 1 - (i + 1e-7) / (i + 0.7 * fn + 0.3 * fp + 1e-7)
    return 0.5 * focal + 0.5 * (loss[:, 0] + loss[:, 1] ** 0.5).mean() / 2


def of_torch(F):
    def loss(z, y):
        p, t = F.softmax(z, 1).clamp(1e-7, 1 - 1e-7), F.one_hot(y, 2).movedim(-1, 1)
        ce = -t * p.log()
        focal = (0.3 * (1 - p[:, 0]) ** 0.5 * ce[:, 0] + 0.7 * ce[:, 1]).mean() / 2
        i = (p * t).sum(2)
        loss = 1 - (i + 1e-7) / (i + 0.7 * (t.sum(2) - i) + 0.3 * (p.sum(2) - i) + 1e-7)
        return 0.5 * focal + 0.5 * (loss[:, 0] + loss[:, 1] ** 0.5).mean() / 2

    return loss


def draw(rng, n):
    """Logits (2, 2, S) of two images, and ids."""
    spots = max(1, n // 4)
    return benchmark_inputs.normal(rng, 2, 2, spots), rng.integers(0, 2, (2, spots))


NONE = "no loss of regions with a focal one"
CASE = Case(
    "unified_focal_loss",
    al.unified_focal_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("1 - score and ln p are differences of numbers of order 1", scale=2.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=draw, textbook=textbook, rivals=(plain_torch(of_torch),)),),
    demo={"segmentation": ("two_logits", "foreground")},
)
