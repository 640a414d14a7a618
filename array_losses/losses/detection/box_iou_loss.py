"""Intersection over union of pairs of boxes."""

from typing import Annotated, Literal, Unpack

from ...backends import namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...objects import loss_class
from ...options import Choice, Positive
from ...typing import ArrayLike, ArrayT, Options
from .box_pairs import corners, shared_and_union

Kind = Annotated[Literal["linear", "log", "square"], Choice("linear", "log", "square")]


@declared(
    layout({"boxes1": Real("*B 4"), "boxes2": Real("*B 4")}, returns="*B"),
    tasks=("detection",),
)
def box_iou_loss(
    boxes1: ArrayT, boxes2: ArrayLike, *, kind: Kind = "linear", eps: Positive = 1e-7, **options: Unpack[Options]
) -> ArrayT:
    r"""Share of two boxes' union that they do not share, or a function of it.

    Regression of boxes by what they are judged by. Boxes that do not overlap cost the same however far apart they are:
    `generalized_box_iou_loss` and `distance_box_iou_loss` move those too.

    .. math::
        l = 1 - \frac{I}{U + \varepsilon}, \qquad l = \ln \frac{U + \varepsilon}{I + \varepsilon}, \qquad
        l = 1 - \left( \frac{I}{U + \varepsilon} \right)^2

    for the kinds "linear", "log" and "square", with the areas of the intersection I and of the union
    :math:`U = A_1 + A_2 - I`.

    .. versionadded:: 0.1

    Parameters
    ----------
    boxes1 : array, shape (*B, 4)
        Predicted boxes (x1, y1, x2, y2) in any unit, with x1 <= x2 and y1 <= y2; one that is turned has no area.
    boxes2 : array, shape (*B, 4)
        The true box of each, in the same unit.
    kind : {"linear", "log", "square"}, default "linear"
        Which function of the overlap; "log" asks for more where it is small, and has no upper bound.
    eps : float > 0, default 1e-7
        :math:`\varepsilon`, an area that keeps boxes without area, and the logarithm of no overlap, finite.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (*B) for "none", in the dtype of `boxes1` (float32 for a half precision); `Sums` for
        "sums". For "linear" and "square" each loss lies between 0 and 1.

    Raises
    ------
    ShapeError
        The last axis is not 4, or `boxes2` has not the shape of `boxes1`.
    OptionError
        `eps` is not positive, or `kind` none of the three.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    box_iou : the overlap of every box with every other.
    generalized_box_iou_loss, distance_box_iou_loss, complete_box_iou_loss : tell apart boxes that do not overlap.

    Notes
    -----
    Divisor of the mean: the number of pairs, also with weights; ``normalizer="weights"`` divides by them. The
    derivative of a side of length 0 is 0, and so is that of the overlap of boxes that only touch; where an edge is the
    edge of both boxes, each has half of its derivative. An empty box costs 1 with itself (0 with "log").

    References
    ----------
    Yu et al., "UnitBox: an advanced object detection network", ACM Multimedia 2016, https://arxiv.org/abs/1608.01471

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> box, truth = np.array([[0.0, 0.0, 4.0, 2.0]]), [[0.0, 0.0, 4.0, 4.0]]
    >>> [round(float(al.box_iou_loss(box, truth, kind=kind)), 6) for kind in ("linear", "log", "square")]
    [0.5, 0.693147, 0.75]
    """
    shared, union = shared_and_union(corners(boxes1), corners(boxes2))
    if kind == "log":
        log = namespace(union).log
        return log(union + eps) - log(shared + eps)
    iou = shared / (union + eps)
    return 1 - (iou if kind == "linear" else iou * iou)


BoxIoULoss = loss_class(box_iou_loss, "BoxIoULoss")
