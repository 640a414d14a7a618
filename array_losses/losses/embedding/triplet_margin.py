"""Triplet margin loss."""

from typing import Annotated, Unpack

from ...backends import namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...intervals import Interval
from ...numerics import relu, vector_norm
from ...objects import loss_class
from ...options import Flag, NonNegative, Number
from ...typing import ArrayLike, ArrayT, Options

Degree = Annotated[float, Number(Interval(1))]


@declared(
    layout({"anchor": Real("*S D"), "positive": Real("*S D"), "negative": Real("*S D")}, returns="*S", where="*S"),
    tasks=("embedding",),
    torch="triplet_margin_loss",
)
def triplet_margin_loss(
    anchor: ArrayT,
    positive: ArrayLike,
    negative: ArrayLike,
    *,
    margin: NonNegative = 1.0,
    p: Degree = 2.0,
    eps: NonNegative = 1e-6,
    swap: Flag = False,
    nonzero_mean: Flag = False,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Shortfall, from a margin, of how much farther from an anchor a negative lies than a positive.

    Metric learning from triplets: what is alike need not coincide, only lie nearer than what is not.

    .. math:: l = \max(\lVert a - b + \varepsilon \rVert_p - d + m, 0), \qquad d = \lVert a - c + \varepsilon \rVert_p

    with a = anchor, b = positive, c = negative, m = margin and :math:`\varepsilon` = eps. With `swap` the negative is
    as far as the nearer of anchor and positive: :math:`d = \min(\lVert a - c + \varepsilon \rVert_p, \lVert b - c +
    \varepsilon \rVert_p)`.

    .. versionadded:: 0.1

    Parameters
    ----------
    anchor : array, shape (*S, D)
        Embeddings, any real numbers; D lies along the last axis.
    positive : array, shape (*S, D)
        For each an embedding of what it belongs to.
    negative : array, shape (*S, D)
        For each an embedding of what it does not belong to.
    margin : float >= 0, default 1.0
        m, by how much farther the negative should be.
    p : float >= 1, default 2.0
        The degree of the norm.
    eps : float >= 0, default 1e-6
        :math:`\varepsilon`, added to each entry of a difference: equal vectors have a direction then.
    swap : bool, default False
        True measures the negative from the positive where that is nearer.
    nonzero_mean : bool, default False
        True lets the mean count the losses above 0 alone.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (*S), a loss for each triplet, for "none", in the dtype of `anchor` (float32 for a
        half precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        `positive` or `negative` has not the shape of `anchor`.
    OptionError
        `margin` or `eps` is negative, or `p` less than 1.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    ntxent_loss, multi_similarity_loss : of all pairs of a batch.

    Notes
    -----
    `where` and `sample_weight` have the shape (*S). Divisor of the mean: the number of triplets, with `nonzero_mean` of
    those that cost something, also with weights; ``normalizer="weights"`` divides by the weights of these. The
    derivative is 0 where the loss just becomes 0; of the two distances of `swap` each has half where they are equal.
    The norm of a difference of 0 has derivative 0. Equals torch's `triplet_margin_loss`, which has derivative 1 where
    the loss becomes 0, broadcasts, and refuses a margin of 0. With ``eps=0, nonzero_mean=True`` it equals
    pytorch-metric-learning `TripletMarginLoss(distance=LpDistance(normalize_embeddings=False))` of these triplets.
    optax `triplet_margin_loss` has no absolute value inside of the norm, and `eps` inside of the root.

    References
    ----------
    Schroff et al., "FaceNet: a unified embedding for face recognition and clustering", CVPR 2015,
    https://arxiv.org/abs/1503.03832

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> a, b, c = np.array([[0.0, 0.0]]), [[3.0, 4.0]], [[0.0, 4.5]]
    >>> round(float(al.triplet_margin_loss(a, b, c)), 5)
    1.5
    """
    close = vector_norm(anchor - positive + eps, p, -1)
    far = vector_norm(anchor - negative + eps, p, -1)
    if swap:
        far = namespace(far).minimum(far, vector_norm(positive - negative + eps, p, -1))
    loss = relu(close - far + margin)
    return (loss, ~(loss <= 0)) if nonzero_mean else loss


TripletMarginLoss = loss_class(triplet_margin_loss, "TripletMarginLoss", arrays=3)
