"""Torchvision's mathematics in our own words, on torch's functions as there: no CPU build fits torch's."""

from __future__ import annotations

import sys

import numpy as np
import torch
import torch.nn.functional as F

from ..peer import NotCovered
from .base import Oracle


def sigmoid_focal_loss(input, target, *, alpha=0.25, gamma=2.0, reduction):
    z, y = torch.tensor(input), torch.tensor(target)
    p = torch.sigmoid(z)
    hit = y * p + (1 - y) * (1 - p)
    loss = (1 - hit) ** gamma * F.binary_cross_entropy_with_logits(z, y, reduction="none")
    if alpha is not None:  # a negative number there
        loss = loss * (y * alpha + (1 - y) * (1 - alpha))
    return {"none": lambda x: x, "mean": torch.mean, "sum": torch.sum}[reduction](loss)


# --- pairs of boxes -------------------------------------------------------------------------------------------------


def areas(a, b):
    """What two boxes share, and their union."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    shared = torch.where((low < high).all(-1), (high - low).prod(-1), 0.0)
    return shared, sum((each[..., 2:] - each[..., :2]).prod(-1) for each in (a, b)) - shared


def sides_around(a, b):
    return torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])


def missed(a, b, eps):
    """What the overlap lacks, and the squared distance of the centres over that of the far corners."""
    shared, union = areas(a, b)
    apart = (a[..., :2] + a[..., 2:]) / 2 - (b[..., :2] + b[..., 2:]) / 2
    distance = apart.square().sum(-1) / (sides_around(a, b).square().sum(-1) + eps)
    return 1 - shared / (union + eps), distance


def boxes(*arrays):
    return (torch.tensor(each).to(torch.float64) for each in arrays)


def reduced(loss, reduction):
    if reduction == "mean":
        return loss.mean() if loss.numel() else loss.sum()
    return loss if reduction == "none" else loss.sum()


def generalized_box_iou_loss(boxes1, boxes2, *, eps=1e-7, reduction):
    a, b = boxes(boxes1, boxes2)
    shared, union = areas(a, b)
    around = sides_around(a, b).prod(-1)
    return reduced(1 - (shared / (union + eps) - (around - union) / (around + eps)), reduction)


def distance_box_iou_loss(boxes1, boxes2, *, eps=1e-7, reduction):
    return reduced(sum(missed(*boxes(boxes1, boxes2), eps)), reduction)


def complete_box_iou_loss(boxes1, boxes2, *, eps=1e-7, reduction):
    """Its `eps` does not reach the overlap and the distance."""
    a, b = boxes(boxes1, boxes2)
    ratios = [torch.atan((each[..., 2] - each[..., 0]) / (each[..., 3] - each[..., 1])) for each in (b, a)]
    v = 4 / torch.pi**2 * (ratios[0] - ratios[1]) ** 2
    overlap, distance = missed(a, b, 1e-7)
    return reduced(overlap + distance + v * v / (overlap + v + eps), reduction)


# --- SSD ------------------------------------------------------------------------------------------------------------


def area(boxes):
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def box_iou(a, b):
    """Intersection over union of each box of `a` with each of `b`."""
    low, high = torch.maximum(a[:, None, :2], b[None, :, :2]), torch.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = torch.relu(high - low).prod(-1)
    return shared / (area(a)[:, None] + area(b)[None, :] - shared)


def match(truths, anchors, threshold):
    """The ground truth of each anchor, or -1: the best one if it is good enough, and each has its best anchor."""
    if len(truths) == 0:
        return torch.full((len(anchors),), -1)
    overlap = box_iou(truths, anchors)
    best, found = overlap.max(0)
    found = torch.where(best >= threshold, found, -1)
    for g, anchor in enumerate(overlap.argmax(1)):  # one write after the other, as on its CPU
        found[anchor] = g
    return found


def centre_size(boxes):
    return (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]


def encode(truths, anchors, variances):
    """Its box coder's weights are the inverses of our variances."""
    (centre, size), (anchor, extent) = centre_size(truths), centre_size(anchors)
    return torch.cat([(centre - anchor) / extent / variances[0], torch.log(size / extent) / variances[1]], -1)


def mined(cost, positive, ratio):
    """The costliest boxes of each image, positives last: those are reached where the negatives run out."""
    order = cost.masked_fill(positive, -torch.inf).sort(1, descending=True).indices
    return order.argsort(1) < ratio * positive.sum(1, keepdim=True)


def compute_loss(loc, conf, targets, classes, alpha, ratio):
    """The weighted sum of its two entries. `targets` are encoded; what they hold at negatives is never read."""
    positive = classes > 0
    regression = F.smooth_l1_loss(loc[positive], targets[positive], reduction="sum")
    cost = F.cross_entropy(conf.flatten(0, 1), classes.flatten(), reduction="none").reshape(classes.shape)
    classification = cost[positive].sum() + cost[mined(cost, positive, ratio)].sum()
    return (regression + alpha * classification) / max(1, int(positive.sum()))


def ssd_loss(loc_pred, conf_pred, loc_target, conf_target, *, alpha=1.0, neg_pos_ratio=3.0, reduction):
    nothing_left_out(conf_target)
    arrays = (torch.tensor(each) for each in (loc_pred, conf_pred, loc_target, conf_target))
    return compute_loss(*arrays, alpha, neg_pos_ratio)


def multibox_loss(
    loc_pred,
    conf_pred,
    default_boxes,
    gt_boxes,
    gt_labels,
    gt_valid=None,
    *,
    iou_threshold=0.5,
    variances=(0.1, 0.2),
    alpha=1.0,
    neg_pos_ratio=3.0,
    reduction,
):
    valid = np.ones(gt_labels.shape, dtype=bool) if gt_valid is None else gt_valid
    nothing_left_out(gt_labels[valid])
    anchors = torch.tensor(default_boxes, dtype=torch.float64)
    targets, classes = torch.zeros(loc_pred.shape, dtype=torch.float64), torch.zeros(loc_pred.shape[:2]).long()
    for i, rows in enumerate(valid):  # each image brings a list of its own: nothing is padded
        truths, labels = torch.tensor(gt_boxes[i][rows], dtype=torch.float64), torch.tensor(gt_labels[i][rows])
        found = match(truths, anchors, iou_threshold)
        taken = found >= 0
        targets[i, taken] = encode(truths[found[taken]], anchors[taken], variances)
        classes[i, taken] = labels[found[taken]]
    return compute_loss(torch.tensor(loc_pred), torch.tensor(conf_pred), targets, classes, alpha, neg_pos_ratio)


def nothing_left_out(ids):
    if (ids < 0).any():
        raise NotCovered("nothing is left out")


def whole(name, *arrays, **options):
    """One of the functions above."""
    return globals()[name](*arrays, **options)


elements = whole

ORACLE = Oracle(
    "torchvision",
    "torchvision",
    sys.modules[__name__],
    lambda: f"0.28's formulas on torch {torch.__version__}",
    reductions=("mean",),
)
