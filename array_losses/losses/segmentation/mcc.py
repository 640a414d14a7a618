"""Loss of the Matthews correlation coefficient."""

from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, Unpack

from ...backends import namespace
from ...families.regional import regional
from ...objects import loss_class
from ...options import Choice, ClassId, NonNegative
from ...typing import Array, ArrayLike, ArrayT, Options

SigmoidOrNone = Annotated[Literal["sigmoid"] | None, Choice("sigmoid", None)]


def mcc(tp: Array, fp: Array, fn: Array, tn: Array, *, eps: float, **_: Any) -> Array:
    """1 - (TP TN - FP FN) / sqrt(P T (n - P) (n - T)), by square roots: the product itself would overflow."""
    xp = namespace(tp)
    tp, fp, fn, tn = tp + eps, fp + eps, fn + eps, tn + eps
    sizes = tp + fp, tp + fn, tn + fp, tn + fn
    one_kind = reduce(or_, [each == 0 for each in sizes])
    p, t, not_t, not_p = (xp.sqrt(xp.where(one_kind, 1.0, each)) for each in sizes)
    score = tp / (p * t) * (tn / (not_p * not_t)) - fp / (p * not_t) * (fn / (not_p * t))
    return 1 - xp.where(one_kind, 0.0, score)


@regional(
    finish=mcc,
    fixed={"axis": None, "batch": True, "include_background": True},
    divisor="count",
    tasks=("segmentation", "binary"),
)
def mcc_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    eps: NonNegative = 1e-5,
    activation: SigmoidOrNone = "sigmoid",
    ignore_index: ClassId = -100,
    **options: Unpack[Options],
) -> ArrayT:
    r"""One minus the Matthews correlation coefficient of a prediction and the truth, over the whole batch.

    For binary segmentation and classification with few positives: all four kinds of right and wrong count, so that
    predicting the larger class everywhere gains nothing.

    .. math:: l = 1 - \frac{TP\, TN - FP\, FN}{\sqrt{(TP + FP)(TP + FN)(TN + FP)(TN + FN)}}

    of the counts :math:`TP = \sum p y, FP = \sum p (1 - y), FN = \sum (1 - p) y, TN = \sum (1 - p)(1 - y)`, to each of
    which :math:`\varepsilon` is added, with the probabilities p, the truth y and the sums over all samples and pixels.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Logits, any real number; probabilities with ``activation=None``.
    target : array, shape (N, *S)
        Maps of 0 and 1 (boolean, integer) or of probabilities (floating).
    eps : float >= 0, default 1e-5
        :math:`\varepsilon`, which keeps the root from 0. With 0 a batch whose prediction or truth is of one kind costs
        1.
    activation : "sigmoid" or None, default "sigmoid"
        None for probabilities.
    ignore_index : int, default -100
        Pixels with this integer in `target` do not count.
    **options

    Returns
    -------
    array
        0-d, also for "none", in the dtype of `input` (float32 for a half precision): between 0 and 2. `Sums` for
        "sums".

    Raises
    ------
    ShapeError
        `target` has not the shape of `input`.
    DomainError
        A truth or a probability outside [0, 1], where looking is free (concrete arrays in host memory); elsewhere the
        loss is NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    dice_loss : without the true negatives; with classes.

    Notes
    -----
    A `sample_weight` of shape (N,) weighs the samples inside the sums, one of shape () the loss. Divisor of the mean:
    1, there is one loss; it is 0 where nothing is left of the batch. A prediction that is opposite to another one,
    1 - p, costs 2 minus its loss. Smooth everywhere for ``eps > 0``; with 0 the derivative is 0 where the coefficient
    does not exist. With ``activation=None`` equals segmentation_models_pytorch `MCCLoss`, and with ``eps=0`` and hard
    predictions 1 minus scikit-learn's `matthews_corrcoef`.

    References
    ----------
    Abhishek and Hamarneh, "Matthews correlation coefficient loss for deep convolutional networks: application to skin
    lesion segmentation", ISBI 2021, https://arxiv.org/abs/2010.13454

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[2.0, -2.0, -2.0, 2.0]])  # one image of four pixels
    >>> round(float(al.mcc_loss(logits, [[1, 0, 0, 0]])), 6)
    0.560299
    """
    p, y = input, target
    not_p, not_y = 1 - p, 1 - y
    return p * y, p * not_y, not_p * y, not_p * not_y


MCCLoss = loss_class(mcc_loss, "MCCLoss")
