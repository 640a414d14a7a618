"""Focal loss of exclusive classes."""

from typing import Any, Unpack

from ...backends import is_floating, namespace
from ...families.classwise import classwise
from ...numerics import (
    broadcast_class_weight,
    class_weight_or_none,
    drop_infinite,
    exp_,
    expand_at,
    focal_weighted,
    is_zero,
    log_softmax,
    log_softmax_at,
    mul_,
    multiply_no_nan,
    one_hot,
    power,
    smooth,
    sub_at_,
    take_class,
)
from ...objects import loss_class
from ...options import Axis, ClassId, Fraction, NonNegative
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@classwise(tasks=("multiclass", "segmentation"), divisor="count")
def focal_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    alpha: ArrayLike | None = None,
    gamma: NonNegative = 2.0,
    label_smoothing: Fraction = 0.0,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Softmax cross-entropy that gives less weight to what is already right.

    For classes of very different frequency, or many easy examples.

    .. math::
        l &= -\alpha_y (1 - p_y)^\gamma \ln p_y && \text{(ids } y) \\
        l &= -\sum_c \alpha_c\, q'_c\, (1 - p_c)^\gamma \ln p_c && \text{(probabilities } q)

    with p the softmax of the logits z = input, and :math:`q' = (1 - \varepsilon)\, q + \varepsilon / C`. With
    :math:`\varepsilon > 0` ids are taken as one-hot probabilities.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Logits, any real number; -inf excludes a class.
    target : array, shape (N, *S) or (N, C, *S)
        Class ids in [0, C) of any integer dtype, or floating class probabilities of the shape of `input`.
    alpha : float or array of shape (C,), optional
        Weights of the classes; a number multiplies all of them.
    gamma : float >= 0, default 2.0
        How fast the weight falls with the probability of the right class; 0 is cross-entropy.
    label_smoothing : float in [0, 1], default 0.0
        :math:`\varepsilon`, the share of the label that is spread over all C classes, before anything else.
    ignore_index : int, default -100
        Positions with this id do not count.
    axis : int, default 1
        The class axis (0 for a 1-d input); -1 for channels last.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N, *S) for "none", in the dtype of `input` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        An id outside [0, C) that is not `ignore_index`, or a probability outside [0, 1], where looking is free
        (concrete arrays in host memory); elsewhere that position is NaN.
    OptionError
        A wrong option; an `ignore_index` >= 0 with probabilities.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    sigmoid_focal_loss : of labels that do not exclude each other.
    cross_entropy : without the factor.

    Notes
    -----
    Divisor of the mean: the number of positions kept; alpha does not enter it (``normalizer="weights"`` divides by
    the sum of :math:`\alpha_y`). At :math:`p_y = 1` value and derivative are 0, for every gamma. ``gamma=0`` is
    ``cross_entropy(weight=alpha, normalizer="count")``. Equals Keras' `CategoricalFocalCrossentropy` (scalar alpha,
    ``axis=-1``, moderate logits) and C times MONAI's `FocalLoss(use_softmax=True)`, which divides by N C and reads a
    scalar alpha as [1 - alpha, alpha, alpha, ...].

    References
    ----------
    Lin et al., "Focal loss for dense object detection", ICCV 2017, https://arxiv.org/abs/1708.02002

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    >>> round(float(al.focal_loss(logits, [0, 1], gamma=2.0)), 6)
    0.051613
    """
    xp, classes = namespace(input), input.shape[axis]
    if is_floating(target) or not is_zero(label_smoothing):
        log_p = log_softmax(input, axis)
        q = target if is_floating(target) else xp.astype(one_hot(target, classes, axis), input.dtype)
        a, q_smooth = broadcast_class_weight(alpha, input, axis), smooth(q, label_smoothing, classes)
        v = q_smooth if a is None else a * q_smooth
        log_p = drop_infinite(log_p, v)
        return xp.sum(v * focal_weighted(-log_p, -xp.expm1(log_p), gamma), axis=axis), None if a is None else xp.sum(
            a * q, axis=axis
        )
    log_p_y, alpha_y = log_softmax_at(input, target, axis), class_weight_or_none(alpha, target)
    return multiply_no_nan(alpha_y, focal_weighted(-log_p_y, -xp.expm1(log_p_y), gamma)), alpha_y


@focal_loss.derivative
def focal_derivative(
    input: Array, target: Array, *, alpha: Array | None, gamma: float, label_smoothing: float, axis: int, **_: Any
) -> Derivative | None:
    r"""The loss, and :math:`v_y (p_c - [c = y])`, :math:`v = \alpha (1-p)^{\gamma-1} (1 - p - \gamma\, p \ln p)`."""
    if is_floating(target) or label_smoothing:
        return None
    xp, log_p = namespace(input), log_softmax(input, axis)
    log_p_y, alpha_y = take_class(log_p, target, axis), class_weight_or_none(alpha, target)
    miss = -xp.expm1(log_p_y)

    def slope() -> Array:
        v = power(miss, gamma)
        if gamma:
            v = v - gamma * power(miss, gamma - 1) * multiply_no_nan(xp.exp(log_p_y), log_p_y)
        v = multiply_no_nan(alpha_y, v)
        return sub_at_(mul_(exp_(log_p), expand_at(v, axis)), target, axis, v)

    return (multiply_no_nan(alpha_y, power(miss, gamma) * -log_p_y), alpha_y), slope


FocalLoss = loss_class(focal_loss, "FocalLoss")
