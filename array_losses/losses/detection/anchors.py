"""The boxes that a detector starts from, and the ways to write a box."""

from collections.abc import Sequence
from math import sqrt
from typing import Any, Literal

from ...backends import namespace
from ...errors import DTypeError, OptionError, ShapeError, describe, fail
from ...options import POSITIVE, Choice, Integer, Number, Switch
from ...typing import Array, ArrayT
from .boxes import box_call, centre_size

__all__ = ["box_convert", "default_boxes"]

BoxFormat = Literal["xyxy", "xywh", "cxcywh"]
FORMATS = ("xyxy", "xywh", "cxcywh")


def box_convert(boxes: ArrayT, in_fmt: BoxFormat, out_fmt: BoxFormat) -> ArrayT:
    """Boxes written in another way.

    .. versionadded:: 0.1

    Parameters
    ----------
    boxes : array, shape (..., 4)
        Boxes in any unit. Integers, pixels, are computed in the library's default floating dtype.
    in_fmt, out_fmt : "xyxy", "xywh" or "cxcywh"
        The way they are written, and the way they are to be: two corners, a corner and the size, or centre and size.
        The losses of this library take "xyxy", COCO has "xywh", YOLO "cxcywh".

    Returns
    -------
    array, shape (..., 4)
        The boxes in the other way.

    Raises
    ------
    ShapeError
        The last axis is not 4.
    OptionError, DTypeError, NamespaceError
        A wrong format or dtype, or no array.

    Notes
    -----
    The names are those of torchvision's `box_convert`, which it equals.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.box_convert(np.array([10.0, 20.0, 4.0, 6.0]), "cxcywh", "xyxy").tolist()
    [8.0, 17.0, 12.0, 23.0]
    """
    call = box_call("box_convert", "boxes", boxes)
    for name, each in (("in_fmt", in_fmt), ("out_fmt", out_fmt)):
        Choice(*FORMATS).check(call.function, name, each)
    placed = call.backend.cast(call.array, call.compute)
    if placed.ndim < 1 or placed.shape[-1] != 4:
        fail(ShapeError, call.function, "boxes", "have 4 as its last axis", str(tuple(placed.shape)))

    def formula(box: Array) -> Array:
        changed = box if in_fmt == out_fmt else from_corners(corners(box, in_fmt), out_fmt)
        return call.backend.cast(changed, call.dtype)

    return call.backend.run(formula, (placed,))


def corners(box: Array, form: str) -> Array:
    """Boxes as two corners."""
    first, second = box[..., :2], box[..., 2:]
    if form == "xyxy":
        return box
    low = first if form == "xywh" else first - second / 2
    return namespace(box).concat([low, low + second if form == "xywh" else first + second / 2], axis=-1)


def from_corners(box: Array, form: str) -> Array:
    """Boxes of two corners, in another way."""
    if form == "xyxy":
        return box
    centre, size = centre_size(box)
    return namespace(box).concat([box[..., :2] if form == "xywh" else centre, size], axis=-1)


def default_boxes(
    feature_sizes: Sequence[int | tuple[int, int]],
    scales: Sequence[float],
    aspect_ratios: Sequence[Sequence[float]],
    *,
    like: ArrayT,
    clip: bool = False,
) -> ArrayT:
    r"""The default boxes of SSD: some around the centre of every cell of every feature map.

    .. math:: (w, h) = (s_k, s_k),\; (s'_k, s'_k),\; (s_k \sqrt{r}, s_k / \sqrt{r}),\; (s_k / \sqrt{r}, s_k \sqrt{r})

    with the scale :math:`s_k` of feature map k, :math:`s'_k = \sqrt{s_k s_{k+1}}`, and its aspect ratios r.

    .. versionadded:: 0.1

    Parameters
    ----------
    feature_sizes : sequence of ints or of pairs (height, width)
        The sizes of the feature maps, in cells.
    scales : sequence of floats > 0
        The size of a box, as a share of the image, for each feature map; one more is that which follows the last, and
        is 1 where it is not given.
    aspect_ratios : sequence of sequences of floats > 0
        For each feature map the aspect ratios beside 1, each of which gives a wide box and a tall one.
    like : array
        An array whose library, device and floating dtype the boxes get.
    clip : bool, default False
        Whether the boxes are cut at the edges of the image.

    Returns
    -------
    array, shape (A, 4)
        Boxes (x1, y1, x2, y2), as shares of width and height of the image: map by map, row by row, cell by cell, and at
        each cell in the order above.

    Raises
    ------
    ShapeError
        The numbers of feature maps, scales and lists of aspect ratios do not fit.
    OptionError, DTypeError, NamespaceError
        A size, scale or aspect ratio is no such number; `like` is no array.

    Notes
    -----
    The order is that of torchvision's `DefaultBoxGenerator`. SSD300 has 8732 boxes. For pixels multiply by the size of
    the image, ``boxes * [width, height, width, height]``.

    References
    ----------
    Liu et al., "SSD", ECCV 2016, https://arxiv.org/abs/1512.02325

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.default_boxes([1], [0.5], [[4]], like=np.zeros(0)).round(3).tolist()[2:]
    [[0.0, 0.375, 1.0, 0.625], [0.375, 0.0, 0.625, 1.0]]
    """
    call = box_call("default_boxes", "like", like)
    Switch().check(call.function, "clip", clip)
    sizes = [_size(f"feature_sizes[{i}]", each) for i, each in enumerate(_listed("feature_sizes", feature_sizes))]
    maps = len(sizes)
    s = _positive("scales", scales)
    if maps == 0 or len(s) not in (maps, maps + 1):
        expected = f"be as many as there are feature maps, {maps}, or one more"
        fail(ShapeError, call.function, "scales", expected, f"{len(s)} of them")
    ratios = [_positive(f"aspect_ratios[{i}]", each) for i, each in enumerate(_listed("aspect_ratios", aspect_ratios))]
    if len(ratios) != maps:
        expected = f"hold a list for each of {maps} feature maps"
        fail(ShapeError, call.function, "aspect_ratios", expected, f"{len(ratios)} of them")
    rows = []
    for k, (height, width) in enumerate(sizes):
        shapes = _shapes(s[k], [*s, 1.0][k + 1], ratios[k])
        for i in range(height):
            for j in range(width):
                x, y = (j + 0.5) / width, (i + 0.5) / height
                rows += [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for w, h in shapes]
    if clip:
        rows = [(max(a, 0.0), max(b, 0.0), min(c, 1.0), min(d, 1.0)) for a, b, c, d in rows]
    return call.backend.from_host(rows, call.array, call.dtype)


def _shapes(scale: float, following: float, ratios: list[float]) -> list[tuple[float, float]]:
    """Width and height of the boxes at each cell of a feature map."""
    between = sqrt(scale * following)
    found = [(scale, scale), (between, between)]
    for root in map(sqrt, ratios):
        found += [(scale * root, scale / root), (scale / root, scale * root)]
    return found


def _size(name: str, value: Any) -> tuple[int, int]:
    """Height and width of a feature map."""
    pair = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(pair) != 2:
        fail(OptionError, "default_boxes", name, "be a size or a pair (height, width)", describe(value))
    height, width = (Integer(1).check("default_boxes", name, each) for each in pair)
    return height, width


def _positive(name: str, value: Any) -> list[float]:
    check = Number(POSITIVE)
    return [check.check("default_boxes", f"{name}[{i}]", each) for i, each in enumerate(_listed(name, value))]


def _listed(name: str, value: Any) -> list[Any]:
    if isinstance(value, str) or not hasattr(value, "__iter__") or getattr(value, "ndim", 1) == 0:
        fail(DTypeError, "default_boxes", name, "be a list", describe(value))
    return list(value)
