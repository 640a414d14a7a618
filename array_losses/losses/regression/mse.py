"""Mean squared error."""

from typing import Unpack

from ...backends import namespace
from ...families.pointwise import pointwise
from ...objects import loss_class
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(tasks=("regression",), torch="mse_loss", divisor="weights")
def mse_loss(
    input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None = None, **options: Unpack[Options]
) -> ArrayT:
    r"""Squared error between prediction and target.

    The loss of the conditional mean. A few far-off targets dominate it: `huber_loss` or `l1_loss` bear them better.

    .. math:: l = d^2, \qquad d = \text{input} - \text{target}

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number; the array decides library, device and dtype of the result.
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
        `target` has not the shape of `input`: nothing is broadcast between the two.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    l1_loss, smooth_l1_loss, huber_loss : grow linearly, not quadratically, with the error.

    Notes
    -----
    Divisor of the mean: the sum of the weights (the number of elements without weights).
    Equals `torch.nn.functional.mse_loss`, but never broadcasts `input` against `target`, and computes float16 in
    float32, so that an error of 300 does not overflow. An infinite error is an infinite loss. The derivative is
    :math:`2 d`. `squared_error` is another name for it.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> float(al.mse_loss(np.array([1.0, 2.0]), [0.0, 4.0]))
    2.5
    """
    return namespace(input).square(input - target)


@mse_loss.derivative
def mse_derivative(input: Array, target: Array) -> Derivative:
    """The loss, and 2 d."""
    d = input - target
    return namespace(input).square(d), lambda: d + d


squared_error = mse_loss
MSELoss = loss_class(mse_loss, "MSELoss")
