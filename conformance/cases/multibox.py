"""The loss of the single-shot detector, from ground truths."""

from math import log

import numpy as np

import array_losses as al

from .. import benchmark_inputs
from ..benchmark import Benchmark, plain_torch
from ..boxes import BY_HAND, TIE_RULE, detection_samples, imagewise
from ..case import Allowance, Case
from ..invalid import LARGEST
from ..peer import Peer
from ..reference import per_sample
from . import ssd
from .ssd import image_loss, total

__all__ = ["BY_HAND", "CASE", "TIE_RULE", "encode", "iou", "match"]


def iou(a, b):
    """Intersection over union of two boxes."""
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    shared = width * height
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / union if union > 0 else 0.0


def match(default_boxes, truths, threshold):
    """The ground truth of each default box, or -1: rules 2 to 4."""
    found = [-1] * len(default_boxes)
    if not truths or not len(default_boxes):
        return found
    for a, box in enumerate(default_boxes):
        overlaps = [iou(truth, box) for truth in truths]
        if max(overlaps) >= threshold:
            found[a] = overlaps.index(max(overlaps))  # the lowest of equals
    for g, truth in enumerate(truths):  # the last claim stands
        overlaps = [iou(truth, box) for box in default_boxes]
        found[overlaps.index(max(overlaps))] = g
    return found


def encode(box, default, variances):
    """A box relative to a default box: rule 5."""
    width, height = default[2] - default[0], default[3] - default[1]
    return [
        ((box[0] + box[2]) / 2 - (default[0] + default[2]) / 2) / width / variances[0],
        ((box[1] + box[3]) / 2 - (default[1] + default[3]) / 2) / height / variances[0],
        log((box[2] - box[0]) / width) / variances[1],
        log((box[3] - box[1]) / height) / variances[1],
    ]


def reference(
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
    min_negatives=0,
    beta=1.0,
    background=0,
    sample_weight=None,
    where=None,
):
    there = per_sample(True if where is None else where, loc_pred.shape[:2])
    valid = np.broadcast_to(True if gt_valid is None else gt_valid, gt_labels.shape)
    options = {
        "alpha": alpha,
        "neg_pos_ratio": neg_pos_ratio,
        "min_negatives": min_negatives,
        "beta": beta,
        "background": background,
    }
    images, counts = [], np.array(there)
    for i in range(len(loc_pred)):
        kept = [a for a in range(len(default_boxes)) if there[i, a]]
        defaults = [default_boxes[a].tolist() for a in kept]
        rows = [g for g in range(len(gt_labels[i])) if valid[i, g]]
        truths = [gt_boxes[i, g].tolist() for g in rows]
        loc_target, labels = np.zeros((len(kept), 4)), np.full(len(kept), background)
        for a, g in enumerate(match(defaults, truths, iou_threshold)):
            if g >= 0:
                loc_target[a] = encode(truths[g], defaults[a], variances)
                labels[a] = gt_labels[i, rows[g]]
        left = labels != -1  # what is to be left out is matched, and then as if it were not there
        counts[i, kept] = left
        predicted = loc_pred[i][kept][left], conf_pred[i][kept][left]
        images.append(image_loss(*predicted, loc_target[left], labels[left], **options))
    return total(images, sample_weight, counts)


def invalid(good):
    yield from imagewise(good)
    defaults, truths, labels = good["default_boxes"], good["gt_boxes"], good["gt_labels"]
    batch, classes = len(truths), good["conf_pred"].shape[-1]
    corners = "have 4 as its last axis (x1, y1, x2, y2)"
    yield good.but(al.ShapeError, "default_boxes", defaults[:, :3], corners)
    yield good.but(al.ShapeError, "gt_boxes", truths[..., :3], corners)
    for bad in (defaults[1:], defaults[None]):
        yield good.but(al.ShapeError, "default_boxes", bad, f"have shape (A, 4) = {defaults.shape}")
    for bad in (truths[0], truths[1:]):
        yield good.but(al.ShapeError, "gt_boxes", bad, f"have shape (B, G, 4) = ({batch}, G, 4)")
    for bad in (labels[0], labels[:, :1]):
        yield good.but(al.ShapeError, "gt_labels", bad, f"have shape (B, G) = {labels.shape}")
    for dtype in (np.float64, np.bool_):
        yield good.but(al.DTypeError, "gt_labels", labels.astype(dtype), "have an integer dtype (class ids)")
    yield good.but(al.ShapeError, "gt_valid", labels[0] > 0, f"have shape (B, G) = {labels.shape}")
    yield good.but(al.DTypeError, "gt_valid", labels, "have a boolean dtype", "{gt_valid.dtype}; write gt_valid != 0")
    yield good.but(al.DTypeError, "gt_boxes", truths.astype(np.complex64), "hold real numbers")
    yield good.but(al.OptionError, "variances", (0.1, 0.0), "be a finite number > 0", "0.0")
    yield good.but(al.DTypeError, "variances", (0.1, "0.2"), "be a finite number > 0", '"0.2"')
    yield from bad_truths(good, classes)


def bad_truths(good, classes):
    """Labels that are none, and boxes without area; each spoils its image, a default box all images."""
    must = f"hold class ids in [0, {classes}) other than the background 0, or -1 for what is to be left out"
    padding = "; padding needs `gt_valid`"
    for bad in (-2, 0, classes, LARGEST):
        yield good.value("gt_labels", (1, 0), bad, must + padding * (bad == 0), spoiled=(1,))
    must, got = "hold boxes (x1, y1, x2, y2) with x1 < x2 and y1 < y2", "a box without area"
    for box in ((1, 1, 1, 1), (1, 1, 1, 3), (3, 3, 1, 1), (1, 1, np.nan, 3)):
        yield good.value("gt_boxes", (2, 1), box, must + padding, spoiled=(2,), got=got)
    for box in ((1, 1, 1, 1), (3, 3, 1, 1)):
        yield good.value("default_boxes", (4,), box, must, spoiled=(), got=got)


PROMISES = frozenset(
    {
        "nonnegative",
        "permutable over the batch",
        "linear in the weights",
        "shift invariant",
        "permutable over the classes",
        "permutable over the boxes",
        "linear in alpha",
        "no positives cost nothing",
        "more negatives cost more",
        "enough negatives are mined",
        "what is left out costs nothing",
        "scale invariant boxes",
        "translation invariant boxes",
        "axes may change",
        "padding costs nothing",
    }
)
DIFFERENTIABLE = ("loc_pred", "conf_pred", "default_boxes", "gt_boxes")


# --- other projects -------------------------------------------------------------------------------------------------


def overlaps(np, a, b):
    """IoU of (B, G, 4) and (A, 4)."""
    a, b = a[:, :, None], b[None, None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    sides = np.maximum(sides, 0 * sides)  # torch takes no number here
    shared = sides[..., 0] * sides[..., 1]
    area_a, area_b = ((c[..., 2] - c[..., 0]) * (c[..., 3] - c[..., 1]) for c in (a, b))
    return shared / (area_a + area_b - shared)


def offsets(np, box, default):
    """Encoded boxes, in two parts."""
    size, default_size = box[..., 2:] - box[..., :2], default[:, 2:] - default[:, :2]
    centre, default_centre = (box[..., 2:] + box[..., :2]) / 2, (default[:, 2:] + default[:, :2]) / 2
    return [(centre - default_centre) / default_size / 0.1, np.log(size / default_size) / 0.2]


def textbook(np, loc, conf, default, truth, labels):
    iou = overlaps(np, truth, default)
    best = np.where(iou.max(axis=1) >= 0.5, iou.argmax(axis=1), -1)
    claims = np.where(np.arange(len(default)) == iou.argmax(axis=2)[..., None], np.arange(5)[:, None], -1).max(axis=1)
    match = np.where(claims >= 0, claims, best)
    index = np.maximum(match, 0)
    box = np.take_along_axis(truth, index[..., None], axis=1)
    y = np.where(match >= 0, np.take_along_axis(labels, index, axis=1), 0)
    return ssd.textbook(np, loc, conf, np.concatenate(offsets(np, box, default), axis=-1), y)


def of_torch(F):
    import torch

    def loss(loc, conf, default, truth, labels):
        iou = overlaps(torch, truth, default)
        value, best = iou.max(1)
        match = best.masked_fill(value < 0.5, -1)
        for g in range(truth.shape[1]):
            match = match.scatter(1, iou[:, g].argmax(1, keepdim=True), g)
        index = match.clamp(min=0)
        box = truth.gather(1, index[..., None].expand(-1, -1, 4))
        target = torch.cat(offsets(torch, box, default), -1)
        return ssd.of_torch(F)(loc, conf, target, labels.gather(1, index).masked_fill(match < 0, 0))

    return loss


CASE = Case(
    "multibox_loss",
    al.multibox_loss,
    detection_samples,
    reference,
    DIFFERENTIABLE,
    allowance=Allowance("as cross_entropy", scale=1.0),
    invalid=invalid,
    promises=PROMISES,
    peers={
        "torchvision": Peer("multibox_loss", ("iou_threshold", "variances", "alpha", "neg_pos_ratio"), scale=1.0),
    },
    benchmarks=(Benchmark(draw=benchmark_inputs.unmatched, textbook=textbook, rivals=(plain_torch(of_torch),), wrt=2),),
    demo=("loc_pred", "conf_pred", "default_boxes", "gt_boxes", "gt_labels", "gt_valid"),
)
