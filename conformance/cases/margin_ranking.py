"""Margin ranking loss."""

import numpy as np

import array_losses as al

from .. import benchmark_inputs, sign_labels
from ..benchmark import Benchmark, torch
from ..case import Allowance, Case, Kink, Sample
from ..invalid import narrow
from ..peer import Defect, NotCovered, Peer
from ..reference import collect, exact, per_sample
from ..samples import elementwise as elementwise_samples


def reference(input1, input2, target, *, margin=0.0, sample_weight=None, where=None):
    def element(index):
        ahead = exact(input1[index]) - exact(input2[index])
        shortfall = exact(margin) - (ahead if target[index] == 1 else -ahead)
        return (shortfall if shortfall > 0 else exact(0)), 1.0

    return collect(input1.shape, element, divisor="count", sample_weight=sample_weight, where=where)


def samples(rng):
    def draw(shape):
        return 2 * rng.normal(size=shape), rng.normal(size=shape), sign_labels.signs(rng, shape)

    yield from elementwise_samples(rng, draw)
    yield from sign_labels.integers(rng, draw)
    yield Sample("one pair", (np.asarray(0.5), np.asarray(0.75), np.asarray(1.0)))
    for margin in (-0.3, 0.3, 1.0):
        yield Sample(f"margin {margin}", draw((4, 3)), {"margin": margin})
    same = np.array([1.0, -2.0, 0.0])
    yield Sample("equal scores", (same, same, np.array([1.0, -1.0, 1.0])), smooth=False)
    yield Sample("kink", (same + 0.5, same, np.array([1.0, -1.0, 1.0])), {"margin": 0.5}, smooth=False)
    big = np.array([1e4, -1e4, 1e4, 50.0]), np.array([-1e4, 1e4, 1.0, -50.0])
    yield Sample("extreme", (*big, np.array([1.0, 1.0, -1.0, -1.0])))
    huge = np.array([1e300, 1e300, 1e-300]), np.array([-1e300, 1.0, 0.0])
    yield Sample("huge and tiny", (*huge, np.array([1.0, -1.0, -1.0])), smooth=False)
    far = np.array([np.inf, 0.5]), np.array([0.0, -np.inf])
    yield Sample("infinite, right", (*far, np.array([1, 1])), smooth=False)
    yield Sample("infinite, wrong", (*far, np.array([-1, -1])), smooth=False)
    nothing = {"sample_weight": np.zeros(2)}
    yield Sample("infinite, wrong, weight 0", (*far, np.array([-1, -1])), nothing, smooth=False)


KINKS = (
    Kink(
        "at the margin",
        (np.array([1.0, 0.5, -0.5, 2.0]), np.zeros(4), np.array([1.0, 1.0, -1.0, -1.0])),
        np.array([0.0, -1.0, 1.0, 1.0]),
        {"margin": 1.0},
    ),
    Kink(
        "equal scores", (np.array([1.0, 2.0]), np.array([1.0, 1.0]), np.array([1.0, -1.0])), np.array([0.0, 1.0])
    ),
)  # fmt: skip


def invalid(good):
    x, y = good["input1"], good["target"]
    for name in ("input2", "target"):
        for bad in (y[:1], y[:, :1], y[:, 0], y[None], y[:0], np.asarray(0.5)):
            yield good.but(al.ShapeError, name, bad, f"have the shape of `input1`, {x.shape}")
        yield good.but(al.DTypeError, name, y.astype(np.complex64), "hold real numbers")
    yield good.but(al.DTypeError, "input2", y > 0, "hold numbers", "bool")
    yield from narrow(good, ("sample_weight", "where"), x.shape, "the shape of `input1`")
    yield from sign_labels.invalid(good)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "hinge loss of the difference",
        "the pair turned round",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def by_torch(oracle, *arrays, margin=0.0, where=None, reduction):
    if where is not None:
        if reduction == "none":
            raise NotCovered("no mask; what is left is a list")
        kept = per_sample(where, arrays[0].shape)
        arrays = tuple(each[kept] for each in arrays)
    return oracle.whole("margin_ranking_loss", *arrays, margin=margin, reduction=reduction)


def textbook(np, x1, x2, y):
    return np.maximum(0 * x1, -y * (x1 - x2)).mean()


def draw_pairs(rng, n):
    scores, y = sign_labels.draw_large(rng, n)
    return scores, benchmark_inputs.normal(rng, n), y


DEFECTS = (
    Defect(
        "torch.nn.functional",
        ("margin_ranking_loss",),
        ("empty batch", "all masked"),
        "nan",
        "the mean over nothing is NaN",
        "it divides 0 by 0",
        "pytorch#70348",
        ("mean",),
    ),
)
NONE = "no loss of pairs of scores"
CASE = Case(
    "margin_ranking_loss",
    al.margin_ranking_loss,
    samples,
    reference,
    differentiable=("input1", "input2"),
    kinks=KINKS,
    allowance=Allowance("margin - d is a difference: near the margin the error is absolute", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={"torch": Peer(by_torch, scale=1.0), "optax": NONE, "keras": NONE, "sklearn": NONE},
    defects=DEFECTS,
    benchmarks=(Benchmark(draw=draw_pairs, textbook=textbook, rivals=(torch("margin_ranking_loss"),), wrt=2),),
)
