"""Supervised contrastive loss."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Sample
from ..embeddings import Pairs, batches, invalid_batch
from ..reference import EXACT, collect, exact
from .ntxent import draw_views


def reference(
    input, target, *, temperature=0.1, skip_anchors_without_positives=True, sample_weight=None, where=None
):  # fmt: skip
    pairs = Pairs(input, target, where)

    def element(index):
        (i,) = index
        positives = pairs.positives(i)
        if i not in pairs.there or (not positives and skip_anchors_without_positives):
            return None
        s = {k: pairs.cosine(i, k) / exact(temperature) for k in pairs.there if k != i}
        terms = [EXACT.log(sum(EXACT.exp(s[k] - s[p]) for k in s)) for p in positives]
        return sum(terms, exact(0)) / max(len(terms), 1), 1.0

    return collect(target.shape, element, divisor="count", sample_weight=sample_weight)


def samples(rng):
    warm = {"temperature": 0.5}
    yield from batches(rng, warm)
    x, y = rng.normal(size=(6, 3)), np.array([3, 1, 1, 3, 1, 8])
    every = {"skip_anchors_without_positives": False, **warm}
    yield Sample("all anchors", (x, y), every)
    yield Sample("all anchors, no positive pair", (x, np.arange(6)), every)
    kept = np.array([True, True, False, True, True, True])
    yield Sample("all anchors, masked", (x, y), {**every, "where": kept, "sample_weight": np.arange(6.0)})
    yield Sample("hot", (x, y), {"temperature": 50.0})
    apart = np.eye(3)[[0, 1, 1, 0, 1, 2]] + 0.1 * rng.normal(size=(6, 3))
    yield Sample("cold", (apart, y), {"temperature": 0.04}, terms=25.0)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "lengths do not matter",
        "directions may be turned together",
        "ids may be renamed",
        "no positive pair costs nothing",
        "what is masked is in no pair",
        "ntxent of all where each id has two",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, x, y):
    x = x / (x * x).sum(axis=1, keepdims=True) ** 0.5
    s, index = x @ x.T / 0.1, np.arange(len(y))
    other = index[:, None] != index
    positive = (y[:, None] == y) & other
    log_p = s - np.log(np.where(other, np.exp(s), 0.0).sum(axis=1, keepdims=True))
    return (-np.where(positive, log_p, 0.0).sum(axis=1) / positive.sum(axis=1)).mean()


def of_torch(F):
    import torch

    def loss(x, y):
        x = F.normalize(x)
        itself = torch.eye(len(y), dtype=torch.bool, device=y.device)
        positive = (y[:, None] == y) & ~itself
        log_p = torch.log_softmax((x @ x.T / 0.1).masked_fill(itself, -torch.inf), 1).masked_fill(~positive, 0)
        return (-log_p.sum(1) / positive.sum(1)).mean()

    return loss


NONE = "no loss of pairs of a batch"
CASE = Case(
    "supcon_loss",
    al.supcon_loss,
    samples,
    reference,
    differentiable=("input",),
    allowance=Allowance(
        "differences of cosines that are divided by the temperature: the error is that of 1 / 0.04", scale=25.0
    ),
    invalid=invalid_batch,
    promises=PROMISES,
    peers={"torch": NONE, "optax": "of each positive pair alone, `ntxent`", "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=draw_views, textbook=textbook, rivals=(plain_torch(of_torch),), smallest=256),),
)
