"""Focal loss of heat maps."""

from typing import Unpack

from ...backends import namespace
from ...domains import UNIT
from ...families.pointwise import pointwise
from ...numerics import focal_weighted, multiply_no_nan, power, sigmoid, softplus
from ...objects import loss_class
from ...options import NonNegative
from ...typing import ArrayLike, ArrayT, Options


@pointwise(tasks=("detection",), labels=True, domains={"target": UNIT})
def gaussian_focal_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    alpha: NonNegative = 2.0,
    gamma: NonNegative = 4.0,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Focal loss of a heat map, whose negatives count less the nearer they are to a peak.

    Detection of corners, centres and keypoints: a pixel beside the true one is nearly right.

    .. math::
        l = \begin{cases} -(1 - p)^\alpha \ln p & y = 1 \\ -(1 - y)^\gamma p^\alpha \ln(1 - p) & y < 1 \end{cases}

    with y = target and :math:`p = \sigma(\text{input})`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Logits, any real number.
    target : array, shape (N, *S)
        Heat maps in [0, 1], such as Gaussians: exactly 1 at the peaks, which alone are positive.
    alpha : float >= 0, default 2.0
        How fast the weight falls with the probability of the right answer.
    gamma : float >= 0, default 4.0
        How fast the weight of a negative falls towards a peak.
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
        A target outside [0, 1], where looking is free (concrete arrays in host memory); elsewhere it gives NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    sigmoid_focal_loss : equal for labels of 0 and 1, without its alpha and with this one as gamma.

    Notes
    -----
    Divisor of the mean: the number of elements; detectors divide by peaks: ``normalizer=max(1, peaks)``. Smooth in
    `input`; in `target` the loss jumps at 1, where its derivative is 0. At :math:`\pm\infty` a right answer costs 0
    and a wrong one inf. Equals mmdetection's `gaussian_focal_loss`, which takes probabilities, has an eps of 1e-12 in
    the logarithms, and with ``gamma=0`` counts a peak as a negative too.

    References
    ----------
    Law and Deng, "CornerNet: detecting objects as paired keypoints", ECCV 2018, https://arxiv.org/abs/1808.01244

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.gaussian_focal_loss(np.array([2.0, 0.0, 0.0]), [1.0, 0.0, 0.5], reduction="none").round(6).tolist()
    [0.001804, 0.173287, 0.01083]
    """
    xp, peak = namespace(input), target == 1
    wrong = xp.where(peak, -input, input)  # log-odds of the wrong answer
    weight = power(xp.where(peak, 1.0, 1 - target), gamma)
    return multiply_no_nan(weight, focal_weighted(softplus(wrong), sigmoid(wrong), alpha))


GaussianFocalLoss = loss_class(gaussian_focal_loss, "GaussianFocalLoss")
