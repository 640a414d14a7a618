"""Generalized intersection over union of boxes."""

from typing import Unpack

from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...objects import loss_class
from ...options import Positive
from ...typing import ArrayLike, ArrayT, Options
from .box_pairs import area, corners, enclosing, shared_and_union


@declared(
    layout({"boxes1": Real("*B 4"), "boxes2": Real("*B 4")}, returns="*B"),
    tasks=("detection",),
)
def generalized_box_iou_loss(
    boxes1: ArrayT, boxes2: ArrayLike, *, eps: Positive = 1e-7, **options: Unpack[Options]
) -> ArrayT:
    r"""Share of two boxes' union that they do not share, plus the share of the enclosing box that is empty.

    Regression of boxes by what they are judged by. The second term moves boxes that do not overlap, which the first
    alone could not tell apart.

    .. math:: l = 1 - \frac{I}{U + \varepsilon} + \frac{E - U}{E + \varepsilon}

    with the areas of the intersection I, of the union :math:`U = A_1 + A_2 - I` and of the smallest box E around both.

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
    box_iou : the overlap of every box with every other.
    box_iou_loss, distance_box_iou_loss, complete_box_iou_loss : other losses of the same boxes.
    smooth_l1_loss : of coordinates.

    Notes
    -----
    Divisor of the mean: the number of pairs, also with weights; ``normalizer="weights"`` divides by them. The
    derivative of a side of length 0 is 0, and so is that of the overlap of boxes that only touch; where an edge is the
    edge of both boxes, each has half of its derivative. An empty box costs 1 with itself. Equals torchvision's
    `generalized_box_iou_loss`, whose default is ``reduction="none"`` and which gives turned boxes areas below 0; not
    its `generalized_box_iou`, of every box with every other.

    References
    ----------
    Rezatofighi et al., "Generalized intersection over union", CVPR 2019, https://arxiv.org/abs/1902.09630

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> boxes = np.array([[0.0, 0.0, 4.0, 2.0], [0.0, 0.0, 2.0, 2.0]])
    >>> truth = [[0.0, 0.0, 2.0, 4.0], [3.0, 3.0, 5.0, 6.0]]
    >>> al.generalized_box_iou_loss(boxes, truth, reduction="none").round(6).tolist()
    [0.916667, 1.666667]
    """
    first, second = corners(boxes1), corners(boxes2)
    shared, union = shared_and_union(first, second)
    around = area(enclosing(first, second))
    return 1 - shared / (union + eps) + (around - union) / (around + eps)


GeneralizedBoxIoULoss = loss_class(generalized_box_iou_loss, "GeneralizedBoxIoULoss")
