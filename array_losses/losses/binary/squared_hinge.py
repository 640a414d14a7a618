"""Squared hinge loss of labels -1 and 1."""

from typing import Unpack

from ...backends import namespace
from ...families.function import formula
from ...families.pointwise import pointwise
from ...objects import loss_class
from ...options import NonNegative
from ...typing import ArrayLike, ArrayT, Options
from .hinge import SignLabels, hinge_loss, label_domain


@pointwise(tasks=("binary",), labels=True, domains={"target": label_domain})
def squared_hinge_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    margin: NonNegative = 1.0,
    labels: SignLabels = "pm1",
    **options: Unpack[Options],
) -> ArrayT:
    r"""Square of what the score of the right sign lacks from a margin.

    The loss of support vector machines with a smooth gradient: small shortfalls cost little, large ones more than in
    `hinge_loss`.

    .. math:: l = \max(m - y z, 0)^2

    with z = input, m = margin, and the label y of -1 or 1: y = target, or :math:`y = 2\, \text{target} - 1` for labels
    of 0 and 1.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Scores, any real number; the sign is the decision.
    target : array, shape (N, *S)
        Labels of any dtype, -1 or 1 (0 or 1 with ``labels="01"``, boolean too); nothing between the two.
    margin : float >= 0, default 1.0
        The score, with the right sign, from which on nothing is lost.
    labels : {"pm1", "01"}, default "pm1"
        What `target` holds: -1 and 1, or 0 and 1. It is never guessed from the values.
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
        A target that is none of the two labels, where looking is free (concrete arrays in host memory); elsewhere it
        gives NaN.
    OptionError
        `margin` is negative, or `labels` neither "pm1" nor "01".
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    hinge_loss : what is squared here.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivative :math:`-2 y \max(m - y z, 0)` has no jump; the second one is 2 below the margin, 0 above it and at it.
    At :math:`\pm\infty` a right answer costs 0 and a wrong one inf. Equals Keras `SquaredHinge` for labels of -1 and
    1, which converts labels of 0 and 1 only where a whole batch holds nothing else; here they are an error unless
    ``labels="01"``.

    References
    ----------
    Chang, Hsieh and Lin, "Coordinate descent method for large-scale L2-loss linear support vector machines", Journal
    of Machine Learning Research 9, 2008, https://www.jmlr.org/papers/v9/chang08a.html

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.squared_hinge_loss(np.array([0.25, 2.0, -0.5]), [1, 1, 1], reduction="none").tolist()
    [0.5625, 0.0, 2.25]
    """
    return namespace(input).square(formula(hinge_loss)(input, target, margin=margin, labels=labels))


SquaredHingeLoss = loss_class(squared_hinge_loss, "SquaredHingeLoss")
