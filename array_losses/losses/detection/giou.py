"""Generalized IoU."""

from typing import Unpack

from ...backends import namespace
from ...families.declared import declared, layout
from ...families.roles import Real
from ...numerics import relu
from ...objects import loss_class
from ...options import NonNegative
from ...typing import Array, ArrayLike, ArrayT, Options


@declared(
    layout({"boxes1": Real("*S 4"), "boxes2": Real("*S 4")}, returns="*S"),
    tasks=("detection",),
    torch="generalized_box_iou_loss",
)
def generalized_box_iou_loss(
    boxes1: ArrayT, boxes2: ArrayLike, *, eps: NonNegative = 1e-7, **options: Unpack[Options]
) -> ArrayT:
    r"""Generalized intersection over union of pairs of boxes, as a loss.

    Trains boxes towards their ground truth by what is measured in the end. Where two boxes do not overlap, the smallest
    box around both still tells how far apart they are.

    .. math:: l = 1 - \frac{I}{U + \varepsilon} + \frac{E - U}{E + \varepsilon}

    with I the area of the intersection, U that of the union and E that of the smallest box around both.

    .. versionadded:: 0.1

    Parameters
    ----------
    boxes1 : array, shape (*S, 4)
        Boxes (x1, y1, x2, y2) in any unit, with x1 <= x2 and y1 <= y2.
    boxes2 : array, shape (*S, 4)
        The box that belongs to each of them, in the same unit.
    eps : float >= 0, default 1e-7
        :math:`\varepsilon`, an area: without it boxes without area give NaN.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", shape (*S,) for "none", between 0 and 2, in the dtype of `boxes1` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        The last axis is not 4, or the shapes differ.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    box_iou : the overlap of every box with every other.

    Notes
    -----
    Divisor of the mean: the number of pairs. Boxes that only touch have the derivative of boxes apart; where edges of
    both are equal, the derivative of the larger of the two is that of the first box, halved. Equals
    `torchvision.ops.generalized_box_iou_loss`, whose reduction is "none" by default. The loss of an empty box with
    itself is 1, there and here.

    References
    ----------
    H. Rezatofighi et al.: Generalized intersection over union, 2019, https://arxiv.org/abs/1902.09630

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> a, b = np.array([[0.0, 0.0, 4.0, 2.0]]), np.array([[0.0, 0.0, 2.0, 4.0]])
    >>> round(float(al.generalized_box_iou_loss(a, b)), 6)
    0.916667
    """
    intersection, union, hull = pair_areas(boxes1, boxes2)
    return 1 - intersection / (union + eps) + (hull - union) / (hull + eps)


def pair_areas(a: Array, b: Array) -> tuple[Array, Array, Array]:
    """The areas of the intersection, of the union, and of the smallest box around both, of pairs of boxes."""
    xp = namespace(a)
    inner = [relu(xp.minimum(a[..., i + 2], b[..., i + 2]) - xp.maximum(a[..., i], b[..., i])) for i in (0, 1)]
    outer = [xp.maximum(a[..., i + 2], b[..., i + 2]) - xp.minimum(a[..., i], b[..., i]) for i in (0, 1)]
    intersection = inner[0] * inner[1]
    union = area(a) + area(b) - intersection
    return intersection, union, outer[0] * outer[1]


def area(boxes: Array) -> Array:
    """The area of boxes."""
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


GeneralizedBoxIoULoss = loss_class(generalized_box_iou_loss, "GeneralizedBoxIoULoss")
