"""Wing loss."""

from typing import Unpack

from ...families.pointwise import pointwise
from ...numerics import abs_, clip, log1p
from ...objects import loss_class
from ...options import Positive
from ...typing import ArrayLike, ArrayT, Options


@pointwise(tasks=("regression",))
def wing_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    width: Positive = 5.0,
    curvature: Positive = 0.5,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Absolute error, with a logarithm within `width` that weighs small errors more.

    For landmarks on faces, where what is nearly right is to become right: the derivative grows towards 0.

    .. math::
        l = \begin{cases} w \ln (1 + |d| / c) & |d| < w \\ |d| - w + w \ln (1 + w / c) & \text{else} \end{cases},
        \qquad d = \text{input} - \text{target}

    which, with :math:`s = \min(|d|, w)`, is :math:`w \ln (1 + s / c) + (|d| - s)`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number; coordinates in pixels, say.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    width : float > 0, default 5.0
        w, the error up to which the logarithm goes, in the units of `input`.
    curvature : float > 0, default 0.5
        c, how sharply the curve bends, in the units of `input`: at 0 the slope is w / c.
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
        `width` or `curvature` is not positive.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    smooth_l1_loss : weighs small errors less.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivative by \|d\| is :math:`w / (c + |d|)` within the width and at it, 1 beyond; at d = 0 the derivative is 0.
    Equals segmentation_models_pytorch's `wing_loss`, with its defaults, but for the derivative at the width, which is 1
    there.

    References
    ----------
    Feng et al., "Wing loss for robust facial landmark localisation with convolutional neural networks", CVPR 2018,
    https://arxiv.org/abs/1711.06753

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.wing_loss(np.array([0.5, -8.0]), [0.0, 0.0], reduction="none").round(6).tolist()
    [3.465736, 14.989476]
    """
    a = abs_(input - target)
    s = clip(a, -width, width)
    return width * log1p(s / curvature) + (a - s)


WingLoss = loss_class(wing_loss, "WingLoss")
