"""Barlow Twins."""

from typing import Unpack

from ...backends import namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import centred, vector_norm
from ...objects import loss_class
from ...options import NonNegative
from ...typing import Array, ArrayLike, ArrayT, Options
from .vicreg import diagonal

EPS = 1e-6
"""Added to deviations: a feature that does not vary has correlation 0."""


@declared(
    layout({"input": Real("N D"), "target": Real("N D")}, returns="", where="N"),
    tasks=("embedding",),
    gather="correlations are those of the whole batch; gather `input` and `target` of all parts first",
)
def barlow_twins_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    lambd: NonNegative = 5e-3,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Squared distance of the correlations between the features of two views from the identity.

    Self-supervised learning without negatives: each feature is the same in both views, and unlike every other.

    .. math:: l = \sum_d (1 - C_{dd})^2 + \lambda \sum_{d \ne e} C_{de}^2, \qquad
        C_{de} = \frac{1}{N} \sum_n \frac{x_{nd} - \bar x_d}{\sigma_d(x) + 10^{-6}}
        \frac{y_{ne} - \bar y_e}{\sigma_e(y) + 10^{-6}}

    with x, y = input, target, :math:`\lambda` = lambd and the deviations :math:`\sigma^2 = \sum_n (x_n - \bar x)^2 /
    (N - 1)`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, D)
        Embeddings of one view, any real numbers.
    target : array, shape (N, D)
        Those of the other, in the same order; gradients reach them too.
    lambd : float >= 0, default 5e-3
        :math:`\lambda`, the factor of the correlations between different features.
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
        `lambd` is negative; ``reduction="sums"``.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    vicreg_loss : of variances and covariances, apart from the difference of the views.

    Notes
    -----
    `where`, of shape (N,), says which pairs there are; N is their number. Without one the loss is 0; of one alone, and
    of a feature that does not vary, correlations are 0, with derivative 0 by the feature itself. A `sample_weight` is
    one number. Divisor of the mean: 1, the loss itself. With sums over N and deviations over N - 1 a perfect
    correlation is (N - 1) / N, and no loss is 0. Equals MONAI `BarlowTwinsLoss`, which refuses a batch of one.

    References
    ----------
    Zbontar et al., "Barlow Twins: self-supervised learning via redundancy reduction", ICML 2021,
    https://arxiv.org/abs/2103.03230

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> x = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> round(float(al.barlow_twins_loss(x, 2 * x)), 5)
    0.125
    """
    xp, where = namespace(input), options.get("where")
    (x, count), (y, _) = (standardized(each, where) for each in (input, target))
    c = xp.matmul(xp.matrix_transpose(x), y) / xp.where(count > 0, count, 1.0)
    same = diagonal(c)
    return xp.sum(xp.where(same, (1 - c) ** 2, lambd * c**2)), count > 0


def standardized(x: Array, kept: Array | None) -> tuple[Array, Array]:
    """Each column less its mean, by its deviation, of the rows that are kept; and their number, 0-d."""
    xp, (x, count) = namespace(x), centred(x, kept)
    deviation = vector_norm(x, 2.0, 0) / xp.sqrt(xp.where(count > 1, count - 1, 1.0))
    return x / (deviation + EPS), count


BarlowTwinsLoss = loss_class(barlow_twins_loss, "BarlowTwinsLoss")
