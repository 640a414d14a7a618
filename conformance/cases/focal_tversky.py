"""Focal Tversky loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Kink, Sample
from ..regions import invalid, unsquared
from . import tversky


def reference(input, target, *, alpha=0.3, beta=0.7, gamma=0.75, **options):
    return tversky.reference(input, target, alpha=alpha, beta=beta, gamma=gamma, **options)


def samples(rng):
    yield from unsquared(rng)
    yield from tversky.powers(rng)
    arrays = rng.normal(size=(2, 3, 4)), rng.integers(0, 3, (2, 4))
    yield Sample("alpha and beta", arrays, {"alpha": 1.0, "beta": 0.25})


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "at most 1",
        "perfect prediction costs nothing",
        "maps equal ids",
        "permutable over the pixels",
        "independent of the resolution",
        "one image is a batch",
        "a power of the Tversky loss",
    }
)
KINKS = (
    Kink("nothing lost", (tversky.SAME, tversky.SAME), np.zeros((1, 1, 2)), tversky.EXACT),
    Kink("equal to a soft label", *tversky.KINKS[0][1:3], {**tversky.KINKS[0].options, "gamma": 1.0}),
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = (e / e.sum(axis=1, keepdims=True))[:, 1:]
    t = (y[:, None, :] == np.arange(z.shape[1])[:, None])[:, 1:].astype(p.dtype)
    i, fp, fn = ((a * b).sum(axis=2) for a, b in ((p, t), (p, 1 - t), (1 - p, t)))
    return ((1 - (i + 1e-7) / (i + 0.3 * fp + 0.7 * fn + 1e-7)) ** 0.75).mean()


def of_torch(F):
    def loss(z, y):
        p, t = F.softmax(z, 1)[:, 1:], F.one_hot(y, z.shape[1]).movedim(-1, 1)[:, 1:]
        i = (p * t).sum(2)
        return ((1 - (i + 1e-7) / (i + 0.3 * (p.sum(2) - i) + 0.7 * (t.sum(2) - i) + 1e-7)) ** 0.75).mean()

    return loss


NONE = "no Tversky index"
CASE = Case(
    "focal_tversky_loss",
    al.focal_tversky_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("1 - score is a difference of numbers of order 1", scale=2.0),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": "no power of its Tversky loss", "sklearn": NONE},
    benchmarks=(Benchmark(draw=benchmark_inputs.pixels, textbook=textbook, rivals=(plain_torch(of_torch),)),),
    demo=("logits", "labels"),
)
