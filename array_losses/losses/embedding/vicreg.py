"""VICReg."""

from typing import Any, Unpack

from ...backends import backend_of, namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import centred, relu
from ...objects import loss_class
from ...options import NonNegative, Positive
from ...typing import Array, ArrayLike, ArrayT, Options


@declared(
    layout({"input": Real("N D"), "target": Real("N D")}, returns="", where="N"),
    tasks=("embedding",),
    gather="variances and covariances are those of the whole batch; gather `input` and `target` of all parts first",
)
def vicreg_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    invariance: NonNegative = 25.0,
    variance: NonNegative = 25.0,
    covariance: NonNegative = 1.0,
    eps: Positive = 1e-4,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Squared difference of two views, with regularizers of the variances and covariances of each over the batch.

    Self-supervised learning without negatives: views agree, while every feature varies and none repeats another.

    .. math:: l = \lambda \frac{1}{ND} \sum_{nd} (x_{nd} - y_{nd})^2 + \frac{\mu}{2} \big( v(x) + v(y) \big)
        + \nu \big( c(x) + c(y) \big)

    .. math:: v(x) = \frac{1}{D} \sum_d \max \big( 1 - \sqrt{C_{dd} + \varepsilon}, 0 \big), \qquad
        c(x) = \frac{1}{D} \sum_{d \ne e} C_{de}^2, \qquad C = \frac{1}{N - 1} \sum_n (x_n - \bar x)(x_n - \bar x)^T

    with x, y = input, target and :math:`\lambda, \mu, \nu, \varepsilon` = invariance, variance, covariance, eps.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, D)
        Embeddings of one view, any real numbers.
    target : array, shape (N, D)
        Those of the other, in the same order; gradients reach them too.
    invariance, variance, covariance : float >= 0, default 25.0, 25.0, 1.0
        :math:`\lambda, \mu, \nu`, the factors of the three parts.
    eps : float > 0, default 1e-4
        :math:`\varepsilon`, added to variances: their root has a derivative then.
    **options

    Returns
    -------
    array
        0-d, for "none" too, in the dtype of `input` (float32 for a half precision). The loss is that of the whole
        batch, so there is no "sums": gather the embeddings first.

    Raises
    ------
    ShapeError
        `input` is not (N, D), or `target` has not its shape; a `sample_weight` for each embedding.
    OptionError
        A wrong option; ``reduction="sums"``.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    barlow_twins_loss : of the correlations between two views.

    Notes
    -----
    `where`, of shape (N,), says which pairs there are; N is their number. Without one the loss is 0; of one alone all
    variances and covariances are 0. A `sample_weight` is one number. Divisor of the mean: 1, the loss itself. The
    derivative of a part is 0 where a deviation is just 1. Equals pytorch-metric-learning `VICRegLoss`. The published
    code adds both variances by halves too, where the formula of the paper adds them in full.

    References
    ----------
    Bardes et al., "VICReg: variance-invariance-covariance regularization for self-supervised learning", ICLR 2022,
    https://arxiv.org/abs/2105.04906

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> x, y = np.array([[0.0, 0.0], [1.0, 0.5]]), np.array([[0.0, 0.5], [1.0, 0.0]])
    >>> round(float(al.vicreg_loss(x, y)), 6)
    14.989097
    """
    where: Any = options.get("where")
    xp = namespace(input)
    (x, count), (y, _) = centred(input, where), centred(target, where)
    width = max(input.shape[1], 1)
    d = input - target if where is None else xp.where(where[:, None], input - target, 0.0)
    loss = invariance * (xp.sum(d * d) / (xp.where(count > 0, count, 1.0) * width))
    for each in (x, y):
        c = xp.matmul(xp.matrix_transpose(each), each) / xp.where(count > 1, count - 1, 1.0)
        same = diagonal(c)
        deviation = xp.sqrt(xp.sum(xp.where(same, c, 0.0), axis=0) + eps)
        loss = loss + variance / 2 * (xp.sum(relu(1 - deviation)) / width)
        loss = loss + covariance * (xp.sum(xp.where(same, 0.0, c) ** 2) / width)
    return loss, count > 0


def diagonal(c: Array) -> Array:
    """The mask of the diagonal of a square matrix."""
    index = backend_of(c).arange(c.shape[0], c)
    return index[:, None] == index


VICRegLoss = loss_class(vicreg_loss, "VICRegLoss")
