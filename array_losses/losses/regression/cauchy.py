"""Cauchy's loss."""

from typing import Unpack

from ...families.pointwise import pointwise
from ...numerics import cauchy, in_units
from ...objects import loss_class
from ...options import Positive
from ...typing import ArrayLike, ArrayT, Options


@pointwise(tasks=("regression",))
def cauchy_loss(input: ArrayT, target: ArrayLike, *, scale: Positive = 1.0, **options: Unpack[Options]) -> ArrayT:
    r"""Logarithm of 1 plus half the squared error.

    Robust regression that far-off targets hardly move: the slope falls again beyond an error of 1.4 times `scale`. The
    negative log-likelihood of a Cauchy distribution, but for a constant; also called Lorentzian.

    .. math:: l = \ln (1 + x^2 / 2), \qquad x = (\text{input} - \text{target}) / c

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    scale : float > 0, default 1.0
        c, the error from which on a target counts less, in the units of `input`.
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
    charbonnier_loss : its slope never falls.
    geman_mcclure_loss, welsch_loss : bounded, so that outliers do not count at all.
    barron_loss : this loss at `alpha` = 0.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivative is :math:`x / (c (1 + x^2 / 2))`, 0 at infinity; the loss is not convex. Equals kornia's `cauchy_loss`
    for ``scale=1``, but is finite also where the square of an error is not.

    References
    ----------
    Barron, "A general and adaptive robust loss function", CVPR 2019, https://arxiv.org/abs/1701.03077

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.cauchy_loss(np.array([2.0, 1e200]), [0.0, 0.0], reduction="none").round(6).tolist()
    [1.098612, 920.34089]
    """
    return cauchy(in_units(input - target, scale))


CauchyLoss = loss_class(cauchy_loss, "CauchyLoss")
