"""Welsch's loss."""

from typing import Unpack

from ...families.pointwise import pointwise
from ...numerics import in_units, welsch
from ...objects import loss_class
from ...options import Positive
from ...typing import ArrayLike, ArrayT, Options


@pointwise(tasks=("regression",))
def welsch_loss(input: ArrayT, target: ArrayLike, *, scale: Positive = 1.0, **options: Unpack[Options]) -> ArrayT:
    r"""Squared error that levels off at 1, as fast as a normal density falls.

    Robust regression that outliers do not move; also called Leclerc's loss, and correntropy.

    .. math:: l = 1 - \exp(-x^2 / 2), \qquad x = (\text{input} - \text{target}) / c

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    scale : float > 0, default 1.0
        c, the error with the largest slope, in the units of `input`.
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
    geman_mcclure_loss : levels off later.
    barron_loss : this loss at `alpha` = -inf.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivative is :math:`x \exp(-x^2 / 2) / c`; the loss is not convex, and an infinite error costs 1, with derivative
    0. Equals kornia's `welsch_loss` for ``scale=1``.

    References
    ----------
    Barron, "A general and adaptive robust loss function", CVPR 2019, https://arxiv.org/abs/1701.03077

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.welsch_loss(np.array([2.0**-30, 2.0, 1e200]), [0.0, 0.0, 0.0], reduction="none").tolist()
    [4.336808689942018e-19, 0.8646647167633873, 1.0]
    """
    return welsch(in_units(input - target, scale))


WelschLoss = loss_class(welsch_loss, "WelschLoss")
