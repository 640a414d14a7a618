"""The loss of the single-shot detector, from ground truths."""

from typing import Any, Unpack

from ...backends import namespace
from ...checks import Call
from ...errors import ShapeError, fail
from ...families.family import derivative_of, formula
from ...families.imagewise import imagewise
from ...objects import loss_class
from ...options import ClassId, Fraction, NonNegative, Variances
from ...places import rows
from ...types import Array, ArrayLike, ArrayT, Derivative, Options
from .boxes import check_boxes, encode, has_area, iou
from .matching import match
from .ssd import check_background, ssd_loss


def ground_truths(call: Call, values: dict[str, Any], sizes: tuple[int, int, int], where: Array | None) -> Any:
    """Check default boxes (A, 4), ground truths (B, G, 4), labels (B, G) and their validity."""
    batch, count, classes = sizes
    background, xp = check_background(call, values["background"], classes), call.backend.xp
    used = None if where is None else xp.any(where, axis=0)
    defaults = check_boxes(call, "default_boxes", values["default_boxes"], with_area=True, where=used)
    call.shaped("default_boxes", defaults, (count, 4), "(A, 4)")
    boxes = check_boxes(call, "gt_boxes", values["gt_boxes"])
    if boxes.ndim != 3 or boxes.shape[0] != batch:
        fail(ShapeError, call.function, "gt_boxes", f"have shape (B, G, 4) = ({batch}, G, 4)", str(tuple(boxes.shape)))
    shape = tuple(boxes.shape[:2])
    labels = call.shaped("gt_labels", call.ids("gt_labels", values["gt_labels"]), shape, "(B, G)")
    valid = values["gt_valid"]
    valid = (
        labels == labels if valid is None else call.shaped("gt_valid", call.mask("gt_valid", valid), shape, "(B, G)")
    )
    if shape[1] == 0:  # one padded row keeps every index in range
        box = call.backend.from_host([[[0.0, 0.0, 1.0, 1.0]]], call.array, call.compute)
        boxes = xp.broadcast_to(box, (batch, 1, 4))
        labels = call.backend.as_ids(xp.zeros_like(boxes[..., 0], dtype=xp.int32))
        valid = labels != labels

    def good_label(labels: Array) -> Array:
        return (labels >= 0) & (labels < classes) & (labels != background)

    def expected() -> str:
        return f"hold class ids in [0, {classes}) other than the background {background}"

    call.values("gt_labels", labels, good_label, expected, valid)
    call.values("gt_boxes", boxes, has_area, "hold boxes with x1 < x2 and y1 < y2", valid, "a box without area")

    def admit(defaults: Array, boxes: Array, labels: Array, valid: Array, where: Array | None) -> Any:
        """Padding becomes a harmless box; a bad label or box makes its image NaN, a bad default box all of them."""
        xp = namespace(boxes)
        sound = has_area(defaults) if where is None else has_area(defaults) | ~xp.any(where, axis=0)
        good = good_label(labels) & has_area(boxes)
        usable = good & valid
        unit = xp.stack([xp.zeros_like(boxes[..., 0])] * 2 + [xp.ones_like(boxes[..., 0])] * 2, axis=-1)
        boxes = xp.where(xp.expand_dims(usable, axis=-1), boxes, unit)
        labels = xp.where(usable, labels, background)
        return (defaults, boxes, labels, usable), xp.all(good | ~valid, axis=-1) & xp.all(sound)

    return (defaults, boxes, labels, valid), admit


@imagewise(targets=ground_truths, shared=1)
def multibox_loss(
    loc_pred: ArrayT, conf_pred: ArrayLike, default_boxes: ArrayLike, gt_boxes: ArrayLike, gt_labels: ArrayLike,
    gt_valid: ArrayLike | None = None, *, iou_threshold: Fraction = 0.5, variances: Variances = (0.1, 0.2),
    alpha: NonNegative = 1.0, neg_pos_ratio: NonNegative = 3.0, beta: NonNegative = 1.0, background: ClassId = 0,
    **options: Unpack[Options],
) -> ArrayT:  # fmt: skip
    r"""The SSD loss from ground-truth boxes: matching, encoding and `ssd_loss` in one.

    For training a single-shot detector. Ground truths are padded to one number G, so shapes are static.

    .. math:: m = \operatorname{match}(\text{default}, \text{gt}), \quad
        l = \operatorname{SSD}(\text{loc}, \text{conf}, \operatorname{encode}(\text{gt}_m, \text{default}), y_m)

    Parameters
    ----------
    loc_pred : array, shape (B, A, 4)
        Predicted boxes, encoded (`encode_boxes`).
    conf_pred : array, shape (B, A, K)
        Logits of the K classes, background included.
    default_boxes : array, shape (A, 4)
        Default boxes (x1, y1, x2, y2) in any unit, with area.
    gt_boxes : array, shape (B, G, 4)
        Ground truths (x1, y1, x2, y2) in the same unit, with area; anything where they are padding.
    gt_labels : array, shape (B, G)
        Class ids in [0, K), never `background`; anything where they are padding.
    gt_valid : boolean array, shape (B, G), optional
        False for padding.
    iou_threshold : float in [0, 1], default 0.5
        The least IoU of a match.
    variances : two floats > 0, default (0.1, 0.2)
        Scales of centres and sizes in the encoding.
    alpha : float >= 0, default 1.0
        Weight of the classes (the paper's alpha multiplies the boxes; at 1 there is no difference).
    neg_pos_ratio : float >= 0, default 3.0
        Hard negatives for each positive.
    beta : float >= 0, default 1.0
        Of `smooth_l1_loss`.
    background : int, default 0
        The class id of the background.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum"; (B,) for "none", per image and undivided; in the dtype of `loc_pred`. `Sums` for
        "sums".

    Raises
    ------
    ShapeError, DTypeError, NamespaceError, OptionError
        A wrong shape, dtype, library, device or option.
    DomainError
        A bad label or a box without area, where looking is free (concrete arrays in host memory); elsewhere the image
        is NaN.

    See Also
    --------
    ssd_loss : on matched targets; the rules of the sum.
    match_boxes : the rules of the matching.

    Notes
    -----
    Divisor of the mean: the matched default boxes of the whole batch, at least 1. Matching and mining have no
    gradient. A masked default box is as if it were not there.

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
    """
    where = options.get("where")
    matched = match(iou(gt_boxes, default_boxes), gt_valid, where, iou_threshold)
    targets = targets_of(matched, default_boxes, gt_boxes, gt_labels, variances, background)
    mining = {"alpha": alpha, "neg_pos_ratio": neg_pos_ratio, "beta": beta, "background": background, "where": where}
    return formula(ssd_loss)(loc_pred, conf_pred, *targets, **mining)


def targets_of(
    matched: Array, default_boxes: Array, gt_boxes: Array, gt_labels: Array, variances: tuple[float, float],
    background: int,
) -> tuple[Array, Array]:  # fmt: skip
    """The encoded box (B, A, 4) and the class (B, A) of the ground truth that each default box answers for."""
    xp = namespace(matched)
    positive = matched >= 0
    index = xp.where(positive, matched, 0)
    labels = rows(xp.expand_dims(gt_labels, axis=-1), index)[..., 0]
    return encode(rows(gt_boxes, index), default_boxes, variances), xp.where(positive, labels, background)


@multibox_loss.derivative
def multibox_derivative(
    loc_pred: Array, conf_pred: Array, default_boxes: Array, gt_boxes: Array, gt_labels: Array, gt_valid: Array, *,
    iou_threshold: float, variances: tuple[float, float], background: int, where: Array | None, **mining: float,
) -> Derivative:  # fmt: skip
    """That of `ssd_loss`, on the targets of the matching."""
    matched = match(iou(gt_boxes, default_boxes), gt_valid, where, iou_threshold)
    targets = targets_of(matched, default_boxes, gt_boxes, gt_labels, variances, background)
    return derivative_of(ssd_loss)(loc_pred, conf_pred, *targets, background=background, where=where, **mining)


MultiBoxLoss = loss_class(multibox_loss, "MultiBoxLoss")
