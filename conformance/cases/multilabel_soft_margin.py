"""Multilabel soft margin loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, torch
from ..case import Case, Sample
from ..invalid import narrow, unit
from ..peer import Defect, NotCovered, Peer
from ..reference import collect, exact, softplus, times
from ..samples import hard, mask, poisoned, weights


def reference(input, target, weight=None, *, axis=1, sample_weight=None, where=None):
    axis = 0 if input.ndim == 1 else axis
    z, y = np.moveaxis(input, axis, -1), np.moveaxis(target, axis, -1)
    classes = z.shape[-1]
    w = np.ones(classes) if weight is None else weight

    def element(index):
        total = exact(0)
        for c in range(classes):
            x, p = exact(z[index][c]), exact(y[index][c])
            total += times(exact(w[c]), times(p, softplus(-x)) + times(1 - p, softplus(x)))
        return total / max(1, classes), 1.0

    return collect(z.shape[:-1], element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(*shape):
        return 2 * rng.normal(size=shape), rng.uniform(0.05, 0.95, shape)

    yield Sample("plain", draw(4, 3))
    x, y = draw(4, 3)
    ids = hard(y)
    yield Sample("integer target", (x, ids))
    yield Sample("boolean target", (x, ids.astype(bool)))
    yield Sample("hard floating target", (x, ids.astype(np.float64)))
    yield Sample("one sample", draw(3))
    yield Sample("one class", draw(4, 1))
    yield Sample("sequence", draw(2, 3, 4))
    yield Sample("spatial", draw(2, 3, 2, 2))
    yield Sample("channels last", draw(2, 4, 3), {"axis": -1})
    yield Sample("classes first", draw(3, 4), {"axis": 0})
    yield Sample("empty batch", draw(0, 3))
    yield Sample("no classes", draw(2, 0))

    w = {"weight": weights(rng, (3,))}
    yield Sample("weight", draw(4, 3), w)
    yield Sample("weight of one sample", draw(3), w)
    yield Sample("weight, sequence", draw(2, 3, 4), w)
    yield Sample("weight, channels last", draw(2, 4, 3), {**w, "axis": -1})
    yield Sample("weight 0", draw(4, 3), {"weight": np.zeros(3)})
    yield Sample("sample weight", draw(4, 3), {"sample_weight": weights(rng, (4,))})
    yield Sample("sample weight of positions", draw(2, 3, 4), {"sample_weight": weights(rng, (2, 4))})
    yield Sample("sample weight of all", draw(4, 3), {"sample_weight": np.asarray(0.25)})
    yield Sample("both weights", draw(4, 3), {**w, "sample_weight": weights(rng, (4,))})

    yield Sample("masked", draw(4, 3), {"where": mask(rng, (4,))})
    yield Sample("masked positions", draw(2, 3, 4), {"where": mask(rng, (2, 4)), **w})
    kept = mask(rng, (4,))
    bad = tuple(poisoned(each, kept[:, None]) for each in draw(4, 3))
    every = {"where": kept, "sample_weight": poisoned(weights(rng, (4,)), kept), **w}
    yield Sample("masked nan and inf", bad, every)
    yield Sample("masked, integer target", (bad[0], np.where(kept[:, None], ids, 7)), {"where": kept})
    none = np.zeros(4, dtype=bool)
    yield Sample("all masked", tuple(poisoned(each, none[:, None]) for each in draw(4, 3)), {"where": none})

    big = np.array([[1e4, -1e4, 50.0], [-50.0, 1e4, -1e4]])
    yield Sample("extreme", (big, np.array([[0, 1, 0], [1, 1, 0]])))
    yield Sample("extreme, soft target", (big, np.full((2, 3), 0.25)))
    far = np.array([[np.inf, -np.inf, 0.5]])
    yield Sample("infinite, right", (far, np.array([[1, 0, 1]])), smooth=False)
    yield Sample("infinite, wrong", (far, np.array([[0, 0, 1]])), smooth=False)
    yield Sample(
        "infinite, wrong, weight 0", (far, np.array([[0, 0, 1]])), {"weight": np.array([0.0, 1, 1])}, smooth=False
    )
    nothing = {"sample_weight": np.zeros(1)}
    yield Sample("infinite, wrong, sample weight 0", (far, np.array([[0, 0, 1]])), nothing, smooth=False)


def invalid(good):
    x, y = good["input"], good["target"]
    for bad in (y[:1], y[:, :1], y[:, 0], y[None], y[:0]):
        yield good.but(al.ShapeError, "target", bad, f"have shape (N, C, *S) = {x.shape}")
    yield good.but(al.DTypeError, "target", y.astype(np.complex64), "hold real numbers")
    for size in (1, 4):
        yield good.but(al.ShapeError, "weight", np.ones(size), "have shape (C,) = (3,)")
    yield good.but(al.DTypeError, "weight", np.ones(3, dtype=np.complex64), "hold real numbers")
    for axis in (2, -3):
        yield good.but(al.OptionError, "axis", axis, f"name one of the 2 axes of `input`, of shape {x.shape}")
    yield from narrow(good, ("sample_weight", "where"), x.shape[:1], "(N, *S)")
    yield from unit(good, "target", (1, 2), spoiled=(1,))
    labels = good.having(target=(y > 0.5).astype(np.int64))
    for bad in (-1, 2):
        yield labels.value("target", (2, 0), bad, "hold values in [0, 1]", spoiled=(2,))


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "mirrored",
        "labels equal probabilities",
        "mean of the binary cross-entropies of a sample",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torch(oracle, input, target, *, weight=None, axis=1, reduction):
    """Its classes are the last axis."""
    axis = 0 if input.ndim == 1 else axis
    last = (np.moveaxis(each, axis, -1) for each in (input, target.astype(np.float64)))
    if input.ndim == 1 and reduction == "none":
        raise NotCovered("of one sample it gives a loss in all reductions")
    return oracle.whole("multilabel_soft_margin_loss", *last, weight=weight, reduction=reduction)


def textbook(np, z, y):
    return (np.maximum(z, 0 * z) - z * y + np.log1p(np.exp(-np.abs(z)))).mean()


def draw_large(rng, n):
    rows = max(1, n // 10)
    return 3 * benchmark_inputs.normal(rng, rows, 10), (rng.random((rows, 10)) < 0.3).astype(np.float32)


DEFECTS = (
    Defect(
        "torch.nn.functional",
        ("multilabel_soft_margin_loss",),
        ("empty batch",),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        ("mean",),
    ),
    Defect(
        "torch.nn.functional",
        ("multilabel_soft_margin_loss",),
        ("no classes", "infinite, right", "infinite, wrong", "infinite, wrong, weight 0"),
        "nan",
        "NaN without classes and at infinite logits",
        "0 / 0 and 0 * inf are NaN",
    ),
)
NONE = "the binary cross-entropy of each label alone, which is compared as that"
CASE = Case(
    "multilabel_soft_margin_loss",
    al.multilabel_soft_margin_loss,
    samples,
    reference,
    differentiable=("input", "target"),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": Peer(by_torch, scale=1.0), "optax": NONE, "keras": NONE, "sklearn": NONE},
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=draw_large, textbook=textbook, rivals=(torch("multilabel_soft_margin_loss"),)),),
)
