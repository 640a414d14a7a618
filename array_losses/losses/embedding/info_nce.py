"""InfoNCE."""

from typing import Any, Unpack

from ...backends import backend_of, namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import cosines, log_softmax_at
from ...objects import loss_class
from ...options import Positive
from ...typing import ArrayLike, ArrayT, Options


@declared(
    layout({"query": Real("N D"), "key": Real("N D")}, returns="N"),
    tasks=("embedding",),
    gather="each query is compared with the keys of the whole batch; gather `query` and `key` of all parts first",
)
def info_nce(
    query: ArrayT,
    key: ArrayLike,
    *,
    temperature: Positive = 0.07,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Cross-entropy, of each query, between its own key and the softmax of its cosines with all keys.

    Contrastive learning of two views or two kinds of data, such as images and texts: the key at its place belongs to a
    query, those of the others are negatives.

    .. math:: l_i = -\ln \frac{\exp s_{ii}}{\sum_j \exp s_{ij}}, \qquad
        s_{ij} = \frac{q_i \cdot k_j}{\tau\, |q_i|\, |k_j|}

    with q = query, k = key and :math:`\tau` = temperature.

    .. versionadded:: 0.1

    Parameters
    ----------
    query : array, shape (N, D)
        Embeddings, any real numbers; they are normalized here.
    key : array, shape (N, D)
        Others, each the partner of the query at its place; gradients reach them too.
    temperature : float > 0, default 0.07
        :math:`\tau`, by which cosines are divided.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N,), a loss for each query, for "none", in the dtype of `query` (float32 for a half
        precision). Another batch has other negatives, so there is no "sums": gather the embeddings first.

    Raises
    ------
    ShapeError
        `query` is not (N, D), or `key` has not its shape.
    OptionError
        `temperature` is not positive; ``reduction="sums"``.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    ntxent_loss : of one batch, whose ids say what belongs together.

    Notes
    -----
    `where`, of shape (N,), says which pairs there are; the keys of others are no negatives. Divisor of the mean: the
    number of queries, also with weights; ``normalizer="weights"`` divides by their `sample_weight`. The cosine with a
    zero vector is 0, and so is its derivative. Half the sum of ``info_nce(a, b)`` and ``info_nce(b, a)`` is the loss of
    CLIP. Equals pytorch-metric-learning `NTXentLoss` of the queries with the keys as references, each pair with an id
    of its own.

    References
    ----------
    van den Oord et al., "Representation learning with contrastive predictive coding", 2018,
    https://arxiv.org/abs/1807.03748

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> queries, keys = np.array([[1.0, 0.0], [0.0, 1.0]]), [[3.0, 0.0], [0.0, 2.0]]
    >>> round(float(al.info_nce(queries, keys, temperature=0.5)), 6)
    0.126928
    """
    where: Any = options.get("where")
    xp = namespace(query)
    s = cosines(query, key) / temperature
    if where is not None:  # the rows of what is not there stay as they are: their losses are finite
        s = xp.where(where | ~where[:, None], s, float(xp.finfo(s.dtype).min))
    return -log_softmax_at(s, backend_of(s).arange(s.shape[0], s), 1)


InfoNCELoss = loss_class(info_nce, "InfoNCELoss")
