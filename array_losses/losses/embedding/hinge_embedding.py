"""Hinge loss of distances."""

from typing import Unpack

from ...backends import namespace
from ...domains import SIGNS
from ...families.pointwise import pointwise
from ...numerics import relu
from ...objects import loss_class
from ...options import Finite
from ...typing import ArrayLike, ArrayT, Options


@pointwise(tasks=("embedding",), torch="hinge_embedding_loss", labels=True, domains={"target": SIGNS})
def hinge_embedding_loss(
    input: ArrayT, target: ArrayLike, *, margin: Finite = 1.0, **options: Unpack[Options]
) -> ArrayT:
    r"""Distance of what is alike, and shortfall of the distance of what is not from a margin.

    Embeddings from pairs that are labelled alike or not: pairs that differ are pushed apart up to the margin.

    .. math:: l = \begin{cases} x & y = 1 \\ \max(m - x, 0) & y = -1 \end{cases}

    with x = input, y = target and m = margin.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Distances of pairs, any real number.
    target : array, shape (N, *S)
        Labels of any dtype but bool: 1 for a pair that is alike, -1 for one that is not.
    margin : float, default 1.0
        The distance from which on a pair that is not alike costs nothing.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", the shape of `input` for "none", in the dtype of `input` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        `target` has not the shape of `input`.
    DomainError
        A target that is neither -1 nor 1, where looking is free (concrete arrays in host memory); elsewhere it gives
        NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    ntxent_loss : from the embeddings of a batch and their ids.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivative is 1 for what is alike; for what is not -1 below the margin, 0 above it and at it. A negative input makes
    a negative loss. Equals `torch.nn.functional.hinge_embedding_loss`, which has -1 for the derivative at the margin
    and for any other label adds both branches: a label of 0 is an error here.

    References
    ----------
    Hadsell, Chopra and LeCun, "Dimensionality reduction by learning an invariant mapping", CVPR 2006,
    https://doi.org/10.1109/CVPR.2006.100, which squares both branches

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> distances = np.array([0.25, 0.25, 3.0])
    >>> al.hinge_embedding_loss(distances, [1, -1, -1], reduction="none").tolist()
    [0.25, 0.75, 0.0]
    """
    return namespace(input).where(target > 0, input, relu(margin - input))


HingeEmbeddingLoss = loss_class(hinge_embedding_loss, "HingeEmbeddingLoss")
