"""Poly-1 cross-entropy."""

from typing import Unpack

from ...backends import is_floating, namespace
from ...families.classwise import classwise
from ...numerics import (
    broadcast_class_weight,
    class_weight_or_none,
    drop_infinite,
    is_zero,
    log_softmax,
    log_softmax_at,
    multiply_no_nan,
    one_hot,
    smooth,
)
from ...objects import loss_class
from ...options import Axis, ClassId, Finite, Fraction
from ...typing import Array, ArrayLike, ArrayT, Options


@classwise(tasks=("multiclass", "segmentation"))
def poly_cross_entropy(
    input: ArrayT,
    target: ArrayLike,
    *,
    epsilon: Finite = 2.0,
    weight: ArrayLike | None = None,
    label_smoothing: Fraction = 0.0,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Softmax cross-entropy, with another factor at the first term of its series in what the right class lacks.

    PolyLoss of one term (Poly-1): :math:`-\ln p` is the sum of :math:`(1 - p)^k / k`, and the first of these terms,
    whose derivative does not vanish where the label is nearly right, is the one that pays to tune.

    .. math::
        l &= w_y \left( -\ln p_y + \epsilon\, (1 - p_y) \right) && \text{(ids } y) \\
        l &= \sum_c w_c\, q'_c \left( -\ln p_c + \epsilon\, (1 - p_c) \right) && \text{(probabilities } q)

    with p the softmax of the logits z = input, w = weight, :math:`\epsilon` = epsilon, and
    :math:`q' = (1 - s)\, q + s / C` for s = label_smoothing. With s > 0 ids are taken as one-hot probabilities.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Logits, any real number; -inf excludes a class.
    target : array, shape (N, *S) or (N, C, *S)
        Class ids in [0, C) of any integer dtype, or floating class probabilities of the shape of `input`.
    epsilon : float, default 2.0
        :math:`\epsilon`: the first term has the factor 1 + epsilon; 0 is cross-entropy, and below -1 the loss may be
        negative.
    weight : array, shape (C,), optional
        Weights of the classes.
    label_smoothing : float in [0, 1], default 0.0
        The share of the label that is spread over all C classes, before anything else.
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
    cross_entropy : this loss with ``epsilon=0``.
    focal_loss : drops the first terms of the series.

    Notes
    -----
    Divisor of the mean: as in `cross_entropy`, for ids the sum of the weights :math:`w_y` kept (their number without
    weights), for probabilities the number of positions. Smooth everywhere. A logit of -inf costs nothing at a class of
    target 0. Equals optax `poly_loss_cross_entropy` for probabilities and one-hot labels. The paper takes 2 for
    ImageNet classification, and -1 for instance segmentation and detection.

    References
    ----------
    Leng et al., "PolyLoss: A polynomial expansion perspective of classification loss functions", ICLR 2022,
    https://arxiv.org/abs/2204.12511

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    >>> round(float(al.poly_cross_entropy(logits, [0, 1], epsilon=1.0)), 6)
    0.65069
    """
    xp, classes = namespace(input), input.shape[axis]

    def poly(log_p: Array) -> Array:
        return -log_p - epsilon * xp.expm1(log_p)

    if is_floating(target) or not is_zero(label_smoothing):
        q = target if is_floating(target) else xp.astype(one_hot(target, classes, axis), input.dtype)
        w, q_smooth = broadcast_class_weight(weight, input, axis), smooth(q, label_smoothing, classes)
        v = q_smooth if w is None else w * q_smooth
        loss = xp.sum(v * poly(drop_infinite(log_softmax(input, axis), v)), axis=axis)
        return loss, None if w is None else xp.sum(w * q, axis=axis)
    w_y = class_weight_or_none(weight, target)
    return multiply_no_nan(w_y, poly(log_softmax_at(input, target, axis))), w_y


PolyCrossEntropyLoss = loss_class(poly_cross_entropy, "PolyCrossEntropyLoss")
