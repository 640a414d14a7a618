"""Logistic loss of labels -1 and 1."""

from typing import Unpack

from ...domains import SIGNS
from ...families.pointwise import pointwise
from ...numerics import softplus
from ...objects import loss_class
from ...typing import ArrayLike, ArrayT, Options


@pointwise(tasks=("binary",), torch="soft_margin_loss", labels=True, domains={"target": SIGNS})
def soft_margin_loss(input: ArrayT, target: ArrayLike, **options: Unpack[Options]) -> ArrayT:
    r"""Logistic loss of scores for labels of -1 and 1.

    The smooth counterpart of `hinge_loss`, and `binary_cross_entropy_with_logits` for labels that are signs.

    .. math:: l = \ln(1 + e^{-y z})

    with z = input and y = target.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Scores, any real number: log-odds of the label 1.
    target : array, shape (N, *S)
        Labels of any dtype but bool, -1 or 1; nothing between the two.
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
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    binary_cross_entropy_with_logits : of labels 0 and 1, or probabilities.
    hinge_loss : 0 beyond a margin.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. Smooth
    everywhere; the derivative is :math:`-y\,\sigma(-y z)`. At :math:`\pm\infty` a right answer costs 0 and a wrong one
    inf. Equals `torch.nn.functional.soft_margin_loss`, which overflows to inf where :math:`-y z` is above 88 in
    float32 (710 in float64), with a NaN in the gradient, and takes a label of 0 for ln 2 whatever the score.

    References
    ----------
    Friedman, Hastie and Tibshirani, "Additive logistic regression: a statistical view of boosting", Annals of
    Statistics 28, 2000, https://doi.org/10.1214/aos/1016218223

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.soft_margin_loss(np.array([0.0, 2.0, 1000.0]), [1, 1, -1], reduction="none").round(6).tolist()
    [0.693147, 0.126928, 1000.0]
    """
    return softplus(-target * input)


SoftMarginLoss = loss_class(soft_margin_loss, "SoftMarginLoss")
