"""Jaccard loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Kink
from ..peer import NotCovered, Peer
from ..reference import exact
from ..region_reference import of_score, regional
from ..regions import invalid, unsquared
from .dice import sklearn_samples
from .tversky import EXACT, SAME


def reference(input, target, *, smooth_nr=1e-7, smooth_dr=1e-7, log=False, **options):
    def loss(i, p, t):
        return of_score(i + exact(smooth_nr), p + t - i + exact(smooth_dr), log)

    return regional(loss, input, target, **options)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "at most 1",
        "symmetric in regions",
        "perfect prediction costs nothing",
        "maps equal ids",
        "permutable over the pixels",
        "independent of the resolution",
        "one image is a batch",
        "Tversky at weights of 1",
        "2 d / (1 + d) of the Dice loss d",
    }
)
KINKS = (  # P = T = I = 3/4: dI/dp is the mean of 0 and 1, so dl/dp = -(1/2) / I + (1 - 1/2) / I = 0
    Kink("equal to a soft label", (SAME, SAME), np.zeros((1, 1, 2)), EXACT),
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_sklearn(
    oracle, input, target, *, activation="softmax", include_background=False, batch=False, smooth_nr=1e-7,
    smooth_dr=1e-7, reduction,
):  # fmt: skip
    """The Jaccard index of each class, of hard predictions, over all samples."""
    if activation is not None or not batch or smooth_nr or smooth_dr or not np.all((input == 0) | (input == 1)):
        raise NotCovered("hard predictions, pooled, nothing added")
    labels = np.arange(0 if include_background else 1, input.shape[1])
    average = {"none": None, "mean": "macro"}[reduction]
    return 1 - oracle.elements("jaccard_score", np.argmax(input, axis=1), target, labels=labels, average=average)


def textbook(np, z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = (e / e.sum(axis=1, keepdims=True))[:, 1:]
    t = (y[:, None, :] == np.arange(z.shape[1])[:, None])[:, 1:].astype(p.dtype)
    i = (p * t).sum(axis=2)
    return (1 - (i + 1e-7) / (p.sum(axis=2) + t.sum(axis=2) - i + 1e-7)).mean()


def of_torch(F):
    def loss(z, y):
        p, t = F.softmax(z, 1)[:, 1:], F.one_hot(y, z.shape[1]).movedim(-1, 1)[:, 1:]
        i = (p * t).sum(2)
        return (1 - (i + 1e-7) / (p.sum(2) + t.sum(2) - i + 1e-7)).mean()

    return loss


CASE = Case(
    "jaccard_loss",
    al.jaccard_loss,
    unsquared,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("1 - score is a difference of numbers of order 1", scale=2.0),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": "no loss of regions",
        "optax": "Dice alone",
        "keras": "Dice and Tversky alone",
        "sklearn": Peer(by_sklearn, scale=1.0, samples=sklearn_samples),
    },
    benchmarks=(Benchmark(draw=benchmark_inputs.pixels, textbook=textbook, rivals=(plain_torch(of_torch),)),),
    demo=("logits", "labels"),
)
