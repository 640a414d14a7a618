"""Varifocal loss."""

from typing import Unpack

from ...backends import namespace
from ...domains import UNIT
from ...families.pointwise import pointwise
from ...numerics import focal_weighted, multiply_no_nan, sigmoid, softplus_sum
from ...objects import loss_class
from ...options import NonNegative
from ...typing import ArrayLike, ArrayT, Options


@pointwise(tasks=("detection",), labels=True, domains={"target": UNIT})
def varifocal_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    alpha: NonNegative = 0.75,
    gamma: NonNegative = 2.0,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Binary cross-entropy that weighs positives by their quality, and negatives less the easier they are.

    Dense detection with scores that rank boxes by their overlap: good boxes count most, and no positive is played down.

    .. math::
        l = \begin{cases} y \operatorname{BCE}(z, y) & y > 0 \\ -\alpha\, p^\gamma \ln(1 - p) & y = 0 \end{cases}

    with z = input, y = target and :math:`p = \sigma(z)`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Logits, any real number.
    target : array, shape (N, *S)
        Qualities in [0, 1], such as the IoU of the box at its class and 0 at the others; integers and booleans 0 or 1.
    alpha : float >= 0, default 0.75
        Weight of the negatives.
    gamma : float >= 0, default 2.0
        How fast the weight of a negative falls with its probability.
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
    quality_focal_loss : weighs by the distance from the quality.
    sigmoid_focal_loss : of labels 0 and 1, positives played down too.

    Notes
    -----
    Divisor of the mean: the number of elements; detectors divide by the sum of the qualities:
    ``normalizer=max(1, target.sum())``. Smooth in `input`; in `target` the loss jumps at 0, where its derivative is
    that of the cross-entropy, weighed as a negative. At :math:`\pm\infty` a right answer costs 0 and a wrong one inf.
    Equals mmdetection's `varifocal_loss`.

    References
    ----------
    Zhang et al., "VarifocalNet: an IoU-aware dense object detector", CVPR 2021, https://arxiv.org/abs/2008.13367

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.varifocal_loss(np.array([2.0, 0.0, -3.0]), [0.75, 0.0, 0.0], reduction="none").round(6).tolist()
    [0.470196, 0.129965, 8.2e-05]
    """
    xp, positive = namespace(input), target > 0
    weight, claim = xp.where(positive, target, alpha), xp.where(positive, 1.0, sigmoid(input))
    return multiply_no_nan(weight, focal_weighted(softplus_sum(input, target, None), claim, gamma))


VarifocalLoss = loss_class(varifocal_loss, "VarifocalLoss")
