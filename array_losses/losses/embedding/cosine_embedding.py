"""Cosine embedding loss."""

from typing import Annotated, Unpack

from ...backends import namespace
from ...domains import SIGNS, Interval
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import cosine_similarity, relu
from ...objects import loss_class
from ...options import Number
from ...typing import ArrayLike, ArrayT, Options

LEAST = 1e-8
"""The least length that a vector is divided by."""
Cosine = Annotated[float, Number(Interval(-1, 1))]


@declared(
    layout(
        {"input1": Real("*S D"), "input2": Real("*S D"), "target": Real("*S", SIGNS, labels=True)},
        returns="*S",
        where="*S",
    ),
    tasks=("embedding",),
    torch="cosine_embedding_loss",
)
def cosine_embedding_loss(
    input1: ArrayT,
    input2: ArrayLike,
    target: ArrayLike,
    *,
    margin: Cosine = 0.0,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Cosine distance of pairs that belong together, excess of the cosine over a margin of pairs that do not.

    Embeddings from pairs that are labelled alike or not, by their directions alone.

    .. math:: l = 1 - c \;\text{ for } y = 1, \qquad l = \max(c - m, 0) \;\text{ for } y = -1, \qquad
        c = \frac{x_1 \cdot x_2}{|x_1|\, |x_2|}

    with :math:`x_1, x_2` = input1, input2, y = target and m = margin.

    .. versionadded:: 0.1

    Parameters
    ----------
    input1 : array, shape (*S, D)
        Embeddings, any real numbers; D lies along the last axis.
    input2 : array, shape (*S, D)
        Others, each the partner of the one at its place.
    target : array, shape (*S)
        1 where the two belong together, -1 where they do not, of any dtype but boolean; nothing between.
    margin : float in [-1, 1], default 0.0
        m, the cosine up to which pairs that do not belong together cost nothing; torch advises 0 to 0.5.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (*S), a loss for each pair, for "none", in the dtype of `input1` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        `input2` has not the shape of `input1`, or `target` not that without the last axis.
    DomainError
        A target that is neither -1 nor 1, where looking is free (concrete arrays in host memory); elsewhere it gives
        NaN.
    OptionError
        `margin` does not lie between -1 and 1.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    cosine_distance : of pairs that all belong together.
    ntxent_loss : of all pairs of a batch.

    Notes
    -----
    Divisor of the mean: the number of pairs, also with weights; ``normalizer="weights"`` divides by them. The
    derivative at the margin is 0. The cosine with a zero vector is 0, and so is its derivative; lengths below 1e-8
    count as 1e-8. Equals torch's `cosine_embedding_loss`, which adds 1e-12 to squared lengths instead, has derivative 1
    at the margin, and for a target that is neither -1 nor 1 a loss of 0.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> x1, x2 = np.array([[1.0, 0.0], [1.0, 0.0]]), [[3.0, 4.0], [3.0, 4.0]]
    >>> al.cosine_embedding_loss(x1, x2, [1, -1], margin=0.5, reduction="none").round(6).tolist()
    [0.4, 0.1]
    """
    c = cosine_similarity(input1, input2, LEAST, -1)
    return namespace(c).where(target > 0, 1 - c, relu(c - margin))


CosineEmbeddingLoss = loss_class(cosine_embedding_loss, "CosineEmbeddingLoss", arrays=3)
