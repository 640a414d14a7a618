"""Binary cross-entropy of probabilities."""

from typing import Unpack

from ...domains import UNIT
from ...families.pointwise import pointwise
from ...numerics import log_loss, log_loss_slope, smooth_binary
from ...objects import loss_class
from ...options import Fraction
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(
    tasks=("binary", "multilabel"), torch="binary_cross_entropy", labels=True, domains={"input": UNIT, "target": UNIT}
)
def binary_cross_entropy(
    input: ArrayT,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    label_smoothing: Fraction = 0.0,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Cross-entropy between predicted probabilities and 0/1 labels or probabilities.

    For models that give probabilities. Where there are logits, `binary_cross_entropy_with_logits` is more exact.

    .. math:: l = -[y \ln p + (1 - y) \ln(1 - p)], \qquad \ln \ge -100

    with p = input, and :math:`y = (1 - \varepsilon)\, \text{target} + \varepsilon / 2`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Probabilities in [0, 1].
    target : array, shape (N, *S)
        Labels: probabilities in [0, 1] if floating, 0 or 1 if integer or boolean.
    weight : array, optional
        Weights broadcastable to `input`; they multiply the loss.
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
        `target` has not the shape of `input`.
    DomainError
        A value outside [0, 1], where looking is free (concrete arrays in host memory); elsewhere it gives NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    binary_cross_entropy_with_logits : of logits, without the bound of 100.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights. Each logarithm is at least -100, as in torch; there
    the derivative is 0 (torch's is up to 1e12). Equals `torch.nn.functional.binary_cross_entropy`, which takes no
    integer targets, and Keras on inputs clipped to [1e-7, 1 - 1e-7]; Keras' smoothing is this one.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> round(float(al.binary_cross_entropy(np.array([0.9, 0.2]), [1, 0])), 6)
    0.164252
    """
    return log_loss(input, *smooth_binary(target, label_smoothing))


@binary_cross_entropy.derivative
def bce_derivative(input: Array, target: Array, *, label_smoothing: float) -> Derivative:
    p, (y, not_y) = input, smooth_binary(target, label_smoothing)
    return log_loss(p, y, not_y), lambda: log_loss_slope(p, y, not_y)


BCELoss = loss_class(binary_cross_entropy, "BCELoss")
