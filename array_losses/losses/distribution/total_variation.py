"""Total variation distance."""

from typing import Unpack

from ...backends import namespace
from ...domains import UNIT
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import abs_
from ...objects import loss_class
from ...options import Axis
from ...typing import ArrayLike, ArrayT, Options


@declared(
    layout(
        {"input": Real("N? C *S", UNIT), "target": Real("N? C *S", UNIT, bools=True)},
        returns="N? *S",
        axis="C",
    ),
    tasks=("distribution",),
)
def total_variation_distance(input: ArrayT, target: ArrayLike, *, axis: Axis = 1, **options: Unpack[Options]) -> ArrayT:
    r"""Total variation distance: half the sum of the differences of two distributions' probabilities.

    The largest difference between the probabilities that the two give to an event. A metric, between 0 and 1.

    .. math:: l = \tfrac12 \sum_c |p_c - q_c|

    with q = input, p = target.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Probabilities of the C outcomes, in [0, 1]; that they sum to 1 is not checked.
    target : array, shape (N, C, *S) or (C,)
        The true probabilities, of any dtype: one-hot labels may be integers or booleans.
    axis : int, default 1
        The axis of the outcomes (0 for a 1-d input); -1 for channels last.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N, *S), a loss for each distribution, for "none", in the dtype of `input` (float32
        for a half precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        `target` has not the shape of `input`.
    DomainError
        A probability outside [0, 1], where looking is free (concrete arrays in host memory); elsewhere that
        distribution is NaN.
    OptionError
        `axis` is none of `input`.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    js_div : smooth, of log-probabilities too.
    l1_loss : a loss for each probability.

    Notes
    -----
    Divisor of the mean: the number of distributions, also with weights; ``normalizer="weights"`` divides by them. The
    derivative is 1/2 where q is above p, -1/2 below it and 0 at it.

    References
    ----------
    Levin, Peres and Wilmer, "Markov chains and mixing times", 2nd edition, AMS 2017, chapter 4,
    https://doi.org/10.1090/mbk/107

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.total_variation_distance(np.array([[0.5, 0.5], [0.75, 0.25]]), [[1, 0], [1, 0]], reduction="none").tolist()
    [0.5, 0.25]
    """
    return namespace(input).sum(abs_(input - target), axis=axis) / 2


TotalVariationLoss = loss_class(total_variation_distance, "TotalVariationLoss")
