"""Softmax cross-entropy."""

from typing import Any, Unpack

from ...backends import is_floating, namespace
from ...families.classwise import classwise
from ...numerics import (
    broadcast_class_weight,
    class_weight_or_none,
    exp_,
    expand_at,
    is_zero,
    log_softmax,
    log_softmax_at,
    log_softmax_at_and_sum,
    mul_,
    multiply_no_nan,
    smooth,
    sub_,
    sub_at_,
    take_class,
    times,
)
from ...objects import loss_class
from ...options import Axis, ClassId, Fraction
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options


@classwise(tasks=("multiclass", "segmentation"), torch="cross_entropy")
def cross_entropy(
    input: ArrayT,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    ignore_index: ClassId = -100,
    label_smoothing: Fraction = 0.0,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Cross-entropy between the softmax of logits and class ids or class probabilities.

    The loss of classification with exclusive classes.

    .. math::
        l &= -(1 - \varepsilon)\, w_y\, \ell_y - \frac{\varepsilon}{C} \sum_c w_c\, \ell_c && (y) \\
        l &= -\sum_c w_c\, q'_c\, \ell_c, \quad q' = (1 - \varepsilon)\, q + \varepsilon / C && (q)

    for ids y and for probabilities q, with the log-probabilities :math:`\ell = z - \ln \sum_c e^{z_c}` of the logits
    z = input, and w = weight.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Logits, any real number; -inf excludes a class.
    target : array, shape (N, *S) or (N, C, *S)
        Class ids in [0, C) of any integer dtype, or floating class probabilities of the shape of `input`.
    weight : array, shape (C,), optional
        Weights of the classes.
    ignore_index : int, default -100
        Positions with this id do not count.
    label_smoothing : float in [0, 1], default 0.0
        :math:`\varepsilon`, the share of the label that is spread over all C classes.
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
    focal_loss : gives less weight to what is easy.
    nll_loss : takes log-probabilities.
    binary_cross_entropy_with_logits : for labels that do not exclude each other.

    Notes
    -----
    Divisor of the mean: for ids the sum of the weights :math:`w_y` kept (their number without weights), for
    probabilities the number of positions, weighted or not, as in torch; ``normalizer="weights"`` then sums
    :math:`\sum_c w_c q_c`. Smooth everywhere. A logit of -inf costs nothing at a class of target 0. An ignored id that
    is a real class stays in the softmax.
    Equals `torch.nn.functional.cross_entropy` in every option, but the mean over nothing is 0, ids may have any
    integer dtype, and they are told from probabilities by dtype, not by shape. Equals optax
    `softmax_cross_entropy[_with_integer_labels]` and Keras ``from_logits=True`` with ``axis=-1``.

    References
    ----------
    Label smoothing: Szegedy et al., "Rethinking the Inception architecture", CVPR 2016,
    https://arxiv.org/abs/1512.00567

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    >>> round(float(al.cross_entropy(logits, [0, 1])), 6)
    0.360645
    """
    xp, classes, eps = namespace(input), input.shape[axis], label_smoothing
    w = broadcast_class_weight(weight, input, axis)
    if is_floating(target):
        q = smooth(target, eps, classes)
        loss = -xp.sum(multiply_no_nan(q if w is None else w * q, log_softmax(input, axis)), axis=axis)
        return loss, None if w is None else xp.sum(w * target, axis=axis)
    w_y = class_weight_or_none(weight, target)
    if is_zero(eps):
        return -multiply_no_nan(w_y, log_softmax_at(input, target, axis)), w_y
    log_p_y, total = log_softmax_at_and_sum(input, target, weight, axis)
    return -times(1 - eps, multiply_no_nan(w_y, log_p_y)) - times(eps / classes, total), w_y


@cross_entropy.derivative
def cross_entropy_derivative(
    input: Array, target: Array, weight: Array | None, *, label_smoothing: float, axis: int, **_: Any
) -> Derivative:
    r"""The loss as :math:`-\sum_c v_c\, \ell_c`, and :math:`p_c \sum_k v_k - v_c`, with p the softmax."""
    xp, classes, eps = namespace(input), input.shape[axis], label_smoothing
    log_p, w = log_softmax(input, axis), broadcast_class_weight(weight, input, axis)
    if is_floating(target):
        v = multiply_no_nan(w, smooth(target, eps, classes))
        loss = -xp.sum(multiply_no_nan(v, log_p), axis=axis)
        w_y = None if w is None else xp.sum(w * target, axis=axis)
        return (loss, w_y), lambda: sub_(mul_(exp_(log_p), xp.sum(v, axis=axis, keepdims=True)), v)
    w_y = class_weight_or_none(weight, target)
    loss = -multiply_no_nan(w_y, take_class(log_p, target, axis))
    if not eps:
        return (loss, w_y), lambda: sub_at_(mul_(exp_(log_p), expand_at(w_y, axis)), target, axis, w_y)
    loss = (1 - eps) * loss - eps / classes * xp.sum(multiply_no_nan(w, log_p), axis=axis)

    def slope() -> Array:
        if w is None:  # the v_k are 1 together
            return sub_at_(sub_(exp_(log_p), eps / classes), target, axis, 1 - eps)
        soft, hard = eps / classes * w, (1 - eps) * w_y
        p = mul_(exp_(log_p), xp.sum(soft) + expand_at(hard, axis))
        return sub_at_(sub_(p, soft), target, axis, hard)

    return (loss, w_y), slope


CrossEntropyLoss = loss_class(cross_entropy, "CrossEntropyLoss")
