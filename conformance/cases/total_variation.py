"""Total variation distance."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark
from ..case import Case, Kink, Sample
from ..distributions import alike, draw, pairs
from ..invalid import unit
from ..reference import collect, exact


def reference(input, target, *, axis=1, sample_weight=None, where=None):
    axis = 0 if input.ndim == 1 and axis == 1 else axis
    input, target = np.moveaxis(input, axis, -1), np.moveaxis(target, axis, -1)

    def element(index):
        pairs = zip(input[index], target[index], strict=True)
        return sum((abs(exact(q) - exact(p)) for q, p in pairs), exact(0)) / 2, 1.0

    return collect(input.shape[:-1], element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    yield from pairs(rng, lambda p: p)
    p, ids = draw(rng, (4, 5)), np.eye(5, dtype=np.int64)[rng.integers(0, 5, 4)]
    yield Sample("one-hot, integer", (p, ids))
    yield Sample("one-hot, boolean", (p, ids > 0))
    yield Sample("no distributions", (rng.uniform(size=(3, 4)), rng.uniform(size=(3, 4))))
    edges = np.array([[0.0, 1.0, 0.0], [0.25, 0.75, 0.0]])
    yield Sample("certain", (edges, edges[::-1].copy()), smooth=False)
    yield Sample("kink", (edges, edges), smooth=False)
    yield Sample("extreme", (np.array([[1e-300, 1e-20, 0.5]]), np.array([[0.0, 3e-20, 0.5]])), smooth=False)


KINKS = (Kink("equal", (np.array([[0.5, 0.25, 0.25]]), np.array([[0.5, 0.5, 0.0]])), np.array([[0.0, -0.5, 0.5]])),)


def invalid(good):
    yield from alike(good)
    for name in ("input", "target"):
        yield from unit(good, name, (1, 2), spoiled=(1,))
    hard = good.having(target=np.eye(5, dtype=np.int64)[:4])
    for bad in (-1, 2):
        yield hard.value("target", (1, 2), bad, "hold values in [0, 1]", spoiled=(1,))


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "permutable over the outcomes",
        "linear in the weights",
        "symmetric",
        "nothing between equals",
        "half the absolute errors",
    }
)


def textbook(np, q, p):
    return abs(q - p).sum(axis=1).mean() / 2


def draw_rows(rng, n):
    rows = max(1, n // 100)
    p = rng.random((2, rows, 100), dtype=np.float32)
    return tuple(p / p.sum(axis=-1, keepdims=True))


NONE = "no distance of two distributions"
CASE = Case(
    "total_variation_distance",
    al.total_variation_distance,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    invalid=invalid,
    promises=PROMISES,
    peers=dict.fromkeys(("torch", "optax", "keras", "sklearn"), NONE),
    benchmarks=(Benchmark(draw=draw_rows, textbook=textbook, variant="C=100", smallest=100),),
)
