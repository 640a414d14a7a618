"""Cosine embedding loss."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, torch
from ..case import Allowance, Case, Kink, Sample
from ..embeddings import LENGTHS, OTHERS, cosine, rowwise
from ..invalid import narrow
from ..peer import Defect, NotCovered, Peer
from ..reference import collect, exact
from .cosine_distance import draw_rows


def reference(input1, input2, target, *, margin=0.0, sample_weight=None, where=None):
    def element(index):
        c = cosine(input1[index], input2[index], 1e-8)
        return 1 - c if target[index] == 1 else max(c - exact(margin), exact(0)), 1.0

    return collect(target.shape, element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        signs = rng.choice([-1.0, 1.0], shape[:-1])
        signs.flat[:2] = [-1.0, 1.0][: signs.size]
        return rng.normal(size=shape), rng.normal(size=shape), signs

    yield from rowwise(rng, draw)
    x, y, signs = draw((4, 3))
    yield Sample("integer target", (x, y, signs.astype(np.int64)))
    yield Sample("margin", (x, y, signs), {"margin": 0.25})
    yield Sample("negative margin", (x, y, signs), {"margin": -0.5})
    yield Sample("all together", (x, y, np.ones(4)))
    yield Sample("all apart", (np.abs(x), np.abs(y), -np.ones(4)))
    axes = np.eye(3)[[0, 1, 2, 0]]  # whose cosines are 1 on every backend
    yield Sample("the largest margin", (axes, axes, -np.ones(4)), {"margin": 1.0}, smooth=False)
    zero = (x * [[1], [0], [1], [0]], y * [[0], [1], [1], [0]])
    yield Sample("zero vectors", (*zero, signs), smooth=False)
    yield Sample("zero vectors, negative margin", (*zero, signs), {"margin": -1.0}, smooth=False)
    yield Sample("equal", (x, x, signs), terms=2.0)
    yield Sample("opposite", (x, -x, signs), {"margin": -1.0}, terms=2.0, smooth=False)
    yield Sample("extreme, long and short", (x * LENGTHS, y * OTHERS, signs), smooth=False)


RIGHT, APART = np.array([[0.6, 0.8]]), -np.ones(1)
KINKS = (
    Kink("at the margin", (np.array([[0.0, 2.0]]), np.array([[4.0, 0.0]]), APART), np.zeros((1, 2))),
    Kink("zero vector", (np.zeros((1, 2)), RIGHT, np.ones(1)), np.zeros((1, 2))),
    Kink("zero vector, apart", (np.zeros((1, 2)), RIGHT, APART), np.zeros((1, 2)), {"margin": -0.5}),
)


def invalid(good):
    x1, x2, y = (good[name] for name in ("input1", "input2", "target"))
    yield good.but(al.ShapeError, "input1", x1[0, 0], "have shape (*S, D)")
    for bad in (x2[:1], x2[:, :1], x2[0], x2[None], x2[:0], np.asarray(0.5)):
        yield good.but(al.ShapeError, "input2", bad, f"have the shape of `input1`, {x1.shape}")
    for bad in (y[:1], y[:, None], y[:0], np.asarray(1.0)):
        yield good.but(al.ShapeError, "target", bad, f"have shape (*S,) = ({len(y)},)")
    yield good.but(al.DTypeError, "input2", x2.astype(np.complex64), "hold real numbers")
    yield good.but(al.DTypeError, "input2", x2 > 0, "hold numbers", "bool")
    yield good.but(al.DTypeError, "target", y > 0, "hold -1 or 1", "bool; write 2 * target - 1")
    for dtype, wrong in {np.float64: (0.0, 0.5, np.inf), np.int64: (0, 2)}.items():
        typed = good.having(target=y.astype(dtype))
        for bad in wrong:
            yield typed.value("target", (1,), bad, "hold -1 or 1")
    for bad in (-1.5, 2, np.nan):
        yield good.but(al.OptionError, "margin", bad, "be a number in [-1, 1]")
    for bad in ("1", True, None):
        yield good.but(al.DTypeError, "margin", bad, "be a number in [-1, 1]")
    yield from narrow(good, ("sample_weight", "where"), y.shape, "(*S,)")


PROMISES = frozenset(
    {
        "nonnegative up to rounding",
        "permutable over the batch",
        "linear in the weights",
        "lengths of both do not matter",
        "symmetric in the embeddings",
        "pairs that belong together cost their distance",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torch(oracle, input1, input2, target, *, margin=0.0, reduction):
    if input1.ndim > 2:
        raise NotCovered("rows, not sequences of them")
    return oracle.whole("cosine_embedding_loss", input1, input2, target, margin=margin, reduction=reduction)


def textbook(np, x, y, target):
    c = (x * y).sum(-1) / ((x * x).sum(-1) * (y * y).sum(-1)) ** 0.5
    return np.where(target > 0, 1 - c, np.maximum(c, 0 * c)).mean()


def draw_pairs(rng, n):
    x, y = draw_rows(rng, n)
    return x, y, 2 * rng.integers(0, 2, len(x)) - 1


DEFECTS = (
    Defect(
        "torch.nn.functional",
        ("cosine_embedding_loss",),
        ("extreme, long and short", "one feature"),
        "number",
        "another cosine for very long and for short embeddings",
        "their squares overflow, or are less than the 1e-12 that it adds",
    ),
    Defect(
        "torch.nn.functional",
        ("cosine_embedding_loss",),
        ("empty batch",),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        ("mean",),
    ),
)
NONE = "no loss of pairs that belong together or apart"
CASE = Case(
    "cosine_embedding_loss",
    al.cosine_embedding_loss,
    samples,
    reference,
    differentiable=("input1", "input2"),
    kinks=KINKS,
    allowance=Allowance("1 - cos is a difference: near 0 its error is absolute", scale=2.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer(by_torch, scale=1e6),
        "optax": NONE,
        "keras": NONE,
        "sklearn": NONE,
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=draw_pairs, textbook=textbook, rivals=(torch("cosine_embedding_loss"),), wrt=2),),
)
