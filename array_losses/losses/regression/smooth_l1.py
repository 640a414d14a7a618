"""Smooth L1: absolute error, rounded off near 0."""

from typing import Unpack

from ...families.pointwise import pointwise
from ...numerics import saturated, smooth_absolute
from ...objects import loss_class
from ...options import NonNegative
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(tasks=("regression", "detection"), torch="smooth_l1_loss")
def smooth_l1_loss(input: ArrayT, target: ArrayLike, *, beta: NonNegative = 1.0, **options: Unpack[Options]) -> ArrayT:
    r"""Absolute error that is quadratic within `beta` of the target.

    The box regression loss of the R-CNN family and SSD: slope at most 1, no kink at 0.

    .. math::
        l = \begin{cases} d^2 / (2\beta) & |d| < \beta \\ |d| - \beta / 2 & \text{else} \end{cases},
        \qquad d = \text{input} - \text{target}

    which, with :math:`s = \operatorname{clip}(d / \beta, -1, 1)`, is :math:`l = s (d - \beta s / 2)`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    beta : float >= 0, default 1.0
        Where the parabola meets the line, in the units of `input`; 0 is `l1_loss`.
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
        `beta` is negative.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    huber_loss : the same curve times `beta` (``delta = beta``): its parabola is fixed, its slope grows with `delta`.

    Notes
    -----
    Divisor of the mean: the number of elements. The derivative is s: continuous, also at :math:`|d| = \beta`, and 0
    at 0 for ``beta=0``. Equals `torch.nn.functional.smooth_l1_loss`; Detectron's RPN uses ``beta=1/9``.

    References
    ----------
    Girshick, "Fast R-CNN", ICCV 2015, https://arxiv.org/abs/1504.08083

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.smooth_l1_loss(np.array([0.5, 3.0]), [0.0, 0.0], reduction="none").tolist()
    [0.125, 2.5]
    """
    return smooth_absolute(input - target, beta)


@smooth_l1_loss.derivative
def smooth_l1_derivative(input: Array, target: Array, *, beta: float) -> Derivative:
    d = input - target
    return smooth_absolute(d, beta), lambda: saturated(d, beta)


SmoothL1Loss = loss_class(smooth_l1_loss, "SmoothL1Loss")
