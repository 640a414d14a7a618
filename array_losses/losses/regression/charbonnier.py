"""Charbonnier's loss."""

from typing import Unpack

from ...families.pointwise import pointwise
from ...numerics import charbonnier, in_units
from ...objects import loss_class
from ...options import Positive
from ...typing import ArrayLike, ArrayT, Options


@pointwise(tasks=("regression",))
def charbonnier_loss(input: ArrayT, target: ArrayLike, *, scale: Positive = 1.0, **options: Unpack[Options]) -> ArrayT:
    r"""Absolute error, rounded off near 0 over about `scale`.

    Robust regression without an edge, in image restoration and optical flow: half the square of x where errors are
    small, the absolute value of x less 1 where they are large, and smooth in every derivative. Times the square of
    `scale` it is the pseudo-Huber loss.

    .. math:: l = \sqrt{x^2 + 1} - 1, \qquad x = (\text{input} - \text{target}) / c

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    scale : float > 0, default 1.0
        c, the error at which the parabola becomes a line, in the units of `input`.
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
    huber_loss : a parabola and a line with an edge between the two.
    barron_loss : this loss at `alpha` = 1.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivative is :math:`x / (c \sqrt{x^2 + 1})`, at most 1 / c. The loss is a number without a unit, about
    :math:`d^2 / (2 c^2)` for a small error d. Equals kornia's `charbonnier_loss` for ``scale=1``, whose default is
    ``reduction="none"``.

    References
    ----------
    Barron, "A general and adaptive robust loss function", CVPR 2019, https://arxiv.org/abs/1701.03077

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.charbonnier_loss(np.array([2.0**-30, 3.0]), [0.0, 0.0], scale=4.0, reduction="none").tolist()
    [2.710505431213761e-20, 0.25]
    """
    return charbonnier(in_units(input - target, scale))


CharbonnierLoss = loss_class(charbonnier_loss, "CharbonnierLoss")
