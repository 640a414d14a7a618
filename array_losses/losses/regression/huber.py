"""Huber's loss."""

from typing import Unpack

from ...families.pointwise import pointwise
from ...numerics import clip, huber
from ...objects import loss_class
from ...options import Positive
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(tasks=("regression",), torch="huber_loss")
def huber_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    delta: Positive = 1.0,
    weight: ArrayLike | None = None,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Squared error that grows linearly beyond `delta`.

    Robust regression: the mean where errors are small, the median where they are large.

    .. math::
        l = \begin{cases} d^2 / 2 & |d| \le \delta \\ \delta (|d| - \delta / 2) & \text{else} \end{cases},
        \qquad d = \text{input} - \text{target}

    which, with :math:`s = \operatorname{clip}(d, -\delta, \delta)`, is :math:`l = s (d - s / 2)`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    delta : float > 0, default 1.0
        Where the parabola meets the line, in the units of `input`, and the slope of the line.
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
    OptionError
        `delta` is not positive.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    smooth_l1_loss : this loss divided by `delta`.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights, as in torch (which divides `mse_loss` and
    `l1_loss` by the weights); ``normalizer="weights"`` divides by them. The derivative is s. Equals
    `torch.nn.functional.huber_loss`, optax and Keras; does not broadcast `input` against `target`.

    References
    ----------
    Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964,
    https://doi.org/10.1214/aoms/1177703732

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.huber_loss(np.array([0.5, 3.0]), [0.0, 0.0], delta=2.0, reduction="none").tolist()
    [0.125, 4.0]
    """
    return huber(input - target, delta)


@huber_loss.derivative
def huber_derivative(input: Array, target: Array, *, delta: float) -> Derivative:
    d = input - target
    return huber(d, delta), lambda: clip(d, -delta, delta)


HuberLoss = loss_class(huber_loss, "HuberLoss")
