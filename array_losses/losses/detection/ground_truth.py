"""The ground truths of a batch, of which each image has its own number, as arrays of one shape."""

from collections.abc import Sequence
from typing import Any

from ...arguments import Arguments
from ...errors import OptionError, ShapeError, describe, fail
from ...options import Integer
from ...typing import Array, ArrayLike
from .boxes import box_call

__all__ = ["pad_ground_truth"]

FUNCTION = "pad_ground_truth"


def pad_ground_truth(
    boxes: Sequence[ArrayLike], labels: Sequence[ArrayLike], *, max_count: int | None = None, like: Any = None
) -> tuple[Any, Any, Any]:
    """The ground truths of a batch as `multibox_loss` takes them, padded to one number.

    .. versionadded:: 0.1

    Parameters
    ----------
    boxes : sequence of arrays or lists, shape (G_i, 4)
        The boxes (x1, y1, x2, y2) of each image, in any unit; none is an empty list.
    labels : sequence of arrays or lists, shape (G_i,)
        Their class ids.
    max_count : int, optional
        The number G to pad to. Without it that of the image which has most; with it every batch has one shape, and what
        is compiled is compiled once.
    like : array, optional
        An array whose library, device and floating dtype the boxes get. Without it those of the first array in `boxes`.

    Returns
    -------
    gt_boxes : array, shape (B, G, 4)
        Boxes, 0 where there is none; in float32 where half precision would be.
    gt_labels : integer array, shape (B, G)
        Class ids, 0 where there is none.
    gt_valid : boolean array, shape (B, G)
        Which are no padding.

    Raises
    ------
    ShapeError
        An image has other than one label for each box, or more boxes than `max_count`.
    OptionError
        There are no images, or no array among them, and no `like`.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> images = [np.array([[0.0, 0.0, 2.0, 2.0], [1.0, 1.0, 3.0, 3.0]]), []]
    >>> gt_boxes, gt_labels, gt_valid = al.pad_ground_truth(images, [[1, 2], []], max_count=3)
    >>> gt_boxes.shape, gt_labels.tolist(), gt_valid.tolist()
    ((2, 3, 4), [[1, 2, 0], [0, 0, 0]], [[True, True, False], [False, False, False]])
    """
    if max_count is not None:
        max_count = Integer(0).check(FUNCTION, "max_count", max_count)
    _check_images(boxes, labels)
    call = _call(boxes, like)
    placed = [_boxes(call, f"boxes[{i}]", each) for i, each in enumerate(boxes)]
    counts = [each.shape[0] for each in placed]
    ids = [
        _labels(call, f"labels[{i}]", each, count) for i, (each, count) in enumerate(zip(labels, counts, strict=True))
    ]
    size = max(counts) if max_count is None else max_count
    if max(counts) > size:
        i = counts.index(max(counts))
        fail(ShapeError, FUNCTION, f"boxes[{i}]", f"hold {size} boxes at most (max_count)", str(counts[i]))
    xp, first = call.backend.xp, next((each for each in ids if each is not None), None)
    dtype = xp.int32 if first is None else first.dtype
    gt_boxes = xp.stack([_padded(call, each, [0.0] * 4, size, call.compute) for each in placed])
    gt_labels = xp.stack([_padded(call, each, 0, size, dtype) for each in ids])
    gt_valid = call.backend.from_host([[k < count for k in range(size)] for count in counts], call.array, xp.bool)
    return gt_boxes, gt_labels, gt_valid


def _check_images(boxes: Any, labels: Any) -> None:
    for name, each in (("boxes", boxes), ("labels", labels)):
        if not hasattr(each, "__len__") or isinstance(each, str | dict):
            fail(ShapeError, FUNCTION, name, "be a list with an entry for each image", describe(each))
    if len(boxes) == 0:
        fail(OptionError, FUNCTION, "boxes", "hold one image at least", "none")
    if len(labels) != len(boxes):
        fail(ShapeError, FUNCTION, "labels", f"have an entry for each of {len(boxes)} images", f"{len(labels)} of them")


def _call(boxes: Any, like: Any) -> Arguments:
    """The call, with `like` or the first array of boxes first."""
    if like is not None:
        return box_call(FUNCTION, "like", like)
    for i, each in enumerate(boxes):
        if hasattr(each, "dtype"):
            return box_call(FUNCTION, f"boxes[{i}]", each)
    expected = "hold an array, or `like` be given, an array whose library and dtype they get"
    return fail(OptionError, FUNCTION, "boxes", expected, "lists alone")


def _boxes(call: Arguments, name: str, value: Any) -> Array:
    """The boxes of an image, (G_i, 4), in the dtype of the computation."""
    box = call.backend.cast(call.real(name, value), call.compute)
    if tuple(box.shape) == (0,):
        return call.backend.xp.reshape(box, (0, 4))
    if box.ndim != 2 or box.shape[1] != 4:
        fail(ShapeError, call.function, name, "have shape (G, 4)", str(tuple(box.shape)))
    return box


def _labels(call: Arguments, name: str, value: Any, count: int) -> Array | None:
    """The class ids of an image; None where it has none, whatever the dtype of an empty list is."""
    found = len(value) if hasattr(value, "__len__") and getattr(value, "ndim", 1) else 1
    if found != count:
        fail(ShapeError, call.function, name, f"have a class id for each of {count} boxes", f"{found} of them")
    if count == 0:
        return None
    ids = call.backend.as_ids(call.ids(name, value))
    if tuple(ids.shape) != (count,):
        fail(ShapeError, call.function, name, f"have a class id for each of {count} boxes", f"shape {tuple(ids.shape)}")
    return ids


def _padded(call: Arguments, array: Array | None, row: Any, size: int, dtype: Any) -> Array:
    """An array with rows of zeros behind it, up to a size."""
    missing = size - (0 if array is None else array.shape[0])
    given = [] if array is None else [call.backend.cast(array, dtype)]
    if missing or array is None:
        zeros = call.backend.from_host([row] * missing, call.array, dtype)
        given.append(call.backend.xp.reshape(zeros, (missing, 4)) if isinstance(row, list) else zeros)
    return call.backend.xp.concat(given) if len(given) > 1 else given[0]
