"""Quality focal loss."""

from typing import Unpack

from ...backends import namespace
from ...domains import UNIT
from ...families.pointwise import pointwise
from ...numerics import abs_, power, sigmoid, softplus_sum
from ...objects import loss_class
from ...options import NonNegative
from ...typing import Array, ArrayLike, ArrayT, Options


@pointwise(tasks=("detection",), labels=True, domains={"target": UNIT})
def quality_focal_loss(
    input: ArrayT, target: ArrayLike, *, beta: NonNegative = 2.0, **options: Unpack[Options]
) -> ArrayT:
    r"""Binary cross-entropy, weighed by the distance of the probability from a target that may be soft.

    Dense detection with one score for class and quality: the target of the right class is the overlap of the box.

    .. math:: l = |y - p|^\beta \operatorname{BCE}(z, y)

    with z = input, y = target and :math:`p = \sigma(z)`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Logits, any real number.
    target : array, shape (N, *S)
        Qualities in [0, 1], such as the IoU of the box at its class and 0 at the others; integers and booleans 0 or 1.
    beta : float >= 0, default 2.0
        How fast the weight falls with the distance; 0 is plain cross-entropy.
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
    sigmoid_focal_loss : equal for labels of 0 and 1 and ``alpha=None``.
    varifocal_loss : weighs by the quality itself.

    Notes
    -----
    Divisor of the mean: the number of elements; detectors divide by positives: ``normalizer=max(1, positives)``. At
    p = y value and derivative are 0, for every beta above 0; below 1 the slope has no bound near it. At
    :math:`\pm\infty` a right answer costs 0 and any other inf. Equals mmdetection's `quality_focal_loss`, which takes
    class ids and qualities and adds up the classes of a box.

    References
    ----------
    Li et al., "Generalized focal loss", NeurIPS 2020, https://arxiv.org/abs/2006.04388

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.quality_focal_loss(np.array([2.0, 0.0, 0.0]), [0.75, 0.0, 0.5], reduction="none").round(6).tolist()
    [0.010725, 0.173287, 0.0]
    """
    cross_entropy = softplus_sum(input, target, None)
    off = (1 - target) * sigmoid(input) - target * sigmoid(-input)  # p - y, which would cancel near 1
    xp = namespace(input)
    return xp.where(xp.isinf(cross_entropy), 1.0, distance_power(off, beta)) * cross_entropy


def distance_power(off: Array, beta: Array | float) -> Array:
    """|off|^beta; the square by a product, whose second derivative at 0 is 2."""
    return off * off if isinstance(beta, int | float) and beta == 2 else power(abs_(off), beta)


QualityFocalLoss = loss_class(quality_focal_loss, "QualityFocalLoss")
