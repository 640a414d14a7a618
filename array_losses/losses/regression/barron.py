"""Barron's general robust loss."""

from typing import Annotated, Unpack

from ...families.pointwise import pointwise
from ...intervals import Interval
from ...numerics import barron, in_units
from ...objects import loss_class
from ...options import Number, Positive
from ...typing import ArrayLike, ArrayT, Options

Shape = Annotated[float, Number(Interval(high_open=True), infinite=True)]


@pointwise(tasks=("regression",))
def barron_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    alpha: Shape = 1.0,
    scale: Positive = 1.0,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Robust error whose shape goes with `alpha` from a parabola to a bounded curve.

    One family of robust losses, so that how much outliers count is a number: to be tuned, annealed or learned.

    .. math::
        l = \frac{|\alpha - 2|}{\alpha}
            \left( \left( \frac{x^2}{|\alpha - 2|} + 1 \right)^{\alpha / 2} - 1 \right),
        \qquad x = (\text{input} - \text{target}) / c

    and its limits: :math:`x^2 / 2` at 2 (`l2_loss`), :math:`\ln (1 + x^2 / 2)` at 0 (`cauchy_loss`) and
    :math:`1 - \exp(-x^2 / 2)` at :math:`-\infty` (`welsch_loss`). 1 is `charbonnier_loss`, -2 `geman_mcclure_loss`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predictions, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    alpha : float < inf, default 1.0
        :math:`\alpha`, the shape; -inf is one too. The smaller, the less outliers count: below 0 the loss is bounded by
        :math:`(\alpha - 2) / \alpha`.
    scale : float > 0, default 1.0
        c, the error up to about which all shapes are the same parabola, in the units of `input`.
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
        `alpha` is infinite or NaN and not -inf, or `scale` is not positive.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    charbonnier_loss, cauchy_loss, geman_mcclure_loss, welsch_loss, l2_loss : single shapes.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivative is :math:`x (x^2 / |\alpha - 2| + 1)^{\alpha / 2 - 1} / c`; the loss is convex for
    :math:`\alpha \ge 1`. Both hyperparameters may be 0-d arrays and have derivatives, also at :math:`\alpha = 0`; that
    by :math:`\alpha` is 0 at -inf, and taken to be 0 at 2, where it is infinite. Who learns them by their likelihood
    adds the logarithm of its normalizing constant, which depends on both. The limits are exact: nothing is added to
    :math:`\alpha` to keep away from them.

    References
    ----------
    Barron, "A general and adaptive robust loss function", CVPR 2019, https://arxiv.org/abs/1701.03077

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> for alpha in (2.0, 1.0, 0.0, -2.0, -np.inf):
    ...     print(al.barron_loss(np.array([1.0, 100.0]), [0.0, 0.0], alpha=alpha, reduction="none").round(4).tolist())
    [0.5, 5000.0]
    [0.4142, 99.005]
    [0.4055, 8.5174]
    [0.4, 1.9992]
    [0.3935, 1.0]
    """
    return barron(in_units(input - target, scale), alpha)


BarronLoss = loss_class(barron_loss, "BarronLoss")
