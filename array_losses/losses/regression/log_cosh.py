"""Log-cosh."""

from typing import Unpack

from ...backends import namespace
from ...families.pointwise import pointwise
from ...numerics import log_cosh
from ...objects import loss_class
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(tasks=("regression",))
def log_cosh_loss(
    input: ArrayT, target: ArrayLike, *, weight: ArrayLike | None = None, **options: Unpack[Options]
) -> ArrayT:
    r"""Logarithm of the hyperbolic cosine of the error.

    Robust regression without an edge: half the squared error where errors are small, the absolute error less ln 2
    where they are large, and between the two a curve that is smooth in every derivative.

    .. math::
        l = \ln \cosh d, \qquad d = \text{input} - \text{target}

    which, with :math:`a = |d|` and :math:`e = \exp a - 1`, is :math:`\ln (1 + e^2 / (2 + 2 e))`, exact near 0, and
    :math:`a - \ln 2 + \ln (1 + \exp(-2 a))`, which never overflows.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    weight : array, optional
        Weights broadcastable to `input`; they multiply the loss.
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
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    huber_loss : a parabola and a line, with a `delta` where they meet.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivative is tanh d, the second 1 - tanh² d: never 0 as Huber's is, nor more than 1. Scale `input` and `target` to
    move the bend. Equals optax and Keras, but is exact for small errors, where they subtract ln 2 from a number as
    large, and for an error of minus infinity, where Keras gives NaN; does not broadcast `input` against `target`.

    References
    ----------
    Green, "Bayesian reconstructions from emission tomography data using a modified EM algorithm", IEEE Transactions
    on Medical Imaging 9, 1990, https://doi.org/10.1109/42.52985

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.log_cosh_loss(np.array([2.0**-30, 1000.0]), [0.0, 0.0], reduction="none").tolist()
    [4.336808689942018e-19, 999.3068528194401]
    """
    return log_cosh(input - target)


@log_cosh_loss.derivative
def log_cosh_derivative(input: Array, target: Array) -> Derivative:
    """The loss, and tanh d."""
    d = input - target
    return log_cosh(d), lambda: namespace(d).tanh(d)


LogCoshLoss = loss_class(log_cosh_loss, "LogCoshLoss")
