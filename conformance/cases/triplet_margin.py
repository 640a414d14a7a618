"""Triplet margin loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, torch
from ..case import Allowance, Case, Kink, Sample
from ..embeddings import rowwise
from ..invalid import narrow
from ..peer import Defect, NotCovered, Peer
from ..reference import EXACT, collect, exact


def distance(a, b, p, eps):
    powers = [abs(exact(x) - exact(y) + eps) ** p for x, y in zip(a, b, strict=True)]
    return EXACT.root(sum(powers, exact(0)), p) if p == int(p) else sum(powers, exact(0)) ** (1 / p)


def reference(
    anchor, positive, negative, *, margin=1.0, p=2.0, eps=1e-6, swap=False, nonzero_mean=False, sample_weight=None,
    where=None,
):  # fmt: skip
    p, eps = exact(p), exact(eps)

    def element(index):
        a, b, c = (each[index] for each in (anchor, positive, negative))
        far = distance(a, c, p, eps)
        if swap:
            far = min(far, distance(b, c, p, eps))
        loss = max(distance(a, b, p, eps) - far + exact(margin), exact(0))
        return (loss, 1.0) if loss or not nonzero_mean else None

    return collect(anchor.shape[:-1], element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return tuple(rng.normal(size=shape) for _ in range(3))

    yield from rowwise(rng, draw)
    shape = (6, 3)
    three = draw(shape)
    yield Sample("small margin", three, {"margin": 0.25})
    yield Sample("margin 0", three, {"margin": 0.0})
    yield Sample("large margin", three, {"margin": 10.0})
    yield Sample("p 1", three, {"p": 1.0})
    yield Sample("p 3", three, {"p": 3.0})
    yield Sample("p 1.5", three, {"p": 1.5})
    yield Sample("p 12", three, {"p": 12.0})
    yield Sample("eps 0", three, {"eps": 0.0})
    yield Sample("large eps", three, {"eps": 0.5, "p": 2.5})
    yield Sample("swap", three, {"swap": True})
    yield Sample("swap, p 1", three, {"swap": True, "p": 1.0})
    every = {"swap": True, "nonzero_mean": True, "margin": 0.5, "p": 3.0, "eps": 1e-3}
    kept, own = np.array([True, True, False, True, True, False]), rng.uniform(0.1, 2.0, 6)
    yield Sample("every option", three, {**every, "where": kept, "sample_weight": own})
    yield Sample("nonzero mean", three, {"nonzero_mean": True, "margin": 0.1})
    yield Sample("nonzero mean, weighted", three, {"nonzero_mean": True, "margin": 0.1, "sample_weight": own})
    yield Sample("nonzero mean of nothing", (three[0], three[0], 100 + three[2]), {"nonzero_mean": True}, smooth=False)
    a, b, c = three
    yield Sample("equal anchor and positive", (a, a, c), {"margin": 9.0, "eps": 0.0}, smooth=False)
    yield Sample("all equal", (a, a, a), smooth=False, terms=2.0)
    yield Sample("all equal, swap", (a, a, a), {"swap": True}, smooth=False, terms=2.0)
    yield Sample("extreme, far apart", (a, 1e30 * b, 1e25 * c), smooth=False)
    yield Sample("extreme, far apart, p 3", (a, 1e30 * b, 1e25 * c), {"p": 3.0}, smooth=False)
    far = c.copy()
    far[0, 0], far[1, 1] = np.inf, -np.inf
    yield Sample("infinitely far negatives", (a, b, far), smooth=False)
    yield Sample("infinite loss", (a, far, c), smooth=False)
    yield Sample("infinite loss of weight 0", (a, far, c), {"sample_weight": np.arange(6.0) // 2}, smooth=False)


def row(*x):
    return np.array([x], dtype=np.float64)


KINKS = (
    Kink("at the margin", (row(0, 0), row(3, 4), row(6, 0)), row(0, 0), {"eps": 0.0}),
    Kink("equal anchor and positive", (row(0, 0), row(0, 0), row(3, 4)), row(0.6, 0.8), {"eps": 0.0, "margin": 10.0}),
    Kink("swap of equals", (row(-3, 0), row(3, 0), row(0, 4)), row(-0.7, 0.4), {"eps": 0.0, "swap": True}),
    Kink("p 1", (row(0, 0), row(0, 4), row(1, 1)), row(1, 0), {"eps": 0.0, "p": 1.0}),
)


def invalid(good):
    a, b = good["anchor"], good["positive"]
    yield good.but(al.ShapeError, "anchor", a[0, 0], "have shape (*S, D)")
    for name in ("positive", "negative"):
        for bad in (b[:1], b[:, :1], b[0], b[None], b[:0], np.asarray(0.5)):
            yield good.but(al.ShapeError, name, bad, f"have the shape of `anchor`, {a.shape}")
        yield good.but(al.DTypeError, name, b.astype(np.complex64), "hold real numbers")
        yield good.but(al.DTypeError, name, b > 0, "hold numbers", "bool")
    for bad in (0.5, 0, -1.0, np.inf, np.nan):
        yield good.but(al.OptionError, "p", bad, "be a number in [1, inf]")
    for bad in ("2", True, None):
        yield good.but(al.DTypeError, "p", bad, "be a number in [1, inf]")
    yield from narrow(good, ("sample_weight", "where"), a.shape[:-1], "(*S,)")


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "all may be moved together",
        "entries may be reordered",
        "homogeneous with the margin and eps",
        "a swap costs no less",
        "a farther negative costs no more",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_optax(oracle, anchor, positive, negative, *, margin=1.0, eps=1e-6, reduction):
    if eps:
        raise NotCovered("its eps is inside the root")
    return oracle.optax.losses.triplet_margin_loss(anchor, positive, negative, margin=margin, eps=0.0)


def textbook(np, a, b, c):
    def norm(d):
        return ((d + 1e-6) ** 2).sum(-1) ** 0.5

    loss = norm(a - b) - norm(a - c) + 1
    return np.maximum(loss, 0 * loss).mean()


def draw_triplets(rng, n):
    width = max(1, min(128, n // 4))
    return tuple(benchmark_inputs.normal(rng, max(1, n // width), width) for _ in range(3))


DEFECTS = (
    Defect(
        "torch.nn.functional",
        ("triplet_margin_loss",),
        ("empty batch",),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        ("mean",),
    ),
    Defect("torch.nn.functional", ("triplet_margin_loss",), ("margin 0",), "error", "no margin of 0", "it refuses it"),
    Defect(
        "torch.nn.functional",
        ("triplet_margin_loss",),
        ("extreme, far apart, p 3",),
        "number",
        "a less exact distance",
        "the cubic root of a number far from 1 is off by 20 units in the last place",
    ),
)
NONE = "no loss of triplets"
CASE = Case(
    "triplet_margin_loss",
    al.triplet_margin_loss,
    samples,
    reference,
    differentiable=("anchor", "positive", "negative"),
    kinks=KINKS,
    allowance=Allowance("a difference of distances: near 0 its error is absolute", scale=4.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": Peer("triplet_margin_loss", ("margin", "p", "eps", "swap"), scale=4.0),
        "optax": Peer(by_optax, reductions=("none",), scale=4.0),
        "keras": NONE,
        "sklearn": NONE,
    },
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=draw_triplets, textbook=textbook, rivals=(torch("triplet_margin_loss"),), wrt=3),),
)
