"""Half the squared error."""

from typing import Unpack

from ...families.pointwise import pointwise
from ...numerics import half_square
from ...objects import loss_class
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(tasks=("regression",), divisor="weights")
def l2_loss(input: ArrayT, target: ArrayLike, **options: Unpack[Options]) -> ArrayT:
    r"""Half the squared error between prediction and target.

    The negative log-likelihood of a normal distribution of variance 1, but for a constant: its derivative is the error
    itself.

    .. math:: l = d^2 / 2, \qquad d = \text{input} - \text{target}

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
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
    mse_loss : twice this loss.
    gaussian_nll_loss : with a variance for each prediction.

    Notes
    -----
    Divisor of the mean: the sum of the weights (the number of elements without weights), as of `mse_loss`. Equals
    `optax.l2_loss`, which does not reduce, and half of `torch.nn.functional.mse_loss`; never broadcasts `input` against
    `target`. An infinite error is an infinite loss.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.l2_loss(np.array([1.0, 2.0]), [0.0, 5.0], reduction="none").tolist()
    [0.5, 4.5]
    """
    return half_square(input - target)


@l2_loss.derivative
def l2_derivative(input: Array, target: Array) -> Derivative:
    """The loss, and d."""
    d = input - target
    return half_square(d), lambda: d


L2Loss = loss_class(l2_loss, "L2Loss")
