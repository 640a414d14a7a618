"""Geman and McClure's loss."""

from typing import Unpack

from ...families.pointwise import pointwise
from ...numerics import geman_mcclure, in_units
from ...objects import loss_class
from ...options import Positive
from ...typing import ArrayLike, ArrayT, Options


@pointwise(tasks=("regression",))
def geman_mcclure_loss(
    input: ArrayT, target: ArrayLike, *, scale: Positive = 1.0, **options: Unpack[Options]
) -> ArrayT:
    r"""Squared error that levels off at 2.

    Robust regression that outliers do not move: the slope falls with the third power of the error.

    .. math:: l = \frac{2 x^2}{x^2 + 4}, \qquad x = (\text{input} - \text{target}) / c

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    scale : float > 0, default 1.0
        c, half the error at which the loss is 1, half of its bound, in the units of `input`.
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
        `scale` is not positive.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    welsch_loss : levels off sooner.
    barron_loss : this loss at `alpha` = -2.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivative is :math:`16 x / (c (x^2 + 4)^2)`, largest at :math:`x = 2 / \sqrt 3`; the loss is not convex, and an
    infinite error costs 2, with derivative 0. Equals kornia's `geman_mcclure_loss` for ``scale=1``, but is 2 also where
    the square of an error is infinite.

    References
    ----------
    Barron, "A general and adaptive robust loss function", CVPR 2019, https://arxiv.org/abs/1701.03077

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.geman_mcclure_loss(np.array([2.0, 1e200]), [0.0, 0.0], reduction="none").tolist()
    [1.0, 2.0]
    """
    return geman_mcclure(in_units(input - target, scale))


GemanMcClureLoss = loss_class(geman_mcclure_loss, "GemanMcClureLoss")
