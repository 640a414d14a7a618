"""Asymmetric loss of many labels."""

from typing import Unpack

from ...backends import namespace
from ...domains import UNIT
from ...families.pointwise import pointwise
from ...numerics import focal_weighted, log1p, multiply_no_nan, power, relu, sigmoid, softplus
from ...objects import loss_class
from ...options import Fraction, NonNegative
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(tasks=("multilabel",), labels=True, domains={"target": UNIT})
def asymmetric_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    gamma_neg: NonNegative = 4.0,
    gamma_pos: NonNegative = 1.0,
    clip: Fraction = 0.05,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Binary cross-entropy with a focus of its own for each label, and negatives that cost nothing when easy.

    For many labels of which few are there: what is easily seen not to be there would outweigh them.

    .. math:: l = -y\, (1 - p)^{\gamma_+} \ln p - (1 - y)\, q^{\gamma_-} \ln(1 - q), \qquad q = \max(p - m, 0)

    with y = target, :math:`p = \sigma(\text{input})`, :math:`\gamma_+` = gamma_pos, :math:`\gamma_-` = gamma_neg and
    m = clip.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Logits, any real number.
    target : array, shape (N, *S)
        Labels: probabilities in [0, 1] if floating, 0 or 1 if integer or boolean.
    gamma_neg, gamma_pos : float >= 0, default 4.0 and 1.0
        How fast the weights of negatives and positives fall with the probability of the right answer.
    clip : float in [0, 1], default 0.05
        The probability up to which a negative costs nothing.
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
        A target outside [0, 1], where looking is free (concrete arrays in host memory); elsewhere it gives NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    sigmoid_focal_loss : one focus for both labels.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The paper
    takes the sum, timm and others the sum divided by N, ``normalizer=len(input)``: their learning rates fit these. The
    derivative of a negative is 0 up to p = m, and at it; for ``gamma_neg=0`` it jumps there. A wrong answer at infinity
    costs inf, but a negative no more than :math:`-\ln m`. Without gammas and margin it is
    `binary_cross_entropy_with_logits`. Equals timm `AsymmetricLossMultiLabel` for labels of 0 and 1 (its eps stops loss
    and gradient at a probability of 1e-8); soft labels get one power of a mixed exponent there.

    References
    ----------
    Ridnik et al., "Asymmetric loss for multi-label classification", ICCV 2021, https://arxiv.org/abs/2009.14119

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.asymmetric_loss(np.array([2.0, 0.0, -3.0]), [1, 0, 0], reduction="none").round(6).tolist()
    [0.01513, 0.024515, 0.0]
    """
    not_p = sigmoid(-input)
    q = relu(sigmoid(input) - clip)
    missed = focal_weighted(softplus(-input), not_p, gamma_pos)
    claimed = focal_weighted(negative_log_rest(q, not_p + clip, input, clip), q, gamma_neg)
    return multiply_no_nan(target, missed) + multiply_no_nan(1 - target, claimed)


def negative_log_rest(q: Array, rest: Array, z: Array, clip: Array | float) -> Array:
    """-ln(1 - q): where q is large from `rest`, which is 1 - q, or from the logit where that has vanished."""
    if isinstance(clip, int | float) and clip >= LARGE_CLIP:
        return -log1p(-q)
    xp, small = namespace(z), q < 0.5
    vanished = rest < xp.finfo(z.dtype).smallest_normal  # without clip
    large = xp.where(vanished, softplus(z), -xp.log(xp.where(vanished, 1.0, rest)))
    return xp.where(small, -log1p(xp.where(small, -q, 0.0)), large)


LARGE_CLIP = 0.04
"""The clip from which 1 - q, which is never less, hardly cancels."""


@asymmetric_loss.derivative
def asymmetric_derivative(
    input: Array, target: Array, *, gamma_neg: float, gamma_pos: float, clip: float
) -> Derivative:
    r"""The loss, and :math:`-y (1 - p)^{\gamma_+} [1 - p - \gamma_+ p \ln p] + (1 - y)\, p (1 - p)
    [q^{\gamma_-} / (1 - q) - \gamma_- q^{\gamma_- - 1} \ln(1 - q)]`.
    """
    p, not_p = sigmoid(input), sigmoid(-input)
    q, rest = relu(p - clip), not_p + clip
    missed, claimed = softplus(-input), negative_log_rest(q, rest, input, clip)
    focus, push = power(not_p, gamma_pos), power(q, gamma_neg)

    def slope() -> Array:
        pull = (not_p + gamma_pos * p * missed) * focus * target
        share = not_p / rest if clip else 1.0
        unclipped = namespace(q).astype(q > 0, q.dtype)
        up = unclipped * push * share + gamma_neg * power(q, gamma_neg - 1) * claimed * not_p
        return up * p * (1 - target) - pull

    return target * focus * missed + (1 - target) * push * claimed, slope


AsymmetricLoss = loss_class(asymmetric_loss, "AsymmetricLoss")
