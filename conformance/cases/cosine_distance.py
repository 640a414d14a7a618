"""Cosine distance."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, PeerCall, plain_torch
from ..case import Allowance, Case, Kink, Sample
from ..embeddings import LENGTHS, OTHERS, cosine, rowwise
from ..invalid import narrow
from ..peer import Defect, NotCovered, Peer
from ..reference import collect


def reference(input, target, *, eps=1e-8, axis=-1, sample_weight=None, where=None):
    x, y = (np.moveaxis(each, axis, -1) for each in (input, target))

    def element(index):
        return 1 - cosine(x[index], y[index], eps), 1.0

    return collect(x.shape[:-1], element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return rng.normal(size=shape), rng.normal(size=shape)

    yield from rowwise(rng, draw)
    yield Sample("axis 1", draw((2, 3, 4)), {"axis": 1})
    yield Sample("axis 0", draw((3, 4)), {"axis": 0})
    x, y = draw((4, 3))
    yield Sample("zero vectors", (x * [[1], [0], [1], [0]], y * [[0], [1], [1], [0]]), smooth=False)
    yield Sample("equal", (x, x), terms=2.0)
    yield Sample("opposite", (x, -2 * x), terms=2.0)
    short = x * 0.1
    yield Sample("shorter than eps", (short, y), {"eps": 0.75}, smooth=False)
    yield Sample("both shorter than eps", (short, 0.01 * y), {"eps": 4.0})
    yield Sample("extreme, long and short", (x * LENGTHS, y * OTHERS), smooth=False)
    yield Sample("extreme, long", (x * 1e12, y * 1e18), smooth=False)


KINKS = (
    Kink("zero vector", (np.zeros((1, 2)), np.array([[3.0, 4.0]])), np.zeros((1, 2))),
    Kink("from a zero vector", (np.array([[3.0, 4.0]]), np.zeros((1, 2))), np.zeros((1, 2))),
)


def invalid(good):
    x, y = good["input"], good["target"]
    yield good.but(al.ShapeError, "input", x[0, 0], "have shape (*S, D)")
    for bad in (y[:1], y[:, :1], y[0], y[None], y[:0], np.asarray(0.5)):
        yield good.but(al.ShapeError, "target", bad, f"have the shape of `input`, {x.shape}")
    yield good.but(al.DTypeError, "target", y.astype(np.complex64), "hold real numbers")
    yield good.but(al.DTypeError, "target", y > 0, "hold numbers", "bool")
    for axis in (2, -3):
        yield good.but(al.OptionError, "axis", axis, f"name one of the 2 axes of `input`, of shape {x.shape}")
    yield from narrow(good, ("sample_weight", "where"), x.shape[:-1], "(*S,)")


PROMISES = frozenset(
    {
        "nonnegative up to rounding",
        "permutable over the batch",
        "linear in the weights",
        "lengths of both do not matter",
        "symmetric in the embeddings",
        "opposite directions cost what is left of 2",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torch(oracle, input, target, *, eps=1e-8, axis=-1, reduction):
    return 1 - oracle.whole("cosine_similarity", input, target, dim=axis, eps=eps)


def by_optax(oracle, input, target, *, eps=1e-8, axis=-1, reduction):
    """Its epsilon is that of squared lengths."""
    return oracle.optax.losses.cosine_distance(input, target, epsilon=eps * eps, axis=axis)


def by_keras(oracle, input, target, *, reduction):
    if input.ndim < 2:
        raise NotCovered("it takes rows")
    return 1 + oracle.positions("CosineSimilarity", input, target, reduction=reduction)


def textbook(np, x, y):
    return (1 - (x * y).sum(-1) / ((x * x).sum(-1) * (y * y).sum(-1)) ** 0.5).mean()


def draw_rows(rng, n):
    width = max(1, min(128, n // 4))
    shape = max(1, n // width), width
    return benchmark_inputs.normal(rng, *shape), benchmark_inputs.normal(rng, *shape)


DEFECTS = (
    Defect(
        "keras",
        ("cosine_distance",),
        ("extreme, long and short",),
        "number",
        "another cosine for very short vectors",
        "they are less than its epsilon",
        reductions=("none",),
    ),
)
CASE = Case(
    "cosine_distance",
    al.cosine_distance,
    samples,
    reference,
    differentiable=("input", "target"),
    kinks=KINKS,
    allowance=Allowance("1 - cos is a difference: near 0 its error is absolute", scale=2.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer(by_torch, reductions=("none",), scale=2.0),
        "optax": Peer(by_optax, reductions=("none",), scale=2.0),
        "keras": Peer(by_keras, reductions=("none",), scale=2.0),
        "sklearn": "its cosine_distances are of every vector with every other",
    },
    defects=DEFECTS,
    benchmarks=(
        Benchmark(
            draw=draw_rows,
            textbook=textbook,
            rivals=(
                plain_torch(lambda F: lambda x, y: (1 - F.cosine_similarity(x, y, dim=-1)).mean()),
                PeerCall("optax", "optax.cosine_distance", lambda m: lambda x, y: m.cosine_distance(x, y).mean()),
            ),
            wrt=2,
        ),
    ),
)
