"""Boxes: overlap, and the encoding of one box relative to another."""

from math import log
from typing import Any

from ...arguments import Arguments
from ...backends import namespace
from ...errors import ShapeError, fail
from ...numerics import divide_no_nan, relu
from ...options import POSITIVE, Number, Numbers
from ...typing import Array, ArrayLike, ArrayT

__all__ = ["box_iou", "decode_boxes", "encode_boxes"]

LARGEST_STEP = log(1000 / 16)
"""Decoded boxes grow at most by this in ln(width), so that an untrained network does not overflow."""


def box_iou(a: ArrayT, b: ArrayLike) -> ArrayT:
    r"""Intersection over union of every box of `a` with every box of `b`.

    .. math:: \text{IoU} = \frac{|a \cap b|}{|a| + |b| - |a \cap b|}

    .. versionadded:: 0.1

    Parameters
    ----------
    a : array, shape (..., n, 4)
        Boxes (x1, y1, x2, y2) in any unit, with x1 <= x2 and y1 <= y2. Integers, pixels, are computed in the library's
        default floating dtype.
    b : array, shape (..., m, 4)
        Boxes in the unit of `a`; leading axes broadcast.

    Returns
    -------
    array, shape (..., n, m)
        Values in [0, 1]; 0 for two boxes without area.

    Raises
    ------
    ShapeError
        The last axis is not 4.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    Notes
    -----
    Boxes that only touch have derivative 0. Equals torchvision's `box_iou`, but is 0, not NaN, for two empty boxes.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.box_iou(np.array([[0.0, 0.0, 2.0, 2.0]]), [[1.0, 0.0, 3.0, 2.0]]).round(6).tolist()
    [[0.333333]]
    """
    return _evaluate(box_call("box_iou", "a", a), {"a": a, "b": b}, iou)


def encode_boxes(boxes: ArrayT, default_boxes: ArrayLike, *, variances: tuple[float, float] = (0.1, 0.2)) -> ArrayT:
    r"""Boxes relative to default boxes, as a detector predicts them.

    .. math::
        \left( \frac{g_x - a_x}{a_w v_1},\; \frac{g_y - a_y}{a_h v_1},\; \frac{\ln(g_w / a_w)}{v_2},\;
        \frac{\ln(g_h / a_h)}{v_2} \right)

    with centres x, y and sizes w, h of the boxes g and of the default boxes a, and the variances v.

    .. versionadded:: 0.1

    Parameters
    ----------
    boxes : array, shape (..., A, 4)
        Boxes (x1, y1, x2, y2) in any unit, with area. Integers, pixels, are computed in the library's default floating
        dtype.
    default_boxes : array, shape (..., A, 4)
        The default box of each, in the same unit; broadcastable.
    variances : two floats > 0, default (0.1, 0.2)
        Scales of centres and of sizes.

    Returns
    -------
    array, shape (..., A, 4)
        Encoded boxes.

    Raises
    ------
    DomainError
        A box without area, where looking is free (concrete arrays in host memory); elsewhere it is encoded as NaN.
    ShapeError, OptionError, DTypeError, NamespaceError
        A wrong shape, option, dtype, library or device.

    Notes
    -----
    Equals torchvision's `BoxCoder` with weights (1/v1, 1/v1, 1/v2, 1/v2): here (10, 10, 5, 5).

    References
    ----------
    Liu et al., "SSD", ECCV 2016, https://arxiv.org/abs/1512.02325

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.encode_boxes(np.array([[0.0, 5.0, 3.0, 8.0]]), [[0.0, 4.0, 4.0, 8.0]]).round(5).tolist()
    [[-1.25, 1.25, -1.43841, -1.43841]]
    """
    call = box_call("encode_boxes", "boxes", boxes)
    v = Numbers(2, Number(POSITIVE)).check(call.function, "variances", variances)
    arrays = {"boxes": boxes, "default_boxes": default_boxes}
    return _evaluate(call, arrays, lambda g, a: encode(g, a, v), with_area=("boxes", "default_boxes"))


def decode_boxes(encoded: ArrayT, default_boxes: ArrayLike, *, variances: tuple[float, float] = (0.1, 0.2)) -> ArrayT:
    r"""Boxes (x1, y1, x2, y2) from a detector's predictions relative to default boxes.

    The inverse of `encode_boxes`: centre :math:`a_{xy} + v_1 e_{xy} a_{wh}`, size :math:`a_{wh} e^{v_2 e_{wh}}`.

    .. versionadded:: 0.1

    Parameters
    ----------
    encoded : array, shape (..., A, 4)
        Encoded boxes.
    default_boxes : array, shape (..., A, 4)
        The default box of each (x1, y1, x2, y2), in any unit; broadcastable.
    variances : two floats > 0, default (0.1, 0.2)
        Scales of centres and of sizes.

    Returns
    -------
    array, shape (..., A, 4)
        Boxes in the unit of `default_boxes`.

    Raises
    ------
    ShapeError, OptionError, DTypeError, NamespaceError
        A wrong shape, option, dtype, library or device.

    Notes
    -----
    :math:`v_2 e_{wh}` is at most ln(1000 / 16), with derivative 0 beyond, as in torchvision.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.decode_boxes(np.array([[0.0, 0.0, 0.0, 0.0]]), [[0.0, 4.0, 4.0, 8.0]]).tolist()
    [[0.0, 4.0, 4.0, 8.0]]
    """
    call = box_call("decode_boxes", "encoded", encoded)
    v = Numbers(2, Number(POSITIVE)).check(call.function, "variances", variances)
    return _evaluate(call, {"encoded": encoded, "default_boxes": default_boxes}, lambda e, a: decode(e, a, v))


# --- formulas -------------------------------------------------------------------------------------------------------


def iou(a: Array, b: Array) -> Array:
    """Intersection over union, (..., n, 4) and (..., m, 4) to (..., n, m)."""
    xp = namespace(a)
    a, b = xp.expand_dims(a, axis=-2), xp.expand_dims(b, axis=-3)
    width, height = (relu(xp.minimum(a[..., i + 2], b[..., i + 2]) - xp.maximum(a[..., i], b[..., i])) for i in (0, 1))
    shared = width * height
    return divide_no_nan(shared, area(a) + area(b) - shared)


def area(box: Array) -> Array:
    """Width times height."""
    return (box[..., 2] - box[..., 0]) * (box[..., 3] - box[..., 1])


def has_area(box: Array) -> Array:
    """Whether width and height are positive."""
    return (box[..., 2] > box[..., 0]) & (box[..., 3] > box[..., 1])


def centre_size(box: Array) -> tuple[Array, Array]:
    low, high = box[..., :2], box[..., 2:]
    return (low + high) / 2, high - low


def encode(boxes: Array, default_boxes: Array, variances: tuple[float, ...]) -> Array:
    """Boxes relative to default boxes; NaN for a box without area."""
    xp = namespace(boxes)
    (g, g_size), (a, a_size) = centre_size(boxes), centre_size(default_boxes)
    growth = g_size / a_size
    growth = xp.log(xp.where(growth > 0, growth, float("nan")))
    return xp.concat([(g - a) / a_size / variances[0], growth / variances[1]], axis=-1)


def decode(encoded: Array, default_boxes: Array, variances: tuple[float, ...]) -> Array:
    """The inverse of `encode`, growth bounded."""
    xp = namespace(encoded)
    a, a_size = centre_size(default_boxes)
    centre = a + variances[0] * encoded[..., :2] * a_size
    growth = variances[1] * encoded[..., 2:]
    half = xp.exp(xp.where(growth > LARGEST_STEP, LARGEST_STEP, growth)) * a_size / 2
    return xp.concat([centre - half, centre + half], axis=-1)


# --- checks ---------------------------------------------------------------------------------------------------------


def box_call(function: str, first: str, boxes: Any) -> Arguments:
    """A call with boxes first: of integers, pixels, the result is in the library's default floating dtype."""
    call = Arguments(function, first, boxes, ("half", "real", "integer"))
    if call.kind(call.array) == "integer":
        call.dtype = call.compute = call.backend.default_float()
    return call


def check_boxes(call: Arguments, name: str, value: Any) -> Array:
    """Boxes beside the first array, the last axis 4, in the dtype of the computation: differences of integers wrap."""
    box = call.backend.cast(call.real(name, value), call.compute)
    if box.ndim < 1 or box.shape[-1] != 4:
        fail(ShapeError, call.function, name, "have 4 as its last axis (x1, y1, x2, y2)", str(tuple(box.shape)))
    return box


def check_area(call: Arguments, name: str, box: Array, where: Array | None = None, hint: str = "") -> bool:
    """Whether the values could be looked at; a box without area is an error then."""
    expected = f"hold boxes (x1, y1, x2, y2) with x1 < x2 and y1 < y2{hint}"
    return call.values(name, box, has_area, expected, where, "a box without area")


def _evaluate(call: Arguments, arrays: dict[str, Any], formula: Any, with_area: tuple[str, ...] = ()) -> Any:
    placed = [check_boxes(call, name, value) for name, value in arrays.items()]
    for name, each in zip(arrays, placed, strict=True):
        if name in with_area:
            check_area(call, name, each)
    shapes = [tuple(each.shape) for each in placed]
    lead = [shape[:-2] if call.function == "box_iou" else shape for shape in shapes]
    for mine, full in zip(reversed(lead[1]), reversed(lead[0]), strict=False):
        if mine != full and 1 not in (mine, full):
            fail(ShapeError, call.function, list(arrays)[1], f"broadcast against {shapes[0]}", str(shapes[1]))

    def evaluated(*each: Array) -> Array:
        return call.backend.cast(formula(*each), call.dtype)

    return call.backend.run(evaluated, tuple(placed))
