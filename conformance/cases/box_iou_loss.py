"""Intersection over union of pairs of boxes."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark
from ..box_pairs import boxes, draw_pairs, pair_samples, pairwise, shared_and_union
from ..box_pairs import invalid as of_pairs
from ..case import Allowance, Case, Kink, Sample
from ..reference import EXACT, exact


def pair(a, b, kind, eps):
    """The loss of two boxes."""
    shared, union = shared_and_union(a, b)
    if kind == "log":
        return EXACT.log((union + eps) / (shared + eps))
    return 1 - (shared / (union + eps)) ** {"linear": 1, "square": 2}[kind]


def reference(boxes1, boxes2, *, kind="linear", eps=1e-7, sample_weight=None, where=None):
    return pairwise(lambda a, b: pair(a, b, kind, exact(eps)), boxes1, boxes2, sample_weight, where)


def samples(rng):
    yield from pair_samples(rng)
    apart = np.array([[0.0, 0.0, 2.0, 2.0], [1.0] * 4]), np.array([[3.0, 3.0, 5.0, 6.0], [1.0] * 4])
    for kind in ("log", "square"):
        options = {"kind": kind}
        yield Sample(kind, (boxes(rng, 5), boxes(rng, 5)), options)
        yield Sample(f"{kind}, one pair", (boxes(rng), boxes(rng)), options)
        yield Sample(f"{kind}, eps", (boxes(rng, 5), boxes(rng, 5)), {**options, "eps": 0.5})
        yield Sample(f"{kind}, apart and without area", apart, options, smooth=False)
        yield Sample(f"{kind}, equal boxes", (apart[0][:1], apart[0][:1]), options, smooth=False)


EQUAL, EMPTY = np.array([[0.0, 0.0, 2.0, 2.0]]), np.ones((1, 4))
TOUCHING = np.array([[2.0, 0.0, 4.0, 2.0]])
KINKS = (
    Kink("equal boxes", (EQUAL, EQUAL), np.array([[1, 1, -1, -1]]) / 16, {"eps": 4.0}),
    Kink("touching boxes", (EQUAL, TOUCHING), np.zeros((1, 4))),
    Kink("touching boxes, log", (EQUAL, TOUCHING), np.array([[-1, -1, 1, 1]]) / 8, {"kind": "log", "eps": 8.0}),
    Kink("equal boxes without area", (EMPTY, EMPTY), np.zeros((1, 4))),
)


def invalid(good):
    yield from of_pairs(good)
    for bad in ("giou", "Linear", None):
        yield good.but(al.OptionError, "kind", bad, 'be "linear", "log" or "square"')


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "symmetric in the boxes",
        "boxes may be moved",
        "boxes may be scaled",
        "boxes may be reflected",
        "equal boxes cost nothing",
        "at most 2",
        "kinds of one overlap",
    }
)


def textbook(np, a, b):
    shared = np.clip(np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0]), 0, None)
    shared = shared * np.clip(np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1]), 0, None)
    areas = [(each[:, 2] - each[:, 0]) * (each[:, 3] - each[:, 1]) for each in (a, b)]
    return (1 - shared / (areas[0] + areas[1] - shared + 1e-7)).mean()


NONE = "no loss of boxes"
CASE = Case(
    "box_iou_loss",
    al.box_iou_loss,
    samples,
    reference,
    differentiable=("boxes1", "boxes2"),
    kinks=KINKS,
    allowance=Allowance("1 - IoU and ln U - ln I are differences: near 0 the error is absolute", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": NONE,
        "torchvision": "of every box with every other, and no loss",
        "optax": NONE,
        "keras": NONE,
        "sklearn": NONE,
    },
    demo={"detection": ("found_boxes", "true_boxes")},
    benchmarks=(Benchmark(draw=draw_pairs, textbook=textbook),),
)
