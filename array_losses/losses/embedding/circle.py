"""Circle loss."""

from typing import Unpack

from ...backends import namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Labels, Real
from ...numerics import cosines, logsumexp, relu, softplus_sum, stop_gradient
from ...objects import loss_class
from ...options import Finite, Positive
from ...typing import ArrayLike, ArrayT, Options
from .ntxent import pairs


@declared(
    layout({"input": Real("N D"), "target": Labels("N")}, returns="N"),
    tasks=("embedding",),
    gather="its pairs are those of the whole batch; gather `input` and `target` of all parts first",
)
def circle_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    margin: Finite = 0.4,
    gamma: Positive = 80.0,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Smooth excess of the cosines with negatives over those with positives, each weighed by how far it is from best.

    Metric learning: what is already near its optimum is pulled less.

    .. math:: l_i = \ln \Big( 1 + \sum_{p \in P_i} e^{-\gamma a_{ip} (s_{ip} - 1 + m)}
        \sum_{n \in N_i} e^{\gamma b_{in} (s_{in} - m)} \Big)

    .. math:: a_{ip} = \max(1 + m - s_{ip}, 0), \qquad b_{in} = \max(s_{in} + m, 0), \qquad
        s_{ij} = \frac{x_i \cdot x_j}{|x_i|\, |x_j|}

    with x = input, m = margin, :math:`\gamma` = gamma, the positives :math:`P_i`, the others with the id of the anchor
    i in target, and the negatives :math:`N_i` with other ids. To derivatives by input a and b are constants.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, D)
        Embeddings, any real numbers; they are normalized here.
    target : array, shape (N,)
        Ids of any integer dtype: what has one id belongs together.
    margin : float, default 0.4
        m: positives should exceed 1 - m, negatives stay below m.
    gamma : float > 0, default 80.0
        :math:`\gamma`, the scale of the cosines.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N,), a loss for each anchor, for "none", in the dtype of `input` (float32 for a half
        precision). The pairs of two batches are not those of both together, so there is no "sums": gather the
        embeddings first.

    Raises
    ------
    ShapeError
        `input` is not (N, D), or `target` not (N,).
    OptionError
        A wrong option; ``reduction="sums"``.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    multi_similarity_loss : positives and negatives in a logarithm each.

    Notes
    -----
    `where`, of shape (N,), says which embeddings there are; others are in no pair. A `sample_weight` of shape (N,)
    weighs the anchors. An anchor without positives or without negatives costs 0 and does not count.
    Divisor of the mean: the number of the other anchors, also with weights; without one the mean is 0. As a and b are
    constants, the gradient is that of the paper, not the slope of the loss, and second derivatives take them for
    constants too. The cosine with a zero vector is 0, and so is its derivative. Equals pytorch-metric-learning
    `CircleLoss`, whose mean leaves out losses of 0.

    References
    ----------
    Sun et al., "Circle loss: a unified perspective of pair similarity optimization", CVPR 2020,
    https://arxiv.org/abs/2002.10857

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> x = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0], [0.0, 1.0]])
    >>> round(float(al.circle_loss(x, [0, 0, 1, 1], gamma=8.0)), 6)
    2.566498
    """
    xp, s = namespace(input), cosines(input, input)
    far = float(xp.finfo(s.dtype).min)
    positive, negative = pairs(target, options.get("where"))
    fixed = stop_gradient(s)
    a, b = relu(1 + margin - fixed), relu(fixed + margin)
    pull = logsumexp(xp.where(positive, gamma * a * (1 - margin - s), far), 1)
    push = logsumexp(xp.where(negative, gamma * b * (s - margin), far), 1)
    both = xp.any(positive, axis=1) & xp.any(negative, axis=1)
    x = xp.where(both, pull, 0.0) + xp.where(both, push, 0.0)
    return xp.where(both, softplus_sum(x, xp.zeros_like(x), None), 0.0), both


CircleLoss = loss_class(circle_loss, "CircleLoss")
