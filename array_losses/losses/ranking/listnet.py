"""ListNet."""

from typing import Any, Unpack

from ...backends import namespace
from ...domains import Interval
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import log_softmax, multiply_no_nan
from ...objects import loss_class
from ...options import Axis
from ...typing import ArrayLike, ArrayT, Options


@declared(
    layout(
        {"input": Real("*S L"), "target": Real("*S L", Interval(0), bools=True), "weight": Real("~*S L")},
        returns="*S",
        where="*S L",
        axis="L",
    ),
    tasks=("ranking",),
)
def listnet_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    axis: Axis = -1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Cross-entropy between the relevances of the items of a list and the softmax of their scores.

    Learning to rank: the items of a list share a probability, and each relevant one claims its part. Also called the
    softmax loss of ranking.

    .. math:: l = -\sum_i w_i\, y_i \ln \frac{\exp s_i}{\sum_j \exp s_j}

    with s = input, y = target and w = weight; both sums run over the items of one list that `where` keeps.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (*S, L)
        Scores of the L items of each list, any real number; -inf excludes an item.
    target : array, shape (*S, L)
        Relevances >= 0 of any dtype: grades, clicks, or probabilities; they need not sum to 1.
    weight : array, optional
        Weights of the items, broadcastable to `target`, whose relevances they multiply.
    axis : int, default -1
        The axis of the items of a list.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (*S), a loss for each list, for "none", in the dtype of `input` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        A relevance below 0, where looking is free (concrete arrays in host memory); elsewhere that list is
        NaN. A label of -1 does not leave an item out: `where` does.
    OptionError
        `axis` is none of `input`.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    cross_entropy : this loss of one list for each sample, with relevances that sum to 1.

    Notes
    -----
    `where` has the shape of `input`, or any axis 1: it says which items there are. Others, such as padding, take no
    part in the softmax, whatever they hold. `sample_weight` has the shape of the lists, (*S).
    Divisor of the mean: the number of lists of which an item is kept, also with weights and where nothing is relevant;
    ``normalizer="weights"`` divides by their `sample_weight`. Smooth everywhere. A score of -inf costs nothing where
    the relevance is 0. Equals optax `ranking_softmax_loss`, where NaN in the weight of an item left out reaches the
    gradient. The paper's target is the softmax of relevances.

    References
    ----------
    Cao et al., "Learning to rank: from pairwise approach to listwise approach", ICML 2007,
    https://doi.org/10.1145/1273496.1273513

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> scores, relevances = np.array([[0.0, 0.0, 9.0], [0.0, 0.0, 0.0]]), [[1, 0, 0], [1, 0, 2]]
    >>> there = np.array([[True, True, False], [True, True, True]])
    >>> al.listnet_loss(scores, relevances, where=there, reduction="none").round(6).tolist()
    [0.693147, 3.295837]
    """
    xp, where = namespace(input), options.get("where")
    s: Any = input
    y = target if weight is None else weight * target
    if where is not None:  # far below every score, not -inf: the softmax of a list without items is finite too
        s, y = xp.where(where, s, float(xp.finfo(s.dtype).min)), xp.where(where, y, 0.0)
    return -xp.sum(multiply_no_nan(y, log_softmax(s, axis)), axis=axis)


ListNetLoss = loss_class(listnet_loss, "ListNetLoss")
