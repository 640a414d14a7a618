"""Which ground truth a default box answers for, and which negatives count."""

from typing import Any

from ...arguments import Arguments
from ...backends import backend_of, namespace
from ...errors import ShapeError, fail
from ...intervals import UNIT
from ...numerics import bottom_k_mask, first_argmax, stop_gradient
from ...options import NONNEGATIVE, Integer, Number
from ...typing import Array, ArrayLike, ArrayT
from .boxes import box_call, check_boxes, iou

__all__ = ["hard_negative_mask", "match_boxes"]


def match_boxes(
    default_boxes: ArrayT, gt_boxes: ArrayLike, gt_valid: ArrayLike | None = None, *, iou_threshold: float = 0.5
) -> ArrayT:
    """The ground truth each default box answers for, by the rules of SSD.

    A default box takes the ground truth it overlaps most, if their IoU reaches the threshold. Then every ground truth
    claims the default box it overlaps most, whatever the IoU, so that none stays without a box.

    .. versionadded:: 0.1

    Parameters
    ----------
    default_boxes : array, shape (A, 4)
        Default boxes (x1, y1, x2, y2) in any unit, floats or integers.
    gt_boxes : array, shape (G, 4) or (B, G, 4)
        Ground truths of one image, or of a batch padded to G, in the same unit.
    gt_valid : boolean array, shape (G,) or (B, G), optional
        False for padding, which neither matches nor claims.
    iou_threshold : float in [0, 1], default 0.5
        The least IoU of a match.

    Returns
    -------
    integer array, shape (A,) or (B, A)
        The index of the ground truth, or -1.

    Raises
    ------
    ShapeError, OptionError, DTypeError, NamespaceError
        A wrong shape, option, dtype, library or device.

    Notes
    -----
    Ties go to the lowest index. If two ground truths claim one default box, the last one has it, as in torchvision on
    the CPU. Shapes are static and nothing depends on values, so it runs under jit, vmap and compile.

    References
    ----------
    Liu et al., "SSD", ECCV 2016, https://arxiv.org/abs/1512.02325

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> default_boxes = np.array([[0.0, 0.0, 4.0, 4.0], [4.0, 4.0, 8.0, 8.0]])
    >>> al.match_boxes(default_boxes, [[4.0, 4.0, 8.0, 7.0]]).tolist()
    [-1, 0]
    """
    call = box_call("match_boxes", "default_boxes", default_boxes)
    threshold = Number(UNIT).check(call.function, "iou_threshold", iou_threshold)
    boxes = check_boxes(call, "gt_boxes", gt_boxes)
    defaults = check_boxes(call, "default_boxes", default_boxes)
    if defaults.ndim != 2:
        fail(ShapeError, call.function, "default_boxes", "have shape (A, 4)", str(tuple(defaults.shape)))
    if boxes.ndim not in (2, 3):
        fail(ShapeError, call.function, "gt_boxes", "have shape (G, 4) or (B, G, 4)", str(tuple(boxes.shape)))
    valid = None if gt_valid is None else call.mask("gt_valid", gt_valid)
    if valid is not None:
        call.shaped("gt_valid", valid, tuple(boxes.shape[:-1]), "(G,) or (B, G)")

    def formula(default_boxes: Array, boxes: Array, valid: Array | None) -> Array:
        return match(iou(boxes, default_boxes), valid, None, threshold)

    return call.backend.run(formula, (defaults, boxes, valid))


def hard_negative_mask(loss: ArrayT, positive: ArrayLike, *, ratio: float = 3.0, min_negatives: int = 0) -> ArrayT:
    """The negatives with the highest loss, `ratio` for each positive, or `min_negatives` if that is more.

    .. versionadded:: 0.1

    Parameters
    ----------
    loss : array, shape (..., A)
        The loss of each default box; its gradient is not used.
    positive : boolean array, shape (..., A)
        The boxes that answer for a ground truth.
    ratio : float >= 0, default 3.0
        Negatives for each positive of the same image.
    min_negatives : int >= 0, default 0
        The least number of negatives of an image, as far as it has negatives.

    Returns
    -------
    boolean array, shape (..., A)
        The negatives kept; never a positive, and at most `min_negatives` in an image without positives.

    Raises
    ------
    ShapeError, OptionError, DTypeError, NamespaceError
        A wrong shape, option, dtype, library or device.

    Notes
    -----
    The hardest first, ties to the lower index: a negative is kept while its rank is below ratio times positives, or
    below `min_negatives`.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> loss = np.array([0.1, 0.9, 0.5, 0.7])
    >>> al.hard_negative_mask(loss, np.array([True, False, False, False]), ratio=2).tolist()
    [False, True, False, True]
    >>> al.hard_negative_mask(loss, np.zeros(4, dtype=bool), min_negatives=1).tolist()
    [False, True, False, False]
    """
    call = Arguments("hard_negative_mask", "loss", loss)
    kept = Number(NONNEGATIVE).check(call.function, "ratio", ratio)
    least = Integer(0).check(call.function, "min_negatives", min_negatives)
    mask = call.shaped("positive", call.mask("positive", positive), tuple(call.array.shape), "the shape of `loss`")
    if call.array.ndim == 0:
        fail(ShapeError, call.function, "loss", "have shape (..., A)", "()")

    def formula(loss: Array, positive: Array) -> Array:
        return hard_negatives(call.backend.cast(loss, call.compute), positive, kept, least)

    return call.backend.run(formula, (call.array, mask))


# --- formulas -------------------------------------------------------------------------------------------------------


def match(overlap: Array, valid: Array | None, where: Array | None, threshold: Any) -> Array:
    """The matches of IoUs (..., G, A), without padded ground truths and masked default boxes."""
    xp, (truths, boxes) = namespace(overlap), overlap.shape[-2:]
    arange = backend_of(overlap).arange
    if 0 in overlap.shape:  # of nothing there is no maximum
        return xp.broadcast_to(-1 - 0 * arange(boxes, overlap), (*overlap.shape[:-2], boxes))
    overlap = stop_gradient(overlap)
    if valid is not None:
        overlap = xp.where(xp.expand_dims(valid, axis=-1), overlap, -1.0)
    if where is not None:
        overlap = xp.where(xp.expand_dims(where, axis=-2), overlap, -1.0)
    best = first_argmax(overlap, -2)
    found = xp.where(xp.max(overlap, axis=-2) >= threshold, best, -1)
    favourite = xp.expand_dims(first_argmax(overlap, -1), axis=-1) == arange(boxes, overlap)
    favourite = favourite & (overlap >= 0)  # padding claims nothing
    index = xp.reshape(arange(truths, overlap), (-1, 1))
    claimed = xp.max(xp.where(favourite, index, -1), axis=-2)  # of several claims the last
    return xp.where(claimed >= 0, claimed, found)


def hard_negatives(loss: Array, positive: Array, ratio: Any, least: int) -> Array:
    """The mask of the negatives whose rank by loss is below ratio times positives, or below the least number."""
    xp = namespace(loss)
    loss = stop_gradient(loss)
    ease = xp.where(positive | xp.isnan(loss), float("inf"), -loss)
    allowed = xp.ceil(ratio * xp.sum(xp.astype(positive, loss.dtype), axis=-1, keepdims=True))
    if least:
        allowed = xp.where(allowed < least, float(least), allowed)
    return ~positive & bottom_k_mask(ease, allowed)
