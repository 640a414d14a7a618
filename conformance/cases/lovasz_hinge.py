"""Lovasz hinge loss."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, plain_torch
from ..benchmark_inputs import normal
from ..case import Case, Kink, Sample
from ..invalid import narrow
from ..reference import collect, exact, per_sample
from ..samples import mask, poisoned, weights
from ..sorted_pixels import extension
from .lovasz_softmax import pooled, sorted_sum


def reference(input, target, *, per_image=True, sample_weight=None, where=None):
    kept = per_sample(True if where is None else where, input.shape)

    def element(index):
        pixels = [at for at in np.ndindex(input.shape) if kept[at] and (not per_image or at[0] == index[0])]
        errors = (
            (max(1 - (2 * exact(target[at]) - 1) * exact(input[at]), exact(0)), bool(target[at])) for at in pixels
        )
        return (extension(errors), 1.0) if pixels else None

    return collect(input.shape[:1] if per_image else (), element, divisor="count", sample_weight=sample_weight)


def samples(rng):
    def maps(*shape):
        return rng.normal(size=shape), rng.integers(0, 2, shape)

    x, y = maps(2, 3, 3)
    kept = mask(rng, x.shape)
    yield Sample("plain", (x, y))
    yield Sample("one axis", maps(5))
    yield Sample("volume", maps(2, 2, 2, 2))
    yield Sample("boolean", (x, y > 0))
    yield Sample("floating labels", (x, y.astype(float)))
    for per_image in (True, False):
        how, name = {"per_image": per_image}, "each image" if per_image else "pooled"
        yield Sample(f"{name}", (x, y), how)
        yield Sample(f"{name}, empty batch", maps(0, 4), how)
        yield Sample(f"{name}, empty space", maps(2, 0), how)
        yield Sample(f"{name}, nothing true", (x, 0 * y), how)
        yield Sample(f"{name}, everything true", (x, 0 * y + 1), how)
        yield Sample(f"{name}, sample weight of all", (x, y), {"sample_weight": np.asarray(2.5), **how})
        yield Sample(f"{name}, masked", (x, y), {"where": kept, **how})
        yield Sample(f"{name}, masked rows", (x, y), {"where": np.array([[[True], [False], [True]]]), **how})
        bad = (poisoned(x, kept), np.where(kept, y, 99))
        yield Sample(f"{name}, masked nan, inf and bad labels", bad, {"where": kept, **how})
        none = {"where": np.zeros((1, 3, 3), dtype=bool), **how}
        yield Sample(f"{name}, all masked", (poisoned(x, ~kept & kept), y), none)
        yield Sample(f"{name}, extreme, right", (np.where(y, 1e6, -1e6), y), how)
        yield Sample(f"{name}, extreme, wrong", (np.where(y, -1e6, 1e6) * (1 + np.abs(x)), y), how)
        yield Sample(f"{name}, extreme, right for ever", (np.where(y, np.inf, -np.inf), y), how, smooth=False)
    yield Sample("sample weight", (x, y), {"sample_weight": weights(rng, (2,))})
    yield Sample("sample weight 0", (x, y), {"sample_weight": np.zeros(1)})
    image = {"where": np.array([True, False]), "sample_weight": np.array([0.5, np.nan])}
    yield Sample("masked image", (poisoned(x, image["where"][:, None, None]), y), image)
    yield Sample("one true pixel of many", (np.cos(np.arange(150.0))[None], np.where(np.arange(150) == 7, 1, 0)[None]))


def invalid(good):
    x, y = good["input"], good["target"]
    for bad in (y[:1], y[:, :2], y[0]):
        yield good.but(al.ShapeError, "target", bad, f"have the shape of `input`, {x.shape}")
    yield good.but(al.DTypeError, "target", x.astype(np.complex64), "hold real numbers")
    yield from pooled(good)
    yield from narrow(good, ("sample_weight",), (2,), "(N,)")
    yield from narrow(good, ("where",), x.shape, "the shape of `input`")
    soft = good.having(target=y.astype(float))
    for bad in (-1, 2):
        yield good.value("target", (1, 2, 0), bad, "hold 0 or 1", spoiled=(1,))
    yield soft.value("target", (1, 2, 0), 0.5, "hold 0 or 1", spoiled=(1,))


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "permutable over the pixels",
        "twice the Jaccard loss of scores -1 and 1",
    }
)
KINKS = (
    Kink("at the margin", (np.array([[1.0, -1.0]]), np.array([[1, 0]])), np.zeros((1, 2))),
    Kink(  # true, false, true: 1/2, then 1/2 of 1/3, then 1/3
        "equal errors, the earlier pixel first",
        (np.zeros((1, 3)), np.array([[1, 0, 1]])),
        np.array([[-1 / 2, 1 / 6, -1 / 3]]),
    ),
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, z, y):
    return sorted_sum(np, np.maximum(1 - z * (2 * y - 1), 0), y).mean()


def of_torch(F):
    import torch

    def loss(z, y):
        errors, order = (1 - z * (2 * y - 1)).sort(1, descending=True)
        s = y.gather(1, order)
        size = s.sum(1, keepdim=True)
        jaccard = 1 - (size - s.cumsum(1)) / (size + (1 - s).cumsum(1))
        slope = torch.cat([jaccard[:, :1], jaccard[:, 1:] - jaccard[:, :-1]], 1)
        return (errors.relu() * slope).sum(1).mean()

    return loss


def draw(rng, n):
    """Scores (2, S) of two images, and floating labels."""
    shape = (2, max(1, n // 2))
    return normal(rng, *shape), (rng.random(shape) < 0.3).astype(np.float32)


CASE = Case(
    "lovasz_hinge_loss",
    al.lovasz_hinge_loss,
    samples,
    reference,
    differentiable=("input",),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers=dict.fromkeys(("torch", "optax", "keras", "sklearn"), "no Lovasz extension"),
    benchmarks=(Benchmark(draw=draw, textbook=textbook, rivals=(plain_torch(of_torch),)),),
    demo={"binary": ("logits", "labels"), "segmentation": ("foreground_logits", "foreground")},
)
