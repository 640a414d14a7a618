"""Barlow Twins."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, plain_torch
from ..case import Allowance, Case, Sample
from ..embeddings import invalid_views, present, views
from ..reference import EXACT, collect, exact
from .cosine_distance import draw_rows


def standardized(x):
    """Rows of exact numbers less their mean, by their deviation; of fewer than two 0."""
    count, columns = len(x), list(zip(*x, strict=True))
    found = []
    for column in columns:
        mean = sum(column) / count
        deviation = EXACT.sqrt(sum((each - mean) ** 2 for each in column) / max(count - 1, 1))
        found.append([(each - mean) / (deviation + exact(1e-6)) for each in column])
    return found


def reference(input, target, *, lambd=5e-3, sample_weight=None, where=None):
    there, width = present(where, len(input)), range(input.shape[1])
    x, y = ([[exact(each) for each in view[i]] for i in there] for view in (input, target))

    def element(_):
        if not there:
            return None
        a, b = standardized(x), standardized(y)
        c = [[sum(p * q for p, q in zip(a[d], b[e], strict=True)) / len(there) for e in width] for d in width]
        same = sum(((1 - c[d][d]) ** 2 for d in width), exact(0))
        apart = sum((c[d][e] ** 2 for d in width for e in width if d != e), exact(0))
        return same + exact(lambd) * apart, 1.0

    return collect((), element, divisor="count", sample_weight=sample_weight)


def samples(rng):
    yield from views(rng, {"lambd": 0.25})
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    kept = np.array([True, True, False, True, True, True])
    yield Sample("every option", (x, y), {"where": kept, "sample_weight": np.asarray(0.5), "lambd": 0.1})
    yield Sample("lambd 0", (x, y), {"lambd": 0.0})
    yield Sample("equal views", (x, x), {"lambd": 0.5})
    yield Sample("near each other", (x, x + 0.1 * y), terms=1.0)
    still = x * [1.0, 0.0, 1.0]
    yield Sample("a feature that does not vary", (still, y), {"lambd": 0.5}, smooth=False)
    yield Sample("collapsed", (np.ones((6, 3)), np.ones((6, 3))), smooth=False)
    yield Sample("far from 0", (x + 8.0, y + 16.0), {"lambd": 0.5})
    yield Sample("extreme", (1e150 * x, 1e30 * y), {"lambd": 0.5}, smooth=False)


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
    a, b = (each - each.mean(axis=0) for each in (x, y))
    a, b = (each / (((each * each).sum(axis=0) / (len(each) - 1)) ** 0.5 + 1e-6) for each in (a, b))
    c = a.T @ b / len(a)
    index = np.arange(len(c))
    return np.where(index[:, None] == index, (1 - c) ** 2, 5e-3 * c**2).sum()


def of_torch(F):
    import torch

    def loss(x, y):
        a, b = ((each - each.mean(0)) / (each.std(0) + 1e-6) for each in (x, y))
        c = a.T @ b / len(a)
        same = torch.eye(len(c), dtype=torch.bool, device=x.device)
        return torch.where(same, (1 - c) ** 2, 5e-3 * c**2).sum()

    return loss


NONE = "no loss of two views of a batch"
CASE = Case(
    "barlow_twins_loss",
    al.barlow_twins_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    allowance=Allowance("differences from means, and 1 - a correlation", scale=4.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": NONE, "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=draw_rows, textbook=textbook, rivals=(plain_torch(of_torch),), wrt=2, smallest=64),),
)
