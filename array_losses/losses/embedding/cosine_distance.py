"""Cosine distance."""

from typing import Unpack

from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import cosine_similarity
from ...objects import loss_class
from ...options import Axis, Positive
from ...typing import ArrayLike, ArrayT, Options


@declared(
    layout({"input": Real("*S D"), "target": Real("*S D")}, returns="*S", axis="D"),
    tasks=("embedding",),
)
def cosine_distance(
    input: ArrayT,
    target: ArrayLike,
    *,
    eps: Positive = 1e-8,
    axis: Axis = -1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""One minus the cosine of the angle between two vectors.

    Draws a prediction into the direction of its target, whatever the lengths of both.

    .. math:: l = 1 - \frac{x \cdot y}{\max(|x|, \varepsilon)\, \max(|y|, \varepsilon)}

    with x = input, y = target and :math:`\varepsilon` = eps.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (*S, D)
        Vectors, any real numbers.
    target : array, shape (*S, D)
        The vector that each should point along; gradients reach it too.
    eps : float > 0, default 1e-8
        :math:`\varepsilon`, the least length that a vector is divided by.
    axis : int, default -1
        The axis along which the D entries of a vector lie.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (*S), a loss for each pair of vectors, for "none", in the dtype of `input` (float32
        for a half precision); `Sums` for "sums". Each loss lies between 0 and 2.

    Raises
    ------
    ShapeError
        `target` has not the shape of `input`, or this has no axis.
    OptionError
        `eps` is not positive, or `axis` is none of `input`.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    cosine_embedding_loss : of pairs that belong together or apart.

    Notes
    -----
    `where` and `sample_weight` have the shape (*S). Divisor of the mean: the number of pairs of vectors, also with
    weights; ``normalizer="weights"`` divides by them. The distance from a zero vector is 1, with derivative 0 by both
    vectors; elsewhere it is smooth but where a vector has the length `eps`. Nothing overflows, however long the
    vectors. Equals one minus torch's `cosine_similarity`, whose derivative at a zero vector is 1 / eps times the
    direction of the other; optax `cosine_distance` with ``epsilon=1e-16``, which bounds squares (its default, 0, gives
    NaN for a zero vector); and one plus Keras' `CosineSimilarity`, a loss between -1 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.cosine_distance(np.array([[1.0, 0.0], [3.0, 4.0]]), [[0.0, 2.0], [6.0, 8.0]], reduction="none").tolist()
    [1.0, 0.0]
    """
    return 1 - cosine_similarity(input, target, eps, axis)


CosineDistanceLoss = loss_class(cosine_distance, "CosineDistanceLoss")
