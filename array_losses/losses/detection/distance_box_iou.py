"""Distance intersection over union of boxes."""

from typing import Unpack

from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...objects import loss_class
from ...options import Positive
from ...typing import Array, ArrayLike, ArrayT, Options
from .box_pairs import Corners, corners, enclosing, shared_and_union


@declared(
    layout({"boxes1": Real("*B 4"), "boxes2": Real("*B 4")}, returns="*B"),
    tasks=("detection",),
)
def distance_box_iou_loss(
    boxes1: ArrayT, boxes2: ArrayLike, *, eps: Positive = 1e-7, **options: Unpack[Options]
) -> ArrayT:
    r"""Share of two boxes' union that they do not share, plus the distance of their centres.

    Regression of boxes by what they are judged by; the second term draws boxes that do not overlap, or of which one
    lies within the other, straight to each other.

    .. math:: l = 1 - \frac{I}{U + \varepsilon} + \frac{\rho^2}{d^2 + \varepsilon}

    with the areas of the intersection I and of the union :math:`U = A_1 + A_2 - I`, the distance :math:`\rho` of the
    centres and the diagonal d of the smallest box around both.

    .. versionadded:: 0.1

    Parameters
    ----------
    boxes1 : array, shape (*B, 4)
        Predicted boxes (x1, y1, x2, y2) in any unit, with x1 <= x2 and y1 <= y2; one that is turned has no area.
    boxes2 : array, shape (*B, 4)
        The true box of each, in the same unit.
    eps : float > 0, default 1e-7
        :math:`\varepsilon`, an area that keeps boxes without area finite.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (*B) for "none", in the dtype of `boxes1` (float32 for a half precision); `Sums` for
        "sums". Each loss lies between 0 and 2.

    Raises
    ------
    ShapeError
        The last axis is not 4, or `boxes2` has not the shape of `boxes1`.
    OptionError
        `eps` is not positive.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    box_iou_loss : the first term alone.
    complete_box_iou_loss : with a term for the shape too.
    generalized_box_iou_loss : with the empty part of the enclosing box in place of the distance.

    Notes
    -----
    Divisor of the mean: the number of pairs, also with weights; ``normalizer="weights"`` divides by them. The
    derivative of a side of length 0 is 0, and so is that of the overlap of boxes that only touch; where an edge is the
    edge of both boxes, each has half of its derivative. An empty box costs 1 with itself. Equals torchvision's
    `distance_box_iou_loss`, whose default is ``reduction="none"``.

    References
    ----------
    Zheng et al., "Distance-IoU loss", AAAI 2020, https://arxiv.org/abs/1911.08287

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> boxes = np.array([[0.0, 0.0, 4.0, 2.0], [0.0, 0.0, 2.0, 2.0]])
    >>> truth = [[0.0, 0.0, 2.0, 4.0], [3.0, 3.0, 5.0, 6.0]]
    >>> al.distance_box_iou_loss(boxes, truth, reduction="none").round(6).tolist()
    [0.729167, 1.348361]
    """
    first, second = corners(boxes1), corners(boxes2)
    shared, union = shared_and_union(first, second)
    return 1 - shared / (union + eps) + centre_distance(first, second, eps)


def centre_distance(first: Corners, second: Corners, eps: Array | float) -> Array:
    """The squared distance of two centres, over the squared diagonal of the box around both and `eps`."""
    centres = [(box[0] + box[2], box[1] + box[3]) for box in (first, second)]
    apart = [(a - b) / 2 for a, b in zip(*centres, strict=True)]
    x1, y1, x2, y2 = enclosing(first, second)
    return squared_length(*apart) / (squared_length(x2 - x1, y2 - y1) + eps)


def squared_length(x: Array, y: Array) -> Array:
    return x * x + y * y


DistanceBoxIoULoss = loss_class(distance_box_iou_loss, "DistanceBoxIoULoss")
