"""Focal loss of binary logits."""

from typing import Unpack

from ...domains import UNIT
from ...families.pointwise import pointwise
from ...numerics import (
    complement,
    focal_weighted,
    miss_probability,
    multiply_no_nan,
    power,
    sigmoid,
    smooth_binary,
    softplus_sum,
)
from ...objects import loss_class
from ...options import Fraction, NonNegative, OptionalFraction
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@pointwise(tasks=("binary", "multilabel", "detection"), labels=True, domains={"target": UNIT})
def sigmoid_focal_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    alpha: OptionalFraction = 0.25,
    gamma: NonNegative = 2.0,
    label_smoothing: Fraction = 0.0,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Binary cross-entropy that gives less weight to what is already right.

    For rare positives among many easy negatives, as in dense detection.

    .. math:: l = a_t\, (1 - p_t)^\gamma \operatorname{BCE}(z, y)

    with z = input, :math:`p = \sigma(z)`, :math:`y = (1 - \varepsilon)\, \text{target} + \varepsilon / 2`,
    :math:`1 - p_t = y (1 - p) + (1 - y) p`, and :math:`a_t = \alpha y + (1 - \alpha)(1 - y)`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Logits, any real number.
    target : array, shape (N, *S)
        Labels: probabilities in [0, 1] if floating, 0 or 1 if integer or boolean.
    alpha : float in [0, 1] or None, default 0.25
        Weight of the positives, :math:`1 - \alpha` being that of the negatives; None weighs both 1.
    gamma : float >= 0, default 2.0
        How fast the weight falls with the probability of the right answer; 0 is plain cross-entropy.
    label_smoothing : float in [0, 1], default 0.0
        :math:`\varepsilon`, the share of the label that goes to 1/2, before anything else.
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
    focal_loss : of exclusive classes, over a softmax.

    Notes
    -----
    Divisor of the mean: the number of elements; detectors divide by positives: ``normalizer=max(1, positives)``.
    Smooth everywhere; a right answer at :math:`\pm\infty` costs 0, with derivative 0, for every gamma.
    Equals torchvision's `sigmoid_focal_loss` (whose default reduction is "none" and whose alpha = -1 is None here),
    optax `sigmoid_focal_loss` and Keras `BinaryFocalCrossentropy(apply_class_balancing=True)`, but is neither capped
    nor without gradient at large logits.

    References
    ----------
    Lin et al., "Focal loss for dense object detection", ICCV 2017, https://arxiv.org/abs/1708.02002

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.sigmoid_focal_loss(np.array([2.0, -1.0]), [1, 0], reduction="none").round(6).tolist()
    [0.000451, 0.016994]
    """
    y, not_y = smooth_binary(target, label_smoothing)
    loss = focal_weighted(softplus_sum(input, y, not_y), miss_probability(input, y, not_y), gamma)
    return loss if alpha is None else multiply_no_nan(alpha * y + (1 - alpha) * complement(y, not_y), loss)


@sigmoid_focal_loss.derivative
def sigmoid_focal_derivative(
    input: Array, target: Array, *, alpha: float | None, gamma: float, label_smoothing: float
) -> Derivative:
    r"""The loss, and :math:`a_t (1 - p_t)^{\gamma - 1} [(1 - p_t)(p - y) + \gamma (1 - 2 y) p (1 - p) \text{BCE}]`."""
    weights, p, not_p = smooth_binary(target, label_smoothing), sigmoid(input), sigmoid(-input)
    y, not_y, cross_entropy = weights[0], complement(*weights), softplus_sum(input, *weights)
    missed = y * not_p
    missed += not_y * p
    weight = power(missed, gamma)
    balance = 1.0 if alpha is None else alpha * y + (1 - alpha) * not_y

    def slope() -> Array:
        slope = weight * (not_y * p - y * not_p)
        if gamma:
            steep = power(missed, gamma - 1)
            for factor in (gamma, not_y - y, p, not_p, cross_entropy):
                steep *= factor
            slope += steep
        slope *= balance
        return slope

    return balance * weight * cross_entropy, slope


SigmoidFocalLoss = loss_class(sigmoid_focal_loss, "SigmoidFocalLoss")
