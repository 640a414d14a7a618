"""Margin ranking loss of pairs."""

from typing import Unpack

from ...domains import SIGNS
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import relu
from ...objects import loss_class
from ...options import Finite
from ...typing import ArrayLike, ArrayT, Options

ROLES = {"input1": Real("*S"), "input2": Real("*S"), "target": Real("*S", SIGNS, labels=True)}


@declared(layout(ROLES, returns="*S"), tasks=("ranking",), torch="margin_ranking_loss")
def margin_ranking_loss(
    input1: ArrayT, input2: ArrayLike, target: ArrayLike, *, margin: Finite = 0.0, **options: Unpack[Options]
) -> ArrayT:
    r"""Shortfall of the difference of two scores of the right sign from a margin.

    Learning to rank from pairs: which of two belongs before the other.

    .. math:: l = \max(m - y (x_1 - x_2), 0)

    with the scores x = input, y = target and m = margin.

    .. versionadded:: 0.1

    Parameters
    ----------
    input1 : array, shape (N, *S)
        Scores of the first of each pair, any real number.
    input2 : array, shape (N, *S)
        Scores of the second.
    target : array, shape (N, *S)
        Labels of any dtype but bool: 1 where the first should have the higher score, -1 where the second should.
    margin : float, default 0.0
        By how much it should be higher.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", the shape of `input1` for "none", in the dtype of `input1` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        `input2` or `target` has not the shape of `input1`.
    DomainError
        A target that is neither -1 nor 1, where looking is free (concrete arrays in host memory); elsewhere it gives
        NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    listnet_loss : from the relevances of the items of a list.
    hinge_loss : of one score.

    Notes
    -----
    Divisor of the mean: the number of pairs, also with weights; ``normalizer="weights"`` divides by them. The
    derivative with respect to `input1` is -y below the margin, 0 above it and at it, that with respect to `input2` the
    opposite: with the margin 0 equal scores cost nothing and have no gradient, so that a model that gives every item
    the same score does not learn; take a margin above 0. Equals `torch.nn.functional.margin_ranking_loss`, which has
    -y at the margin too and broadcasts its arrays.

    References
    ----------
    Herbrich, Graepel and Obermayer, "Large margin rank boundaries for ordinal regression", Advances in Large Margin
    Classifiers, MIT Press 2000, pages 115-132

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> first, second = np.array([2.0, 0.5, 1.0]), [0.0, 1.0, 1.5]
    >>> al.margin_ranking_loss(first, second, [1, 1, -1], margin=1.0, reduction="none").tolist()
    [0.0, 1.5, 0.5]
    """
    return relu(margin - target * (input1 - input2))


MarginRankingLoss = loss_class(margin_ranking_loss, "MarginRankingLoss", arrays=3)
