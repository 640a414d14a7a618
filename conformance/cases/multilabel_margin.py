"""Multilabel margin loss."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, torch
from ..benchmark_inputs import normal
from ..case import Allowance, Case, Kink, Sample
from ..invalid import LARGEST, narrow
from ..peer import NotCovered, Peer
from ..reference import collect, exact
from ..samples import mask, poisoned, weights


def reference(input, target, *, sample_weight=None, where=None):
    def element(index):
        x, row = input[index], target[index].tolist()
        there = np.flatnonzero(row) if target.dtype.kind == "b" else row[: [*row, -1].index(-1)]
        others = [c for c in range(len(x)) if c not in there]
        excess = [1 - exact(x[j]) + exact(x[i]) for j in there for i in others]
        return sum((each for each in excess if each > 0), exact(0)) / len(row), 1.0

    return collect(input.shape[:-1], element, divisor="count", sample_weight=sample_weight, where=where)


def lists(rng, shape):
    """Lists of up to C different ids, of different lengths, and anything after the end."""
    order = rng.permuted(np.broadcast_to(np.arange(shape[-1]), shape), axis=-1)
    ends = rng.integers(0, shape[-1] + 1, shape[:-1])[..., None]
    return np.where(np.arange(shape[-1]) == ends, -1, order)


def samples(rng):
    def draw(*shape):
        return 2 * rng.normal(size=shape), lists(rng, shape)

    x, y = draw(5, 4)
    y[0] = [2, 0, -1, 1]
    yield Sample("plain", (x, y))
    yield Sample("mask", (x, rng.random((5, 4)) < 0.5))
    yield Sample("one sample", (x[0], y[0]))
    yield Sample("one sample, mask", (x[0], y[0] > 0))
    yield Sample("one class", (x[:2, :1], np.array([[0], [-1]])))
    yield Sample("samples of samples", draw(2, 3, 4))
    yield Sample("no labels", (x, np.full((5, 4), -1)))
    yield Sample("all labels", (x, np.tile(np.arange(4), (5, 1))))
    yield Sample("an id twice", (x[:2], np.array([[1, 1, -1, 0], [3, 0, 3, 3]])))
    yield Sample("empty batch", draw(0, 3))
    yield Sample("empty batch, mask", (np.zeros((0, 3)), np.zeros((0, 3), dtype=bool)))
    yield Sample("many classes", draw(3, 20))
    yield Sample("sample weight", (x, y), {"sample_weight": weights(rng, (5,))})
    yield Sample("sample weight 0", (x, y), {"sample_weight": np.zeros(5)})
    yield Sample("sample weight of all", (x, y), {"sample_weight": np.asarray(0.25)})
    yield Sample("sample weight of samples", draw(2, 3, 4), {"sample_weight": weights(rng, (2, 1))})
    kept = mask(rng, (5,))
    bad = poisoned(x, kept[:, None])
    weight = poisoned(weights(rng, (5,)), kept)
    yield Sample("masked", (x, y), {"where": kept})
    yield Sample("masked nan, inf and bad ids", (bad, np.where(kept[:, None], y, 99)), {"where": kept})
    yield Sample("masked nan and inf, mask", (bad, y > 0), {"where": kept, "sample_weight": weight})
    yield Sample("masked places", draw(2, 3, 4), {"where": mask(rng, (1, 3))})
    yield Sample("all masked", (poisoned(x, np.zeros((5, 1), dtype=bool)), y), {"where": np.zeros(5, dtype=bool)})
    big = np.array([[1e4, -1e4, 50.0, 0.0], [1e4, 1e4, -1e4, -1e4]])
    yield Sample("extreme", (big, np.array([[1, -1, 0, 0], [0, 2, -1, -1]])), smooth=False)
    yield Sample("ties", (np.full((2, 4), 1.5), np.array([[1, 2, -1, 0], [0, -1, 0, 0]])))
    yield Sample("kink", (np.array([[2.0, 1.0, 0.5, 0.0]]), np.array([[0, 2, -1, -1]])), smooth=False)
    far = np.array([[np.inf, 0.0, 1.0], [0.0, 1.0, -np.inf], [-np.inf, 5.0, 0.0]])
    yield Sample("infinite, right", (far, np.array([[0, -1, 0], [1, 0, -1], [1, 2, -1]])), smooth=False)
    wrong = np.array([[1, -1, 0], [2, -1, 0], [0, 1, -1]])
    yield Sample("infinite, wrong", (far, wrong), smooth=False)
    yield Sample("infinite, wrong, weight 0", (far, wrong), {"sample_weight": np.zeros(3)}, smooth=False)


KINKS = (
    Kink(
        "at the lead",
        (np.array([[2.0, 1.0, 0.0], [1.0, 0.5, 0.0]]), np.array([[0, -1, -1], [0, -1, -1]])),
        np.array([[0.0, 0.0, 0.0], [-1 / 3, 1 / 3, 0.0]]),
    ),
)


def invalid(good):
    x, y = good["input"], good["target"]
    for bad in (y[:1], y[:, :1], y[:, 0], y[None], y[:0]):
        yield good.but(al.ShapeError, "target", bad, f"have the shape of `input`, {x.shape}")
    must = "hold integer class ids, or booleans that say which classes are there"
    for dtype in (np.float64, np.complex64):
        yield good.but(al.DTypeError, "target", y.astype(dtype), must)
    yield from narrow(good, ("sample_weight", "where"), (len(x),), "(*S,)")
    for bad in (-2, x.shape[1], LARGEST):
        must = f"hold class ids in [0, {x.shape[1]}), and -1 after the last"
        yield good.value("target", (2, 0), bad, must, spoiled=(2,))


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "the order of labels does not matter",
        "lists of ids equal masks",
        "one label is that of exclusive classes",
        "no label, or every label, costs nothing",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torch(oracle, input, target, *, reduction):
    """Lists of ids, of one axis or two; after the end it takes no ids that there are not."""
    if target.dtype.kind != "i" or not target.size:
        raise NotCovered("lists of ids, and a sample at least")
    rows = input.reshape(-1, input.shape[-1]), target.reshape(-1, input.shape[-1])
    found = oracle.whole("multilabel_margin_loss", *rows, reduction=reduction)
    return found.reshape(target.shape[:-1]) if reduction == "none" else found


def textbook(np, x, y):
    there = np.where(np.arange(x.shape[1])[None, None, :] == y[:, :, None], 1.0, 0.0).sum(axis=1) > 0
    excess = np.maximum(0 * x[:, :, None], 1 - x[:, :, None] + x[:, None, :])
    return (np.where(there[:, :, None] & ~there[:, None, :], excess, 0.0).sum(axis=(1, 2)) / x.shape[1]).mean()


def draw_lists(rng, n):
    """Lists of three of 20 classes."""
    rows = max(1, n // 20)
    ids = np.argsort(rng.random((rows, 20)), axis=1)
    ids[:, 3:] = -1
    return normal(rng, rows, 20), ids


NONE = "no margin loss of several labels"
CASE = Case(
    "multilabel_margin_loss",
    al.multilabel_margin_loss,
    samples,
    reference,
    differentiable=("input",),
    kinks=KINKS,
    allowance=Allowance("a sum over all pairs of classes", ulps=8.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": Peer(by_torch), "optax": NONE, "keras": NONE, "sklearn": NONE},
    benchmarks=(Benchmark(draw=draw_lists, textbook=textbook, rivals=(torch("multilabel_margin_loss"),), smallest=40),),
)
