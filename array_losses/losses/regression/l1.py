"""Mean absolute error."""

from typing import Unpack

from ...backends import namespace
from ...families.pointwise import pointwise
from ...numerics import abs_
from ...objects import loss_class
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(tasks=("regression",), torch="l1_loss", divisor="weights")
def l1_loss(input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None = None, **options: Unpack[Options]) -> ArrayT:
    r"""Absolute error between prediction and target.

    The loss of the conditional median: every error counts in proportion, an outlier no more than that.

    .. math:: l = |d|, \qquad d = \text{input} - \text{target}

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    weight : array, optional
        Weights broadcastable to `input`; they multiply the loss and count in the divisor.
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
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    smooth_l1_loss, huber_loss : quadratic near 0.

    Notes
    -----
    Divisor of the mean: the sum of the weights (the number of elements without weights).
    Kink: the derivative is sign(d), and 0 at d = 0, on every library. Equals `torch.nn.functional.l1_loss`, and
    Keras' `MeanAbsoluteError` as the mean over all axes.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> float(al.l1_loss(np.array([1.0, 2.0]), [0.0, 4.0]))
    1.5
    """
    return abs_(input - target)


@l1_loss.derivative
def l1_derivative(input: Array, target: Array) -> Derivative:
    """The loss, and sign(d)."""
    d = input - target
    return namespace(d).abs(d), lambda: namespace(d).sign(d)


L1Loss = loss_class(l1_loss, "L1Loss")
