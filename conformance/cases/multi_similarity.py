"""Multi-similarity loss."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Sample
from ..embeddings import IDS, Pairs, batches, invalid_batch
from ..reference import EXACT, collect, exact
from .ntxent import draw_views


def reference(input, target, *, alpha=2.0, beta=50.0, base=0.5, sample_weight=None, where=None):
    pairs = Pairs(input, target, where)
    alpha, beta, base = exact(alpha), exact(beta), exact(base)

    def part(scale, cosines):
        return EXACT.log1p(sum((EXACT.exp(scale * (s - base)) for s in cosines), exact(0))) / abs(scale)

    def element(index):
        (i,) = index
        if i not in pairs.there:
            return None
        near, far = ([pairs.cosine(i, k) for k in found(i)] for found in (pairs.positives, pairs.negatives))
        return part(-alpha, near) + part(beta, far), 1.0

    return collect(target.shape, element, divisor="count", sample_weight=sample_weight)


def samples(rng):
    yield from batches(rng, {"beta": 10.0})
    x = rng.normal(size=(6, 3))
    yield Sample("another base", (x, IDS), {"base": -0.25, "alpha": 5.0, "beta": 5.0})
    kept = np.array([True, True, False, True, True, True])
    every = {"where": kept, "sample_weight": np.arange(6.0), "base": 0.75, "alpha": 0.5, "beta": 8.0}
    yield Sample("every option", (x, IDS), every)
    yield Sample("sharp", (x, IDS), {"alpha": 100.0, "beta": 100.0})


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "lengths do not matter",
        "directions may be turned together",
        "ids may be renamed",
        "what is masked is in no pair",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, x, y):
    x = x / (x * x).sum(axis=1, keepdims=True) ** 0.5
    s, index = x @ x.T, np.arange(len(y))
    same, other = y[:, None] == y, index[:, None] != index
    near = np.where(same & other, np.exp(-2 * (s - 0.5)), 0.0).sum(axis=1)
    far = np.where(same, 0.0, np.exp(50 * (s - 0.5))).sum(axis=1)
    return (np.log1p(near) / 2 + np.log1p(far) / 50).mean()


def of_torch(F):
    import torch

    def loss(x, y):
        x = F.normalize(x)
        s, same = x @ x.T, y[:, None] == y
        positive = same & ~torch.eye(len(y), dtype=torch.bool, device=y.device)
        near = torch.logsumexp((-2 * (s - 0.5)).masked_fill(~positive, -torch.inf), 1)
        far = torch.logsumexp((50 * (s - 0.5)).masked_fill(same, -torch.inf), 1)
        return (F.softplus(near) / 2 + F.softplus(far) / 50).mean()

    return loss


NONE = "no loss of pairs of a batch"
CASE = Case(
    "multi_similarity_loss",
    al.multi_similarity_loss,
    samples,
    reference,
    differentiable=("input",),
    allowance=Allowance(
        "exponents of cosines times beta: an error of theirs is multiplied by 100 where little is lost", scale=2.0
    ),
    invalid=invalid_batch,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=draw_views, textbook=textbook, rivals=(plain_torch(of_torch),), smallest=256),),
)
