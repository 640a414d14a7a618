"""InfoNCE."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Kink, Sample
from ..embeddings import LENGTHS, OTHERS, cosine, invalid_views, present, views
from ..peer import Defect, NotCovered, Peer
from ..reference import EXACT, collect, exact
from ..samples import weights
from .cosine_distance import draw_rows


def reference(query, key, *, temperature=0.07, sample_weight=None, where=None):
    there = present(where, len(query))

    def element(index):
        (i,) = index
        if i not in there:
            return None
        s = {j: cosine(query[i], key[j]) / exact(temperature) for j in there}
        return EXACT.log1p(sum((EXACT.exp(s[j] - s[i]) for j in there if j != i), exact(0))), 1.0

    return collect((len(query),), element, divisor="count", sample_weight=sample_weight)


def samples(rng):
    warm = {"temperature": 0.5}
    yield from views(rng, warm)
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    yield Sample("hot", (x, y), {"temperature": 50.0})
    yield Sample("cold, right", (x, x + 0.1 * y), {"temperature": 0.03}, terms=33.0)
    yield Sample("sample weight", (x, y), {"sample_weight": weights(rng, (4,)), **warm})
    kept = np.array([True, False, True, True])
    every = {"where": kept, "sample_weight": weights(rng, (4,)), "temperature": 0.2}
    yield Sample("every option", (x, y), every)
    zero = (x * [[1], [0], [1], [0]], y * [[0], [1], [1], [0]])
    yield Sample("zero vectors", zero, warm, smooth=False)
    yield Sample("equal embeddings", (np.ones((4, 3)), np.ones((4, 3))), warm, smooth=False, terms=2.0)
    yield Sample("extreme, huge and tiny", (x * LENGTHS, y * OTHERS), warm, smooth=False)


KINKS = (Kink("zero vector", (np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])), np.zeros((1, 2))),)


def invalid(good):
    yield from invalid_views(good, "query", "key", (len(good["query"]),), "(N,)")


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "lengths of both do not matter",
        "entries may be reordered",
        "a pair alone costs nothing",
        "what is masked is no negative",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torch(oracle, query, key, *, temperature=0.07, reduction):
    """Cross-entropy of the cosines."""
    if not len(query):
        raise NotCovered("a batch with embeddings")
    q, k = (oracle.torch.nn.functional.normalize(oracle.tensor(each)) for each in (query, key))
    s = (q @ k.T / temperature).numpy()
    return oracle.whole("cross_entropy", s, np.arange(len(query)), reduction=reduction)


def textbook(np, q, k):
    q, k = (each / (each * each).sum(axis=1, keepdims=True) ** 0.5 for each in (q, k))
    s = q @ k.T / 0.07
    index = np.arange(len(q))
    return (np.log(np.exp(s).sum(axis=1)) - s[index, index]).mean()


def of_torch(F):
    import torch

    def loss(q, k):
        s = F.normalize(q) @ F.normalize(k).T / 0.07
        return F.cross_entropy(s, torch.arange(len(q), device=q.device))

    return loss


def draw(rng, n):
    """As many cosines as numbers asked for, where they are more than the numbers."""
    x, y = draw_rows(rng, n)
    count = max(2, min(len(x), int(n**0.5)))
    return x[:count], y[:count]


DEFECTS = (
    Defect(
        "torch.nn.functional",
        ("info_nce",),
        ("extreme, huge and tiny",),
        "number",
        "another cosine for very short embeddings",
        "lengths below 1e-12 count as that",
    ),
)
NONE = "no loss of two views of a batch"
CASE = Case(
    "info_nce",
    al.info_nce,
    samples,
    reference,
    differentiable=("query", "key"),
    kinks=KINKS,
    allowance=Allowance(
        "differences of cosines that are divided by the temperature: the error is that of 1 / 0.03", scale=33.0
    ),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer(by_torch, scale=33.0),
        "optax": NONE,
        "keras": NONE,
        "sklearn": NONE,
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=draw, textbook=textbook, rivals=(plain_torch(of_torch),), wrt=2, smallest=64),),
)
