"""ListNet."""

from typing import Unpack

from ...backends import namespace
from ...families.declared import declared, layout
from ...families.roles import Real
from ...numerics import masked_log_softmax, multiply_no_nan
from ...objects import loss_class
from ...options import Axis
from ...typing import ArrayLike, ArrayT, Options


@declared(
    layout({"input": Real("*S D"), "target": Real("*S D"), "weight": Real("*S D")}, returns="*S", where="*S D"),
    tasks=("ranking",),
)
def listnet_loss(
    input: ArrayT,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    axis: Axis = -1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Cross-entropy between the relevance of the items of a list and the softmax of their scores.

    Learns to rank whole lists: the probability that an item comes first should follow its relevance.

    .. math:: l = -\sum_i w_i \, y_i \ln \frac{\exp s_i}{\sum_j \exp s_j}

    over the items kept by `where`, with s = input, y = target and w = weight.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (*S, D)
        Scores of D items, unbounded.
    target : array, shape (*S, D)
        Relevance of the items, any numbers >= 0; probabilities if they add up to 1.
    weight : array, shape (*S, D), optional
        Weights of the items; they multiply the relevance.
    axis : int, default -1
        The axis of the items.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", shape (*S,), one loss for each list, for "none", in the dtype of `input` (float32 for
        a half precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        `target` or `weight` has not the shape of `input`.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    cross_entropy : of lists of classes, one of which is right.

    Notes
    -----
    Divisor of the mean: the number of lists with an item kept. A list whose items are all masked has loss 0. Equals
    `optax.ranking_softmax_loss`, where a NaN in a masked item reaches the gradient.

    References
    ----------
    Z. Cao et al.: Learning to rank: from pairwise approach to listwise approach, 2007,
    https://doi.org/10.1145/1273496.1273513

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> round(float(al.listnet_loss(np.array([[2.0, 0.0]]), [[1.0, 0.0]])), 6)
    0.126928
    """
    relevance = target if weight is None else weight * target
    log_p = masked_log_softmax(input, options.get("where"))
    return -namespace(input).sum(multiply_no_nan(relevance, log_p), axis=-1)


ListNetLoss = loss_class(listnet_loss, "ListNetLoss")
