"""NT-Xent."""

from typing import Annotated, Literal, Unpack

from ...backends import backend_of, namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Labels, Real
from ...numerics import log_softmax, logsumexp, softplus_sum, unit_vector
from ...objects import loss_class
from ...options import Choice, Positive
from ...typing import Array, ArrayLike, ArrayT, Options

Denominator = Annotated[Literal["negatives", "all"], Choice("negatives", "all")]


@declared(
    layout({"input": Real("N D"), "target": Labels("N")}, returns="N N'", where="N"),
    tasks=("embedding",),
    gather="its pairs are those of the whole batch; gather `input` and `target` of all parts first",
)
def ntxent_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    temperature: Positive = 0.07,
    denominator: Denominator = "negatives",
    **options: Unpack[Options],
) -> ArrayT:
    r"""Normalized, temperature-scaled cross-entropy: of each positive pair of a batch against the other pairs.

    Contrastive learning: embeddings of one id, such as two views of an image, are drawn together, others apart.

    .. math::
        l_{ij} = -\ln \frac{\exp s_{ij}}{\exp s_{ij} + \sum_{k: y_k \ne y_i} \exp s_{ik}}, \qquad
        s_{ij} = \frac{x_i \cdot x_j}{\tau\, |x_i|\, |x_j|}

    for the positive pairs, :math:`y_i = y_j, i \ne j`, with x = input, y = target and :math:`\tau` = temperature. With
    ``denominator="all"`` the denominator is :math:`\sum_{k \ne i} \exp s_{ik}`, other positives included.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, D)
        Embeddings, any real numbers; they are normalized here.
    target : array, shape (N,)
        Ids of any integer dtype: what has one id belongs together.
    temperature : float > 0, default 0.07
        :math:`\tau`, by which cosines are divided.
    denominator : "negatives" or "all", default "negatives"
        What a positive pair is compared with: the negatives of its anchor alone, or every other embedding.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum"; for "none" (N, N), a row for each anchor, 0 where the pair is not positive; in the
        dtype of `input` (float32 for a half precision). The pairs of two batches are not those of both together, so
        there is no "sums": gather the embeddings first.

    Raises
    ------
    ShapeError
        `input` is not (N, D), or `target` not (N,).
    OptionError
        A wrong option; ``reduction="sums"``.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    Notes
    -----
    `where`, of shape (N,), says which embeddings there are; others are in no pair. A `sample_weight` of shape (N,)
    weighs the pairs of an anchor, one of shape (N, N) each pair. Divisor of the mean: the number of positive pairs,
    (i, j) and (j, i) both, also with weights; without one the mean is 0. An anchor without negatives costs 0. The
    cosine with a zero vector is 0, and so is its derivative. Equals optax `ntxent` (NaN without a positive pair) and
    pytorch-metric-learning `NTXentLoss`; with ``denominator="all"`` and two views of each id MONAI `ContrastiveLoss`
    and the paper.

    References
    ----------
    Chen et al., "A simple framework for contrastive learning of visual representations", ICML 2020,
    https://arxiv.org/abs/2002.05709

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> views = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> round(float(al.ntxent_loss(views, [0, 0, 1, 1], temperature=0.5)), 6)
    0.239545
    """
    xp, where = namespace(input), options.get("where")
    u = unit_vector(input, -1)
    s = xp.matmul(u, xp.matrix_transpose(u)) / temperature
    positive, negative = pairs(target, where)
    far = float(xp.finfo(s.dtype).min)  # not -inf: the derivative of a row without pairs is 0
    if denominator == "all":
        loss = -log_softmax(xp.where(positive | negative, s, far), 1)
    else:
        x = xp.expand_dims(logsumexp(xp.where(negative, s, far), 1), axis=1) - s
        loss = softplus_sum(x, xp.zeros_like(x), None)
    return xp.where(positive, loss, 0.0), positive


def pairs(target: Array, where: Array | None) -> tuple[Array, Array]:
    """The masks of the positive and of the negative pairs, (N, N)."""
    index = backend_of(target).arange(target.shape[0], target)
    same, itself = target[:, None] == target, index[:, None] == index
    positive, negative = same & ~itself, ~same
    if where is not None:
        positive, negative = (each & where[:, None] & where for each in (positive, negative))
    return positive, negative


NTXentLoss = loss_class(ntxent_loss, "NTXentLoss")
