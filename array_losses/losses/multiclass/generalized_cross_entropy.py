"""Generalized cross-entropy."""

from typing import Annotated, Unpack

from ...backends import namespace
from ...families.classwise import classwise
from ...intervals import Interval
from ...numerics import log_softmax_at, one_minus_exp, power, take_class
from ...objects import loss_class
from ...options import Axis, ClassId, Flag, Number
from ...typing import ArrayLike, ArrayT, Options

Exponent = Annotated[float, Number(Interval(0, 1, low_open=True))]


@classwise(tasks=("multiclass", "segmentation"), divisor="count", soft=False, logits="from_logits")
def generalized_cross_entropy(
    input: ArrayT,
    target: ArrayLike,
    *,
    q: Exponent = 0.5,
    from_logits: Flag = True,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Power of the probability of the right class, between cross-entropy and the absolute error.

    Robust against wrong labels: no position costs more than 1 / q.

    .. math:: l = \frac{1 - p_y^q}{q}

    with p the softmax of the logits input, or p = input where they are probabilities, and the ids y = target.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Logits, any real number, -inf to exclude a class; with ``from_logits=False`` probabilities, which are not
        normalized here.
    target : array, shape (N, *S)
        Class ids in [0, C) of any integer dtype.
    q : float in (0, 1], default 0.5
        How robust: near 0 the loss is cross-entropy, at 1 it is 1 - p, half the absolute error. The paper takes 0.7.
    from_logits : bool, default True
        Whether `input` holds logits, else probabilities.
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
        An id outside [0, C) that is not `ignore_index`, or, with ``from_logits=False``, an `input` outside [0, 1],
        where looking is free (concrete arrays in host memory); elsewhere that position is NaN.
    OptionError
        A wrong option.
    DTypeError, NamespaceError
        A wrong dtype (probabilities are no target here), an array of another library or device.

    See Also
    --------
    cross_entropy : the limit at q = 0.
    focal_loss : the opposite, gives more weight to what is wrong.

    Notes
    -----
    Divisor of the mean: the number of positions kept, also with weights; ``normalizer="weights"`` divides by their
    `sample_weight`. By logits the derivative is that of cross-entropy times :math:`p_y^q`, so that it vanishes where
    the label looks wrong, at :math:`p_y = 0` too; by a probability of 0 it is infinite for q < 1, and taken as 0.
    ``from_logits=False`` equals Keras' `CategoricalGeneralizedCrossEntropy`, whose q is less than 1. The paper's
    truncated loss, constant below a probability k, is not here.

    References
    ----------
    Zhang and Sabuncu, "Generalized cross entropy loss for training deep neural networks with noisy labels",
    NeurIPS 2018, https://arxiv.org/abs/1805.07836

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> p = np.array([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]])
    >>> al.generalized_cross_entropy(np.log(p), [0, 2], q=0.7, reduction="none").round(6).tolist()
    [0.315634, 1.143534]
    >>> al.generalized_cross_entropy(p, [0, 2], q=1.0, from_logits=False, reduction="none").round(6).tolist()
    [0.3, 0.9]
    """
    if not from_logits:
        return (1 - power(take_class(input, target, axis), q)) / q, None
    xp, log_p = namespace(input), log_softmax_at(input, target, axis)
    gone = xp.isinf(log_p)  # where the product with an array q would make its derivative NaN
    return xp.where(gone, 1.0, one_minus_exp(q * xp.where(gone, 0.0, log_p))) / q, None


GeneralizedCrossEntropyLoss = loss_class(generalized_cross_entropy, "GeneralizedCrossEntropyLoss")
