"""Mean squared logarithmic error."""

from math import inf
from typing import Unpack

from ...backends import namespace
from ...families.pointwise import pointwise
from ...numerics import clip, log1p_distance, select, squared_log1p_distance
from ...objects import loss_class
from ...options import NonNegative
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(tasks=("regression",))
def msle_loss(input: ArrayT, target: ArrayLike, *, eps: NonNegative = 1e-7, **options: Unpack[Options]) -> ArrayT:
    r"""Squared difference of the logarithms of 1 + prediction and 1 + target.

    For quantities >= 0 that grow by factors, such as prices and counts: twice as much costs about what half as much
    costs.

    .. math:: l = \bigl( \ln (1 + \max(x, \varepsilon)) - \ln (1 + \max(y, \varepsilon)) \bigr)^2

    with x = input, y = target; worked out as the logarithm of the ratio of the larger to the smaller, in which nothing
    cancels.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions; what lies below :math:`\varepsilon` counts as that.
    target : array, shape (N, *S)
        True values, in the units of `input`; below :math:`\varepsilon` too.
    eps : float >= 0, default 1e-7
        :math:`\varepsilon`, the least prediction and target.
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
        `eps` is negative.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    mape_loss : of relative errors.
    poisson_nll_loss : of counts.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivative is :math:`2 (\ln (1 + x) - \ln (1 + y)) / (1 + x)`, and 0 below :math:`\varepsilon`: a negative
    prediction is not pulled back. An infinite prediction costs inf, with derivative 0. Equals Keras'
    `MeanSquaredLogarithmicError`, whose mean is first that of the last axis, and for ``eps=0`` and nothing negative
    scikit-learn's `mean_squared_log_error`, whose weighted mean divides by the weights.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.msle_loss(np.array([1.0, 3.0, -5.0]), [3.0, 1.0, 0.0], reduction="none").round(6).tolist()
    [0.480453, 0.480453, 0.0]
    """
    return squared_log1p_distance(clip(input, eps, inf), clip(target, eps, inf))


@msle_loss.derivative
def msle_derivative(input: Array, target: Array, *, eps: float) -> Derivative:
    r"""The loss, and :math:`2 [\ln (1 + x) - \ln (1 + y)] / (1 + x)`, 0 below :math:`\varepsilon`."""
    x, y = clip(input, eps, inf), clip(target, eps, inf)
    distance = log1p_distance(x, y)

    def slope() -> Array:
        return select(2 * namespace(x).sign(x - y) * distance / (1 + x), input >= eps)

    return distance * distance, slope


MSLELoss = loss_class(msle_loss, "MSLELoss")
