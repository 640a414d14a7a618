"""Multi-similarity loss."""

from typing import Unpack

from ...backends import namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Labels, Real
from ...numerics import cosines, logsumexp, softplus_sum
from ...objects import loss_class
from ...options import Finite, Positive
from ...typing import ArrayLike, ArrayT, Options
from .ntxent import pairs


@declared(
    layout({"input": Real("N D"), "target": Labels("N")}, returns="N"),
    tasks=("embedding",),
    gather="its pairs are those of the whole batch; gather `input` and `target` of all parts first",
)
def multi_similarity_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    alpha: Positive = 2.0,
    beta: Positive = 50.0,
    base: Finite = 0.5,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Smooth excess over a threshold of the cosines with negatives, and shortfall below it of those with positives.

    Metric learning: of the pairs of an anchor those count most that are hardest.

    .. math:: l_i = \frac{1}{\alpha} \ln \Big( 1 + \sum_{p \in P_i} e^{-\alpha (s_{ip} - \lambda)} \Big)
        + \frac{1}{\beta} \ln \Big( 1 + \sum_{n \in N_i} e^{\beta (s_{in} - \lambda)} \Big), \qquad
        s_{ij} = \frac{x_i \cdot x_j}{|x_i|\, |x_j|}

    with x = input, :math:`\alpha, \beta` = alpha, beta, :math:`\lambda` = base, the positives :math:`P_i`, the others
    with the id of the anchor i in target, and the negatives :math:`N_i` with other ids.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, D)
        Embeddings, any real numbers; they are normalized here.
    target : array, shape (N,)
        Ids of any integer dtype: what has one id belongs together.
    alpha : float > 0, default 2.0
        :math:`\alpha`, how much more the hardest positives count than the others.
    beta : float > 0, default 50.0
        :math:`\beta`, the same of the negatives.
    base : float, default 0.5
        :math:`\lambda`, the cosine that positives should exceed, and negatives stay below.
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
    circle_loss : positives and negatives in one logarithm.

    Notes
    -----
    `where`, of shape (N,), says which embeddings there are; others are in no pair. A `sample_weight` of shape (N,)
    weighs the anchors. Divisor of the mean: the number of embeddings, also with weights; ``normalizer="weights"``
    divides by them. An anchor without positives or negatives has the other part alone. The cosine with a zero vector is
    0, and so is its derivative. Equals pytorch-metric-learning `MultiSimilarityLoss` without a miner; the paper mines
    pairs first.

    References
    ----------
    Wang et al., "Multi-similarity loss with general pair weighting for deep metric learning", CVPR 2019,
    https://arxiv.org/abs/1904.06627

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> x = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> round(float(al.multi_similarity_loss(x, [0, 0, 1, 1])), 6)
    0.156631
    """
    xp, s = namespace(input), cosines(input, input)
    far = float(xp.finfo(s.dtype).min)
    positive, negative = pairs(target, options.get("where"))
    pull = logsumexp(xp.where(positive, alpha * (base - s), far), 1)
    push = logsumexp(xp.where(negative, beta * (s - base), far), 1)
    zero = xp.zeros_like(pull)
    return softplus_sum(pull, zero, None) / alpha + softplus_sum(push, zero, None) / beta


MultiSimilarityLoss = loss_class(multi_similarity_loss, "MultiSimilarityLoss")
