"""Generalized intersection over union of boxes."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark
from ..box_pairs import area, draw_pairs, invalid, pair_samples, pairwise, shared_and_union
from ..case import Allowance, Case, Kink
from ..peer import Defect, Peer
from ..reference import exact


def pair(a, b, eps):
    """The loss of two boxes."""
    shared, union = shared_and_union(a, b)
    around = area(min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return 1 - shared / (union + eps) + (around - union) / (around + eps)


def reference(boxes1, boxes2, *, eps=1e-7, sample_weight=None, where=None):
    return pairwise(lambda a, b: pair(a, b, exact(eps)), boxes1, boxes2, sample_weight, where)


KINKS = (
    Kink(
        "equal boxes",
        (np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[0.0, 0.0, 2.0, 2.0]])),
        np.array([[1, 1, -1, -1]]) / 16,
        {"eps": 4.0},
    ),
    Kink(
        "touching boxes",
        (np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([[2.0, 0.0, 4.0, 2.0]])),
        np.array([[0.0, 0.0, -0.125, 0.0]]),
        {"eps": 8.0},
    ),
    Kink("equal boxes without area", (np.ones((1, 4)), np.ones((1, 4))), np.zeros((1, 4))),
)


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
        "costlier farther away",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, a, b):
    shared = np.clip(np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0]), 0, None)
    shared = shared * np.clip(np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1]), 0, None)
    width = np.maximum(a[:, 2], b[:, 2]) - np.minimum(a[:, 0], b[:, 0])
    around = width * (np.maximum(a[:, 3], b[:, 3]) - np.minimum(a[:, 1], b[:, 1]))
    areas = [(each[:, 2] - each[:, 0]) * (each[:, 3] - each[:, 1]) for each in (a, b)]
    union = areas[0] + areas[1] - shared
    return (1 - shared / (union + 1e-7) + (around - union) / (around + 1e-7)).mean()


DEFECTS = (
    Defect(
        "torchvision",
        ("generalized_box_iou_loss",),
        ("turned",),
        "number",
        "another loss for turned boxes",
        "a box turned on one axis has an area below 0, one turned on both has the area of the box turned back",
    ),
)
NONE = "no loss of boxes"
CASE = Case(
    "generalized_box_iou_loss",
    al.generalized_box_iou_loss,
    pair_samples,
    reference,
    differentiable=("boxes1", "boxes2"),
    kinks=KINKS,
    allowance=Allowance("1 - IoU and E - U are differences: near 0 the error is absolute", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": NONE,
        "torchvision": Peer("generalized_box_iou_loss", ("eps",), reductions=("none", "mean", "sum"), scale=1.0),
        "optax": NONE,
        "keras": NONE,
        "sklearn": NONE,
    },
    defects=DEFECTS,
    demo={"detection": ("found_boxes", "true_boxes")},
    benchmarks=(Benchmark(draw=draw_pairs, textbook=textbook),),
)
