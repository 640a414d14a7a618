"""Complete intersection over union of boxes."""

import math
from dataclasses import replace

import numpy as np

import array_losses as al

from ..benchmark import Benchmark, plain_torch
from ..box_pairs import draw_pairs, invalid, pair_samples, pairwise, shared_and_union
from ..case import Allowance, Case, Kink
from ..peer import Defect, Peer
from ..reference import EXACT, exact
from . import distance_box_iou
from .distance_box_iou import centre_distance


def angle(x1, y1, x2, y2):
    """The arctangent of width / height; 0 without both."""
    return EXACT.atan2(max(x2 - x1, exact(0)), max(y2 - y1, exact(0)))


def shape_distance(a, b):
    return (2 / EXACT.pi * (angle(*b) - angle(*a))) ** 2


def missed(a, b, eps):
    shared, union = shared_and_union(a, b)
    return 1 - shared / (union + eps)


def alpha(a, b, eps):
    """The weight of the last term, a constant to derivatives."""
    v = shape_distance(a, b)
    return v / (missed(a, b, eps) + v + eps)


def pair(a, b, eps, alpha):
    """The loss of two boxes."""
    return missed(a, b, eps) + centre_distance(a, b, eps) + alpha * shape_distance(a, b)


def reference(boxes1, boxes2, *, eps=1e-7, sample_weight=None, where=None):
    eps = exact(eps)
    return pairwise(lambda a, b: pair(a, b, eps, alpha(a, b, eps)), boxes1, boxes2, sample_weight, where)


def samples(rng):
    """None of them smooth: difference quotients of the loss include those of alpha, which is held."""
    return (replace(each, smooth=False) for each in pair_samples(rng))


def slope(boxes1, boxes2, eps=1e-7):
    """The derivative of the sum by the first boxes, with alpha held."""
    found = np.zeros(boxes1.shape)
    for i, j in np.ndindex(boxes1.shape):
        a, b = ([exact(each) for each in boxes[i]] for boxes in (boxes1, boxes2))
        held = alpha(a, b, exact(eps))

        def along(x, a=a, b=b, j=j, held=held):
            return pair([*a[:j], x, *a[j + 1 :]], b, exact(eps), held)

        found[i, j] = EXACT.diff(along, a[j], h=exact(1e-15))
    return found


FIRST = np.array([[0.0, 0.0, 4.0, 2.0], [0.0, 1.0, 2.0, 2.0], [1.0, 1.0, 3.0, 4.0], [0.0, 0.0, 9.0, 5.0]])
SECOND = np.array([[0.5, 0.25, 2.0, 4.0], [3.0, 3.0, 5.0, 6.0], [0.0, 0.5, 4.0, 4.5], [1.0, 1.0, 2.0, 4.0]])
EMPTY = np.ones((1, 4))
KINKS = (
    Kink("alpha is held", (FIRST, SECOND), slope(FIRST, SECOND)),
    Kink("alpha is held, eps 0.5", (FIRST, SECOND), slope(FIRST, SECOND, 0.5), {"eps": 0.5}),
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
        "the overlap, and more",
    }
)


# --- other projects -------------------------------------------------------------------------------------------------


def formula(np, constant):
    """The mean as a user would write it; `constant` makes a factor that is not differentiated."""

    def textbook(a, b):
        (w1, h1), (w2, h2) = (((each[:, 2:] - each[:, :2]).T) for each in (a, b))
        v = 4 / math.pi**2 * (np.arctan(w2 / h2) - np.arctan(w1 / h1)) ** 2
        shared = np.clip(np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0]), 0, None)
        shared = shared * np.clip(np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1]), 0, None)
        iou = shared / (w1 * h1 + w2 * h2 - shared + 1e-7)
        return distance_box_iou.textbook(np, a, b) + (constant(v / (1 - iou + v + 1e-7)) * v).mean()

    return textbook


def of_torch(F):
    import torch

    return formula(torch, torch.Tensor.detach)


DEFECTS = (
    Defect(
        "torchvision",
        ("complete_box_iou_loss",),
        ("turned",),
        "number",
        "another loss for turned boxes",
        "a box turned on one axis has an area below 0, one turned on both has the area of the box turned back",
    ),
    Defect(
        "torchvision",
        ("complete_box_iou_loss",),
        ("without area",),
        "nan",
        "NaN for a box without width and height",
        "0 / 0 in its aspect ratio",
    ),
)
NONE = "no loss of boxes"
CASE = Case(
    "complete_box_iou_loss",
    al.complete_box_iou_loss,
    samples,
    reference,
    differentiable=("boxes1", "boxes2"),
    kinks=KINKS,
    allowance=Allowance("1 - IoU is a difference: near 0 the error is absolute", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torch": NONE,
        "torchvision": Peer("complete_box_iou_loss", (), reductions=("none", "mean", "sum"), scale=1.0),
        "optax": NONE,
        "keras": NONE,
        "sklearn": NONE,
    },
    defects=DEFECTS,
    demo={"detection": ("found_boxes", "true_boxes")},
    benchmarks=(Benchmark(draw=draw_pairs, rivals=(plain_torch(of_torch),)),),
)
