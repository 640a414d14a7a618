"""Complete intersection over union of boxes."""

from math import pi
from typing import Unpack

from ...backends import namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import stop_gradient
from ...objects import loss_class
from ...options import Positive
from ...typing import Array, ArrayLike, ArrayT, Options
from .box_pairs import corners, shared_and_union, sides
from .distance_box_iou import centre_distance


@declared(
    layout({"boxes1": Real("*B 4"), "boxes2": Real("*B 4")}, returns="*B"),
    tasks=("detection",),
)
def complete_box_iou_loss(
    boxes1: ArrayT, boxes2: ArrayLike, *, eps: Positive = 1e-7, **options: Unpack[Options]
) -> ArrayT:
    r"""Share of two boxes' union that they do not share, plus the distance of their centres and that of their shapes.

    Regression of boxes by what they are judged by, position and aspect ratio included.

    .. math::
        l &= 1 - o + \frac{\rho^2}{d^2 + \varepsilon} + \alpha v, \qquad o = \frac{I}{U + \varepsilon} \\
        v &= \frac{4}{\pi^2} \left( \arctan \frac{w_2}{h_2} - \arctan \frac{w_1}{h_1} \right)^2, \qquad
        \alpha = \frac{v}{1 - o + v + \varepsilon}

    with the areas of the intersection I and of the union :math:`U = A_1 + A_2 - I`, the distance :math:`\rho` of the
    centres, the diagonal d of the smallest box around both, widths w and heights h. :math:`\alpha` is a constant to
    derivatives.

    .. versionadded:: 0.1

    Parameters
    ----------
    boxes1 : array, shape (*B, 4)
        Predicted boxes (x1, y1, x2, y2) in any unit, with x1 <= x2 and y1 <= y2; one that is turned has no area.
    boxes2 : array, shape (*B, 4)
        The true box of each, in the same unit.
    eps : float > 0, default 1e-7
        :math:`\varepsilon`, which keeps boxes without area, and equal ones, finite.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (*B) for "none", in the dtype of `boxes1` (float32 for a half precision); `Sums` for
        "sums". Each loss lies between 0 and 3.

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
    distance_box_iou_loss : without the term for the shape.
    generalized_box_iou_loss : with the empty part of the enclosing box in place of distances.

    Notes
    -----
    Divisor of the mean: the number of pairs, also with weights; ``normalizer="weights"`` divides by them. The
    derivative of a side of length 0 is 0, and so is that of the overlap of boxes that only touch; where an edge is the
    edge of both boxes, each has half of its derivative. An empty box costs 1 with itself. A box without
    width and height has the angle 0, with derivative 0. Equals torchvision's `complete_box_iou_loss` of boxes with
    area at its default `eps`; for one without width and height it is NaN, it takes `eps` in :math:`\alpha` alone, and
    its default is ``reduction="none"``.

    References
    ----------
    Zheng et al., "Distance-IoU loss", AAAI 2020, https://arxiv.org/abs/1911.08287

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> boxes = np.array([[0.0, 0.0, 4.0, 2.0], [0.0, 0.0, 2.0, 2.0]])
    >>> truth = [[0.0, 0.0, 2.0, 4.0], [3.0, 3.0, 5.0, 6.0]]
    >>> al.complete_box_iou_loss(boxes, truth, reduction="none").round(6).tolist()
    [0.762918, 1.348606]
    """
    first, second = corners(boxes1), corners(boxes2)
    shared, union = shared_and_union(first, second)
    missed = 1 - shared / (union + eps)
    turn = 2 / pi * (angle(*sides(second)) - angle(*sides(first)))
    v = turn * turn
    alpha = stop_gradient(v / (missed + v + eps))
    return missed + centre_distance(first, second, eps) + alpha * v


def angle(width: Array, height: Array) -> Array:
    """The arctangent of width / height; 0, with derivative 0, where both are 0."""
    xp = namespace(width)
    nothing = (width == 0) & (height == 0)
    return xp.where(nothing, 0.0, xp.atan2(width, xp.where(nothing, 1.0, height)))


CompleteBoxIoULoss = loss_class(complete_box_iou_loss, "CompleteBoxIoULoss")
