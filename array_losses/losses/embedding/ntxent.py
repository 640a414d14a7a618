"""NT-Xent."""

from typing import Annotated, Literal, Unpack

from ...backends import backend_of, namespace
from ...families.declared import declared, layout
from ...families.roles import Labels, Real
from ...numerics import masked_logsumexp, softplus, unit_rows
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
    r"""Normalized, temperature-scaled cross-entropy of pairs of embeddings that should be alike.

    Contrastive learning: of all embeddings of a batch, those with the label of one should be nearest to it.

    .. math:: l_{ij} = -\ln \frac{\exp(s_{ij} / T)}{\exp(s_{ij} / T) + \sum_k \exp(s_{ik} / T)}, \qquad
        s_{ij} = \frac{x_i \cdot x_j}{|x_i| \, |x_j|}

    for the pairs i, j of one label, other than i with itself; k runs over the embeddings with another label, or with
    ``denominator="all"`` over all but i and j. T is the temperature.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, D)
        Embeddings x, of any length; an embedding of zeros is like no other.
    target : array, shape (N,)
        Labels, any integers.
    temperature : float > 0, default 0.07
        T: the smaller, the more the nearest count.
    denominator : "negatives" or "all", default "negatives"
        What a pair is held against.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", shape (N, N), 0 off the pairs of one label, for "none", in the dtype of `input`
        (float32 for a half precision).

    Raises
    ------
    ShapeError
        `input` has not two axes, or `target` not one label for each row.
    OptionError
        ``reduction="sums"``, as batches do not add up; a wrong option.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    cross_entropy : where the embeddings of the classes are weights of the model.

    Notes
    -----
    Divisor of the mean: the number of pairs; without one the loss is 0. `where` masks embeddings, which then count for
    no other either. Equals `optax.ntxent`, which is NaN without a pair, and with two views of each label and
    ``denominator="all"`` MONAI's `ContrastiveLoss`.

    References
    ----------
    T. Chen et al.: A simple framework for contrastive learning of visual representations, 2020,
    https://arxiv.org/abs/2002.05709

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> x = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> round(float(al.ntxent_loss(x, [0, 0, 1], temperature=1.0)), 6)
    0.313262
    """
    xp = namespace(input)
    rows = unit_rows(input)
    similarity = rows @ xp.matrix_transpose(rows) / temperature
    alike, others = pairs(target, options.get("where"))
    against = masked_logsumexp(similarity, others if denominator == "negatives" else alike | others)
    lacking = xp.expand_dims(against, axis=-1) - similarity
    loss = softplus(lacking) if denominator == "negatives" else lacking
    return xp.where(alike, loss, 0.0), alike


def pairs(target: Array, where: Array | None) -> tuple[Array, Array]:
    """The masks of pairs of one label and of pairs of two, none of an embedding with itself or with a masked one."""
    xp = namespace(target)
    places = backend_of(target).arange(target.shape[0], target)
    kept = xp.expand_dims(places, axis=1) != xp.expand_dims(places, axis=0)
    if where is not None:
        kept = kept & xp.expand_dims(where, axis=1) & xp.expand_dims(where, axis=0)
    same = xp.expand_dims(target, axis=1) == xp.expand_dims(target, axis=0)
    return kept & same, kept & ~same


NTXentLoss = loss_class(ntxent_loss, "NTXentLoss")
