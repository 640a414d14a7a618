"""The loss of the single-shot detector, from ground truths."""

from typing import Any, Unpack

from ...arguments import Arguments
from ...backends import namespace
from ...errors import ShapeError, fail
from ...families.function import derivative_of, formula
from ...families.labels import Ids
from ...families.letters import spell
from ...families.roles import Mask, Weight
from ...families.samplewise import LEFT_OUT, samplewise
from ...host import is_host
from ...numerics import take_rows
from ...objects import loss_class
from ...options import ClassId, Count, Fraction, NonNegative, Variances
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options
from .boxes import check_area, check_boxes, encode, has_area, iou
from .matching import match
from .ssd import check_background, ssd_loss


class Boxes(Weight):
    """Boxes (x1, y1, x2, y2): default boxes, or the ground truths of each image."""

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        of_images = self.letters[0] == "B"
        return check_boxes(call, name, one_array(call, name, value, spell(self.letters)) if of_images else value)


class TrueIds(Ids):
    """Class ids of the ground truths of each image."""

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        return super().place(call, name, one_array(call, name, value, spell(self.letters)))


TARGETS = {
    "default_boxes": Boxes("A 4"),
    "gt_boxes": Boxes("B G 4"),
    "gt_labels": TrueIds("B G", "K"),
    "gt_valid": Mask("B G"),
}


def check_truths(call: Arguments, values: dict[str, Any], targets: list[Any], classes: int, where: Any) -> Any:
    """The checked ground truths, as `samplewise` wants it."""
    background, xp = check_background(call, values["background"], classes), call.backend.xp
    defaults, boxes, labels, valid = targets
    hint = "; padding needs `gt_valid`" if valid is None else ""
    valid = labels == labels if valid is None else valid
    if labels.shape[1] == 0:  # one padded row keeps every index in range
        box = call.backend.from_host([[[0.0, 0.0, 1.0, 1.0]]], call.array, call.compute)
        boxes = xp.broadcast_to(box, (labels.shape[0], 1, 4))
        labels = call.backend.as_ids(xp.zeros_like(boxes[..., 0], dtype=xp.int32))
        valid = labels != labels
    used = None if where is None else xp.any(where, axis=0)
    seen = [
        check_labels(call, labels, valid, classes, background, hint),
        check_area(call, "default_boxes", defaults, used),
        check_area(call, "gt_boxes", boxes, valid, hint),
    ]

    def sanitize(defaults: Array, boxes: Array, labels: Array, valid: Array, where: Array | None) -> Any:
        """Padding and bad boxes become harmless; a bad one makes its image NaN, a bad default box those that use it."""
        area, fit = has_area(defaults), good_labels(labels, classes, background) & has_area(boxes)
        used, usable = area if where is None else area & namespace(area).any(where, axis=0), fit & valid
        labels = namespace(labels).where(usable, labels, background)
        safe = with_unit(used, defaults), with_unit(usable, boxes), labels, usable
        return safe, None if all(seen) else good_images(area, fit | ~valid, where)

    return (defaults, boxes, labels, valid), sanitize, all(seen)


def one_array(call: Arguments, name: str, value: Any, letters: str) -> Any:
    """The ground truths of all images, which must not be a list with an array for each image."""
    if not isinstance(value, list | tuple) or not all(hasattr(each, "__len__") for each in value):
        return value
    counts = {len(each) for each in value if getattr(each, "ndim", 1)}
    if len(counts) > 1:
        expected = f"be one array {letters}: pad the images to one number G, and say by `gt_valid` what is no padding"
        fail(ShapeError, call.function, name, expected, f"a list of {min(counts)} to {max(counts)} for each image")
    if any(hasattr(each, "dtype") and not is_host(each) for each in value):
        got = f"a list of {len(value)} arrays"
        fail(ShapeError, call.function, name, f"be one array {letters}: stack those of the images", got)
    return value


def check_labels(call: Arguments, labels: Array, valid: Array, classes: int, background: int, hint: str) -> bool:
    """Whether the labels could be looked at; a bad one is an error then."""

    def expected() -> str:
        padded = hint if call.any_value(labels, lambda ids: ids == background) else ""
        return (
            f"hold class ids in [0, {classes}) other than the background {background}, or {LEFT_OUT} for what is to be"
            f" left out{padded}"
        )

    return call.values("gt_labels", labels, lambda ids: good_labels(ids, classes, background), expected, valid)


def good_labels(labels: Array, classes: int, background: int) -> Array:
    """Where labels are those of objects, or of what is to be left out."""
    return (labels >= LEFT_OUT) & (labels < classes) & (labels != background)


def good_images(area: Array, fit: Array, where: Array | None) -> Array:
    """Which images (B,) have ground truths that are fit and default boxes with area, but for what is masked."""
    xp = namespace(fit)
    sound = xp.all(area) if where is None else xp.all(area | ~where, axis=1)
    return xp.all(fit, axis=-1) & sound


def with_unit(kept: Array, boxes: Array) -> Array:
    """Boxes, the unit box where they are not kept: whatever is encoded, derivatives are finite."""
    xp = namespace(boxes)
    low, high = xp.zeros_like(boxes[..., :2]), xp.ones_like(boxes[..., :2])
    unit = xp.concat([low, high], axis=-1)
    return xp.where(xp.expand_dims(kept, axis=-1), boxes, unit)


@samplewise(TARGETS, check=check_truths)
def multibox_loss(
    loc_pred: ArrayT, conf_pred: ArrayLike, default_boxes: ArrayLike, gt_boxes: ArrayLike, gt_labels: ArrayLike,
    gt_valid: ArrayLike | None = None, *, iou_threshold: Fraction = 0.5, variances: Variances = (0.1, 0.2),
    alpha: NonNegative = 1.0, neg_pos_ratio: NonNegative = 3.0, min_negatives: Count = 0, beta: NonNegative = 1.0,
    background: ClassId = 0, **options: Unpack[Options],
) -> ArrayT:  # fmt: skip
    r"""The SSD loss from ground-truth boxes: matching, encoding and `ssd_loss` in one.

    For training a single-shot detector. Ground truths are padded to one number G, so shapes are static.

    .. math:: m = \operatorname{match}(\text{default}, \text{gt}), \quad
        l = \operatorname{SSD}(\text{loc}, \text{conf}, \operatorname{encode}(\text{gt}_m, \text{default}), y_m)

    .. versionadded:: 0.1

    Parameters
    ----------
    loc_pred : array, shape (B, A, 4)
        Predicted boxes, encoded (`encode_boxes`).
    conf_pred : array, shape (B, A, K)
        Logits of the K classes, background included.
    default_boxes : array, shape (A, 4)
        Default boxes (x1, y1, x2, y2) in any unit, with area. Integers, pixels, are computed as floats.
    gt_boxes : array, shape (B, G, 4)
        Ground truths (x1, y1, x2, y2) in the same unit, with area; anything where they are padding.
    gt_labels : array, shape (B, G)
        Class ids in [0, K), never `background`; -1 for a ground truth to be left out (a crowd, a difficult object);
        anything where they are padding.
    gt_valid : boolean array, shape (B, G), optional
        False for padding. Without it there is none: every row is a ground truth.
    iou_threshold : float in [0, 1], default 0.5
        The least IoU of a match.
    variances : two floats > 0, default (0.1, 0.2)
        Scales of centres and sizes in the encoding.
    alpha : float >= 0, default 1.0
        Weight of the classes (the paper's alpha multiplies the boxes; at 1 there is no difference).
    neg_pos_ratio : float >= 0, default 3.0
        Hard negatives for each positive.
    min_negatives : int >= 0, default 0
        The least number of hard negatives of an image, as far as it has negatives: above 0, images without objects
        teach the background.
    beta : float >= 0, default 1.0
        Of `smooth_l1_loss`.
    background : int, default 0
        The class id of the background.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum"; (B,) for "none", per image and undivided; in the dtype of `loc_pred` (float32 for a
        half precision). `Sums` for "sums".

    Raises
    ------
    ShapeError, DTypeError, NamespaceError, OptionError
        A wrong shape, dtype, library, device or option.
    DomainError
        A bad label or a box without area, where looking is free (concrete arrays in host memory); elsewhere the image
        is NaN, in the value and in the derivative of its predictions.

    See Also
    --------
    ssd_loss : on matched targets; the rules of the sum.
    with_parts : the losses of boxes and of classes, beside their sum.
    match_boxes : the rules of the matching.

    Notes
    -----
    Divisor of the mean: the matched default boxes of the whole batch, at least 1. Matching and mining have no
    gradient. A masked default box is as if it were not there.

    A ground truth labelled -1 is matched like every other one, and the default boxes it gets are left out: neither
    positive nor negative, not counted, not mined. If it claims the box that another ground truth claims too, the last
    one has it (`match_boxes`): put what is to be left out first. So the loss is that of `ssd_loss` where `conf_target`
    is the label of the match, -1 among them.

    References
    ----------
    Liu et al., "SSD: Single shot multibox detector", ECCV 2016, https://arxiv.org/abs/1512.02325

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> default_boxes = [[0.0, 0.0, 4.0, 4.0], [4.0, 4.0, 8.0, 8.0], [0.0, 4.0, 4.0, 8.0]]
    >>> loc, conf = np.zeros((1, 3, 4)), np.zeros((1, 3, 2))
    >>> round(float(al.multibox_loss(loc, conf, default_boxes, [[[0.0, 5.0, 3.0, 8.0]]], [[1]])), 6)
    5.456262
    >>> crowd = [[[0.0, 4.0, 4.0, 8.0], [0.0, 0.0, 4.0, 3.0]]]
    >>> round(float(al.multibox_loss(loc, conf, default_boxes, crowd, [[-1, 1]])), 6)
    3.074705
    """
    where = options.get("where")
    matched = match(iou(gt_boxes, default_boxes), gt_valid, where, iou_threshold)
    targets = targets_of(matched, default_boxes, gt_boxes, gt_labels, variances, background)
    mining = {"neg_pos_ratio": neg_pos_ratio, "min_negatives": min_negatives, "background": background}
    return formula(ssd_loss)(loc_pred, conf_pred, *targets, alpha=alpha, beta=beta, **mining, **options)


def targets_of(
    matched: Array, default_boxes: Array, gt_boxes: Array, gt_labels: Array, variances: tuple[float, float],
    background: int,
) -> tuple[Array, Array]:  # fmt: skip
    """The encoded box (B, A, 4) and the class (B, A) of the ground truth that each default box answers for."""
    xp = namespace(matched)
    positive = matched >= 0
    index = xp.where(positive, matched, 0)
    labels = take_rows(xp.expand_dims(gt_labels, axis=-1), index)[..., 0]
    return encode(take_rows(gt_boxes, index), default_boxes, variances), xp.where(positive, labels, background)


@multibox_loss.derivative
def multibox_derivative(
    loc_pred: Array, conf_pred: Array, default_boxes: Array, gt_boxes: Array, gt_labels: Array, gt_valid: Array, *,
    iou_threshold: float, variances: tuple[float, float], background: int, where: Array | None, **mining: float,
) -> Derivative:  # fmt: skip
    """That of `ssd_loss`, on the targets of the matching."""
    matched = match(iou(gt_boxes, default_boxes), gt_valid, where, iou_threshold)
    targets = targets_of(matched, default_boxes, gt_boxes, gt_labels, variances, background)
    return derivative_of(ssd_loss)(loc_pred, conf_pred, *targets, background=background, where=where, **mining)


MultiBoxLoss = loss_class(multibox_loss, "MultiBoxLoss", arrays=6)
