"""Mean absolute percentage error."""

from math import inf
from typing import Unpack

from ...backends import namespace
from ...families.pointwise import pointwise
from ...numerics import abs_, clip
from ...objects import loss_class
from ...options import Positive
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(tasks=("regression",))
def mape_loss(input: ArrayT, target: ArrayLike, *, eps: Positive = 1e-7, **options: Unpack[Options]) -> ArrayT:
    r"""Absolute error in percent of the target.

    For quantities of very different size, of which relative errors matter. Its minimum lies below the median: what is
    too low costs at most 100.

    .. math:: l = 100 \, \frac{|\text{input} - y|}{\max(|y|, \varepsilon)}, \qquad y = \text{target}

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`; near 0 the loss is huge.
    eps : float > 0, default 1e-7
        :math:`\varepsilon`, the least size of a target that is divided by.
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
        `eps` is not positive.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    msle_loss : of ratios, too low costing as much as too high.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. Targets of
    0 explode: ``where=target != 0`` leaves them out. The derivative is 0 where prediction and target are equal; that by
    a target smaller than :math:`\varepsilon` goes by the error alone. Equals Keras' `MeanAbsolutePercentageError`,
    whose mean is first that of the last axis, and 100 times scikit-learn's `mean_absolute_percentage_error`, whose
    :math:`\varepsilon` is smaller.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.mape_loss(np.array([1.0, 90.0]), [2.0, 100.0], reduction="none").tolist()
    [50.0, 10.0]
    """
    return 100 * abs_((input - target) / clip(abs_(target), eps, inf))


@mape_loss.derivative
def mape_derivative(input: Array, target: Array, *, eps: float) -> Derivative:
    r"""The loss, and :math:`100 \, \text{sign}(\text{input} - y) / \max(|y|, \varepsilon)`."""
    d, size = input - target, clip(abs_(target), eps, inf)

    def slope() -> Array:
        return 100 * namespace(d).sign(d) / size

    return 100 * abs_(d / size), slope


MAPELoss = loss_class(mape_loss, "MAPELoss")
