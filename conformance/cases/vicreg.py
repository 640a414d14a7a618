"""VICReg."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Kink, Sample
from ..embeddings import invalid_views, present, views
from ..reference import EXACT, collect, exact
from .cosine_distance import draw_rows


def covariance_matrix(x):
    """Of rows of exact numbers; 0 of fewer than two."""
    count, width = len(x), range(len(x[0]))
    mean = [sum(row[d] for row in x) / count for d in width]
    products = [
        [sum(((row[d] - mean[d]) * (row[e] - mean[e]) for row in x), exact(0)) for e in width] for d in width
    ]  # fmt: skip
    return [[each / max(count - 1, 1) for each in row] for row in products]


def reference(
    input, target, *, invariance=25.0, variance=25.0, covariance=1.0, eps=1e-4, sample_weight=None, where=None
):  # fmt: skip
    there, width = present(where, len(input)), input.shape[1]
    x, y = ([[exact(each) for each in view[i]] for i in there] for view in (input, target))

    def element(_):
        if not there:
            return None
        squares = sum(((a - b) ** 2 for p, q in zip(x, y, strict=True) for a, b in zip(p, q, strict=True)), exact(0))
        loss = exact(invariance) * squares / (len(x) * max(width, 1))
        for c in (covariance_matrix(x), covariance_matrix(y)) if width else ():
            short = sum(max(1 - EXACT.sqrt(c[d][d] + exact(eps)), exact(0)) for d in range(width)) / width
            repeated = sum(c[d][e] ** 2 for d in range(width) for e in range(width) if d != e) / width
            loss += exact(variance) / 2 * short + exact(covariance) * repeated
        return loss, 1.0

    return collect((), element, divisor="count", sample_weight=sample_weight)


def samples(rng):
    yield from views(rng, {"eps": 0.01})
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    yield Sample("invariance alone", (x, y), {"variance": 0.0, "covariance": 0.0})
    yield Sample("variance alone", (0.5 * x, 0.5 * y), {"invariance": 0.0, "covariance": 0.0})
    yield Sample("covariance alone", (x, y), {"invariance": 0.0, "variance": 0.0})
    kept = np.array([True, True, False, True, True, True])
    factors = {"invariance": 2.0, "variance": 3.0, "covariance": 0.5, "eps": 0.1}
    every = {"where": kept, "sample_weight": np.asarray(0.5), **factors}
    yield Sample("every option", (x, y), every)
    yield Sample("equal views", (0.3 * x, 0.3 * x), factors)
    yield Sample("collapsed", (np.ones((6, 3)), np.ones((6, 3))), factors, smooth=False, terms=1.0)
    yield Sample("far from 0", (x + 8.0, y + 16.0), factors)
    yield Sample("extreme", (1e6 * x, 1e5 * y), smooth=False)


KINKS = (
    Kink(
        "deviation of just 1",
        (np.array([[0.0], [1.0]]), np.array([[0.0], [4.0]])),
        np.zeros((2, 1)),
        {"invariance": 0.0, "covariance": 0.0, "eps": 0.5},
    ),
    Kink("collapsed", (np.ones((3, 2)), np.ones((3, 2))), np.zeros((3, 2))),
)


def invalid(good):
    yield from invalid_views(good, "input", "target", (), "()")


PROMISES = frozenset(
    {
        "nonnegative",
        "linear in the weights",
        "symmetric in the embeddings",
        "entries may be reordered",
        "the order of the batch does not matter",
        "pairs that are masked are not there",
        "both views may be moved together",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, x, y):
    loss = 25 * ((x - y) ** 2).mean()
    for each in (x, y):
        each = each - each.mean(axis=0)
        c = each.T @ each / (len(each) - 1)
        index = np.arange(len(c))
        v = c[index, index]
        short = 1 - (v + 1e-4) ** 0.5
        loss = loss + 25 / 2 * np.where(short > 0, short, 0.0).mean() + ((c**2).sum() - (v**2).sum()) / len(c)
    return loss


def of_torch(F):
    import torch

    def loss(x, y):
        total = 25 * F.mse_loss(x, y)
        for each in (x, y):
            deviation = torch.sqrt(each.var(dim=0) + 1e-4)
            each = each - each.mean(dim=0)
            c = each.T @ each / (len(each) - 1)
            apart = c - torch.diag(c.diagonal())
            total = total + 25 / 2 * F.relu(1 - deviation).mean() + apart.pow(2).sum() / len(c)
        return total

    return loss


NONE = "no loss of two views of a batch"
CASE = Case(
    "vicreg_loss",
    al.vicreg_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    allowance=Allowance("differences from means, and 1 - a deviation times 25", scale=25.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=draw_rows, textbook=textbook, rivals=(plain_torch(of_torch),), wrt=2, smallest=64),),
)
