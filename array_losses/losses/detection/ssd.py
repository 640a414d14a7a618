"""The loss of the single-shot detector, on matched targets."""

from typing import Any, Unpack

from ...arguments import Arguments
from ...backends import namespace
from ...errors import OptionError, fail
from ...families.function import derivative_of, formula
from ...families.labels import Ids
from ...families.roles import Real
from ...families.samplewise import LEFT_OUT, masked_predictions, samplewise
from ...numerics import saturated, smooth_absolute, stop_gradient
from ...objects import loss_class
from ...options import ClassId, Count, NonNegative
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options
from ..multiclass.cross_entropy import cross_entropy
from ..regression.smooth_l1 import smooth_l1_loss
from .matching import hard_negatives


def check_background(call: Arguments, background: int, classes: int) -> int:
    """The background as one of the classes."""
    if not 0 <= background < classes:
        fail(OptionError, call.function, "background", f"be a class id in [0, {classes})", str(background))
    return background


def check_matched(call: Arguments, values: dict[str, Any], targets: list[Any], classes: int, where: Any) -> Any:
    """The checked targets, as `samplewise` wants it."""
    background = check_background(call, values["background"], classes)

    def valid(ids: Array) -> Array:
        return (ids >= LEFT_OUT) & (ids < classes)

    def expected() -> str:
        return f"hold class ids in [0, {classes}), or {LEFT_OUT} where a box is left out"

    seen = call.values("conf_target", targets[1], valid, expected, where, limits=(LEFT_OUT, classes - 1))

    def sanitize(loc: Array, conf: Array, where: Array | None) -> Any:
        """A bad id becomes background, and makes its image NaN."""
        if seen:
            return (loc, conf), None
        xp, fit = namespace(conf), valid(conf)
        return (loc, xp.where(fit, conf, background)), xp.all(fit if where is None else fit | ~where, axis=-1)

    return targets, sanitize, seen


@samplewise({"loc_target": Real("B A 4", bools=True), "conf_target": Ids("B A", "K")}, check=check_matched)
def ssd_loss(
    loc_pred: ArrayT,
    conf_pred: ArrayLike,
    loc_target: ArrayLike,
    conf_target: ArrayLike,
    *,
    alpha: NonNegative = 1.0,
    neg_pos_ratio: NonNegative = 3.0,
    min_negatives: Count = 0,
    beta: NonNegative = 1.0,
    background: ClassId = 0,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Smooth L1 of the boxes plus cross-entropy of their classes, with hard negative mining.

    For single-shot detectors whose default boxes are matched already; `multibox_loss` matches too.

    .. math:: l = \sum_{a \in \text{pos}} \sum_{k=1}^4 \operatorname{SmoothL1}(\text{loc}_{ak} - t_{ak})
        + \alpha \sum_{a \in \text{pos} \cup \text{hard}} \operatorname{CE}(\text{conf}_a, y_a)

    for each image, with the positives :math:`y_a \ne \text{background}` and, as hard, the negatives of highest
    cross-entropy: `neg_pos_ratio` for each positive of the image, or `min_negatives` if that is more. Boxes of class -1
    are left out: they are neither positive nor negative.

    .. versionadded:: 0.1

    Parameters
    ----------
    loc_pred : array, shape (B, A, 4)
        Predicted boxes, encoded (`encode_boxes`).
    conf_pred : array, shape (B, A, K)
        Logits of the K classes, background included.
    loc_target : array, shape (B, A, 4)
        Encoded true boxes; anything, even NaN, where a box is negative or left out.
    conf_target : array, shape (B, A)
        Class ids in [0, K), `background` for negatives; -1 for boxes to be left out (ambiguous overlap, a crowd, beyond
        the image).
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
        An id that is neither -1 nor in [0, K), where looking is free (concrete arrays in host memory); elsewhere the
        image is NaN, in the value and in the derivative of its predictions.

    See Also
    --------
    multibox_loss : from ground truths of any number.
    with_parts : the losses of boxes and of classes, beside their sum.
    hard_negative_mask : the mining alone.

    Notes
    -----
    Divisor of the mean: the positives of the whole batch, at least 1, whatever `min_negatives`;
    ``normalizer="count"`` is the number of images with a box that is neither masked nor left out. An image without
    positives adds 0 unless `min_negatives` is above 0. A box that is left out is as one that `where` masks: no value,
    no derivative, and not mined, even if its predictions are NaN. The choice of the negatives has no gradient; equal
    losses go to the lower index. Equals torchvision's `SSD.compute_loss` (the sum of its two entries) while there are
    enough negatives: where there are not, torchvision counts positives twice.

    References
    ----------
    Liu et al., "SSD: Single shot multibox detector", ECCV 2016, https://arxiv.org/abs/1512.02325

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> loc, conf = np.zeros((1, 3, 4)), np.array([[[0.0, 2.0], [1.0, 0.0], [3.0, 0.0]]])
    >>> round(float(al.ssd_loss(loc, conf, np.full((1, 3, 4), 0.5), [[1, 0, 0]], neg_pos_ratio=1)), 6)
    0.94019
    >>> round(float(al.ssd_loss(loc, conf, np.full((1, 3, 4), 0.5), [[1, -1, 0]], neg_pos_ratio=1)), 6)
    0.675515
    >>> round(float(al.ssd_loss(loc, conf, np.zeros((1, 3, 4)), [[0, 0, 0]], min_negatives=1)), 6)
    2.126928
    """
    conf_pred, conf_target, kept, poisoned = masked_predictions(conf_pred, conf_target, background, options)
    positive = conf_target != background
    boxes = formula(smooth_l1_loss)(*chosen_boxes(either(positive, poisoned), loc_pred, loc_target), beta=beta)
    classes, _ = formula(cross_entropy)(conf_pred, conf_target, axis=2)
    chosen = either(mined(classes, positive, neg_pos_ratio, min_negatives, kept), poisoned)
    return parts_of(boxes, classes, chosen, alpha), counted(positive, classes), kept


def either(chosen: Array, poisoned: Array | None) -> Array:
    """The boxes that are chosen, those of bad images included."""
    return chosen if poisoned is None else chosen | poisoned


def chosen_boxes(chosen: Array, *boxes: Array) -> list[Array]:
    """Boxes (B, A, 4), 0 where they are not chosen."""
    xp = namespace(chosen)
    return [xp.where(xp.expand_dims(chosen, axis=-1), each, 0.0) for each in boxes]


def mined(classes: Array, positive: Array, ratio: float, least: int, kept: Array | None) -> Array:
    """The boxes whose classes count: the positives and the hard negatives."""
    difficulty = classes if kept is None else namespace(classes).where(kept, classes, float("-inf"))
    chosen = positive | hard_negatives(stop_gradient(difficulty), positive, ratio, least)
    return chosen if kept is None else chosen & kept


def parts_of(boxes: Array, classes: Array, chosen: Array, alpha: float) -> dict[str, Array]:
    """The parts of the losses of the images, each (B,)."""
    xp = namespace(boxes)
    of_classes = alpha * xp.sum(xp.where(chosen, classes, 0.0), axis=1)
    return {"localization": xp.sum(boxes, axis=(1, 2)), "classification": of_classes}


def counted(positive: Array, like: Array) -> Array:
    """The number of positive boxes of each image, in the dtype of the losses."""
    xp = namespace(positive)
    return xp.sum(xp.astype(positive, like.dtype), axis=1)


@ssd_loss.derivative
def ssd_derivative(
    loc_pred: Array,
    conf_pred: Array,
    loc_target: Array,
    conf_target: Array,
    *,
    alpha: float,
    neg_pos_ratio: float,
    min_negatives: int,
    beta: float,
    background: int,
    where: Array | None,
) -> Derivative:
    """The result of the formula, and a function to its derivatives with respect to `loc_pred` and `conf_pred`."""
    conf_pred, conf_target, kept, _ = masked_predictions(conf_pred, conf_target, background, {"where": where})
    xp, positive = namespace(loc_pred), conf_target != background
    predicted, true = chosen_boxes(positive, loc_pred, loc_target)
    boxes = smooth_absolute(predicted - true, beta)
    (classes, _), class_slope = derivative_of(cross_entropy)(conf_pred, conf_target, None, label_smoothing=0.0, axis=2)
    chosen = mined(classes, positive, neg_pos_ratio, min_negatives, kept)
    found = parts_of(boxes, classes, chosen, alpha), counted(positive, classes), kept
    return found, lambda: (
        saturated(predicted - true, beta),
        xp.where(xp.expand_dims(chosen, axis=-1), alpha * class_slope(), 0.0),
    )


SSDLoss = loss_class(ssd_loss, "SSDLoss", arrays=4)
