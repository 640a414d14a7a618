"""Binary cross-entropy, averaged over the labels of a sample."""

from typing import Unpack

from ...backends import namespace
from ...domains import UNIT
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real, Weight
from ...numerics import broadcast_class_weight, multiply_no_nan, softplus_sum
from ...objects import loss_class
from ...options import Axis
from ...typing import ArrayLike, ArrayT, Options

ROLES = {"input": Real("N? C *S"), "target": Real("N? C *S", UNIT, labels=True), "weight": Weight("C")}


@declared(layout(ROLES, returns="N? *S", axis="C"), tasks=("multilabel",), torch="multilabel_soft_margin_loss")
def multilabel_soft_margin_loss(
    input: ArrayT,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Mean over the classes of a sample of the binary cross-entropy of each.

    Classification with several labels: whether each of the classes is there, as one loss for each sample.

    .. math:: l = \frac{1}{C} \sum_c w_c \left[ y_c \ln(1 + e^{-z_c}) + (1 - y_c) \ln(1 + e^{z_c}) \right]

    with z = input, y = target and w = weight.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Logits, any real number; :math:`\pm\infty` is certainty.
    target : array, shape (N, C, *S) or (C,)
        Labels: probabilities in [0, 1] if floating, 0 or 1 if integer or boolean.
    weight : array, shape (C,), optional
        Weights of the classes; they multiply the loss.
    axis : int, default 1
        The class axis (0 for a 1-d input); -1 for channels last.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N, *S) for "none", in the dtype of `input` (float32 for a half precision); `Sums` for
        "sums".

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        A target outside [0, 1], where looking is free (concrete arrays in host memory); elsewhere that position is NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    binary_cross_entropy_with_logits : one loss for each class, of which some may be masked.
    asymmetric_loss : for many labels, of which few are there.

    Notes
    -----
    Divisor of the mean: the number of positions (samples), also with weights; the C in the formula is the number of
    classes, not the sum of their weights. The mean is that of `binary_cross_entropy_with_logits`; they differ in "none"
    and "sum". Smooth everywhere; at :math:`\pm\infty` a right answer costs 0 and a wrong one inf. Equals
    `torch.nn.functional.multilabel_soft_margin_loss`, which has the classes on the last axis, also of more than two,
    takes weights of any shape that broadcasts, gives NaN at infinite logits, and asks nothing of targets.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[2.0, -1.0], [0.0, 0.0]])
    >>> al.multilabel_soft_margin_loss(logits, [[1, 0], [1, 1]], reduction="none").round(6).tolist()
    [0.220095, 0.693147]
    """
    losses = softplus_sum(input, target, None)
    total = namespace(input).sum(multiply_no_nan(broadcast_class_weight(weight, input, axis), losses), axis=axis)
    return total / (input.shape[axis] or 1)


MultiLabelSoftMarginLoss = loss_class(multilabel_soft_margin_loss, "MultiLabelSoftMarginLoss")
