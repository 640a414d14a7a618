"""Distance intersection over union of boxes."""

import numpy as np

import array_losses as al

from ..benchmark import Benchmark
from ..box_pairs import draw_pairs, invalid, pair_samples, pairwise, shared_and_union
from ..case import Allowance, Case, Kink
from ..peer import Peer
from ..reference import exact


def centre_distance(a, b, eps):
    """The squared distance of the centres over the squared diagonal of the box around both."""
    apart = ((a[0] + a[2] - b[0] - b[2]) / 2) ** 2 + ((a[1] + a[3] - b[1] - b[3]) / 2) ** 2
    wide, tall = max(a[2], b[2]) - min(a[0], b[0]), max(a[3], b[3]) - min(a[1], b[1])
    return apart / (wide**2 + tall**2 + eps)


def pair(a, b, eps):
    """The loss of two boxes."""
    shared, union = shared_and_union(a, b)
    return 1 - shared / (union + eps) + centre_distance(a, b, eps)


def reference(boxes1, boxes2, *, eps=1e-7, sample_weight=None, where=None):
    return pairwise(lambda a, b: pair(a, b, exact(eps)), boxes1, boxes2, sample_weight, where)


EQUAL, EMPTY = np.array([[0.0, 0.0, 2.0, 2.0]]), np.ones((1, 4))
TOUCHING = np.array([[2.0, 0.0, 4.0, 2.0]])
KINKS = (
    Kink("equal boxes", (EQUAL, EQUAL), np.array([[1, 1, -1, -1]]) / 16, {"eps": 4.0}),
    Kink("touching boxes", (EQUAL, TOUCHING), np.array([[-0.03125, 0.0078125, -0.0625, -0.0078125]]), {"eps": 12.0}),
    Kink("equal boxes without area", (EMPTY, EMPTY), np.zeros((1, 4))),
)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "symmetric in the boxes",
        "boxes may be moved",
        "boxes may be reflected",
        "equal boxes cost nothing",
        "costlier farther away",
        "boxes may be scaled",
        "at most 2",
        "the overlap, and more",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def textbook(np, a, b):
    shared = np.clip(np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0]), 0, None)
    shared = shared * np.clip(np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1]), 0, None)
    areas = [(each[:, 2] - each[:, 0]) * (each[:, 3] - each[:, 1]) for each in (a, b)]
    wide = np.maximum(a[:, 2], b[:, 2]) - np.minimum(a[:, 0], b[:, 0])
    tall = np.maximum(a[:, 3], b[:, 3]) - np.minimum(a[:, 1], b[:, 1])
    apart = (a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:]) / 2
    iou = shared / (areas[0] + areas[1] - shared + 1e-7)
    return (1 - iou + (apart * apart).sum(axis=-1) / (wide * wide + tall * tall + 1e-7)).mean()


NONE = "no loss of boxes"
CASE = Case(
    "distance_box_iou_loss",
    al.distance_box_iou_loss,
    pair_samples,
    reference,
    differentiable=("boxes1", "boxes2"),
    kinks=KINKS,
    allowance=Allowance("1 - IoU is a difference: near 0 the error is absolute", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": NONE,
        "torchvision": Peer("distance_box_iou_loss", ("eps",), reductions=("none", "mean", "sum"), scale=1.0),
        "optax": NONE,
        "keras": NONE,
        "sklearn": NONE,
    },
    demo={"detection": ("found_boxes", "true_boxes")},
    benchmarks=(Benchmark(draw=draw_pairs, textbook=textbook),),
)
