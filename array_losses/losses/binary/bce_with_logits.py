"""Binary cross-entropy of logits."""

from typing import Unpack

from ...domains import UNIT
from ...families.pointwise import pointwise
from ...numerics import complement, smooth_binary, softplus_sum, softplus_sum_slope
from ...objects import loss_class
from ...options import Fraction
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(
    tasks=("binary", "multilabel", "segmentation"),
    torch="binary_cross_entropy_with_logits",
    labels=True,
    domains={"target": UNIT},
    broadcast_arrays=("pos_weight",),
)
def binary_cross_entropy_with_logits(
    input: ArrayT,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    pos_weight: ArrayLike | None = None,
    label_smoothing: Fraction = 0.0,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Cross-entropy between the sigmoid of logits and 0/1 labels or probabilities.

    The loss of binary and multilabel classification, one logit for each label.

    .. math:: l = w_+\, y\, \operatorname{softplus}(-z) + (1 - y) \operatorname{softplus}(z)

    with z = input, :math:`y = (1 - \varepsilon)\, \text{target} + \varepsilon / 2`,
    :math:`\operatorname{softplus}(z) = \ln(1 + e^z)` and :math:`w_+` = pos_weight.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Logits, any real number; :math:`\pm\infty` is certainty.
    target : array, shape (N, *S)
        Labels: probabilities in [0, 1] if floating, 0 or 1 if integer or boolean.
    weight : array, optional
        Weights broadcastable to `input`; they multiply the loss.
    pos_weight : array, optional
        Weight of the positive label, broadcast from the last axis as in torch: (C,) for (N, C) and (C, 1, 1) for
        (N, C, H, W). Above 1 it favours recall.
    label_smoothing : float in [0, 1], default 0.0
        :math:`\varepsilon`, the share of the label that goes to 1/2.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", the shape of `input` for "none", in the dtype of `input` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        `target` has not the shape of `input`, or a weight does not broadcast to it.
    DomainError
        A target outside [0, 1], where looking is free (concrete arrays in host memory); elsewhere it gives NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    sigmoid_focal_loss : gives less weight to what is easy.
    cross_entropy : for classes that exclude each other.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights. Smooth everywhere; the derivative
    :math:`(w_+ y + 1 - y)\,\sigma(z) - w_+ y` is right at 0 too. At :math:`\pm\infty` a right answer costs 0 and a
    wrong one inf. Equals `torch.nn.functional.binary_cross_entropy_with_logits` (NaN at a right infinity, integers
    refused) and optax `sigmoid_binary_cross_entropy`.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> round(float(al.binary_cross_entropy_with_logits(np.array([2.0, -1.0]), [1, 0])), 6)
    0.220095
    """
    return softplus_sum(input, *label_weights(target, pos_weight, label_smoothing))


def label_weights(target: Array, pos_weight: Array | None, label_smoothing: float) -> tuple[Array, Array | None]:
    """The weights of the labels 1 and 0; None is 1 less that of 1."""
    y, not_y = smooth_binary(target, label_smoothing)
    return (y, not_y) if pos_weight is None else (pos_weight * y, complement(y, not_y))


@binary_cross_entropy_with_logits.derivative
def bce_with_logits_derivative(
    input: Array, target: Array, *, pos_weight: Array | None, label_smoothing: float
) -> Derivative:
    weights = label_weights(target, pos_weight, label_smoothing)
    return softplus_sum(input, *weights), lambda: softplus_sum_slope(input, *weights)


BCEWithLogitsLoss = loss_class(binary_cross_entropy_with_logits, "BCEWithLogitsLoss")
