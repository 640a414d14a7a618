"""Sparsemax loss."""

from typing import Unpack

from ...backends import is_floating, namespace
from ...families.classwise import classwise
from ...numerics import below_top, multiply_no_nan, one_hot, relu, simplex_threshold, take_class
from ...objects import loss_class
from ...options import Axis, ClassId
from ...typing import Array, ArrayLike, ArrayT, Options


@classwise(tasks=("multiclass", "segmentation"), divisor="count")
def sparsemax_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Fenchel-Young loss of sparsemax, the projection of scores onto the probability simplex.

    Cross-entropy is to softmax what this loss is to sparsemax, which gives most classes the probability 0: nothing is
    lost where the right class leads by 1, as with a hinge, and the loss is smooth.

    .. math::
        l &= \tfrac12 |p - q|^2 + \sum_c q_c \max(\tau - z_c, 0), \qquad p_c = \max(z_c - \tau, 0) \\
          &= \max_{r \in \Delta} \left( r \cdot z - \tfrac12 |r|^2 \right) + \tfrac12 |q|^2 - q \cdot z

    with the scores z = input, the threshold :math:`\tau` by which p sums to 1, the simplex :math:`\Delta`, and the
    probabilities q = target, one-hot for ids.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Scores, any real number; -inf excludes a class.
    target : array, shape (N, *S) or (N, C, *S)
        Class ids in [0, C) of any integer dtype, or floating class probabilities of the shape of `input`, which sum
        to 1.
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
    cross_entropy : of softmax.
    crammer_singer_hinge_loss : nothing is lost at a lead of 1 either, but it has a kink there.

    Notes
    -----
    Divisor of the mean: the number of positions kept, also with weights; ``normalizer="weights"`` divides by their
    `sample_weight`. The derivative by `input` is p - q everywhere. The scores are sorted. Equals optax
    `multiclass_sparsemax_loss`; optax `sparsemax_loss` is this loss of the two scores 0 and z.

    References
    ----------
    Martins and Astudillo, "From softmax to sparsemax: a sparse model of attention and multi-label classification",
    ICML 2016, https://arxiv.org/abs/1602.02068; Blondel et al., "Learning with Fenchel-Young losses", JMLR 21, 2020,
    https://arxiv.org/abs/1901.02324

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> scores = np.array([[2.0, 1.5, -1.0], [0.0, 2.0, 0.5]])
    >>> al.sparsemax_loss(scores, [0, 0], reduction="none").tolist()
    [0.0625, 2.0]
    """
    xp, z = namespace(input), below_top(input, axis)
    beyond = z - simplex_threshold(z, axis)
    p = relu(beyond)
    lack: Array = p - beyond  # both by one selection: where a score lies on the threshold the derivative is right too
    if is_floating(target):
        return xp.sum((p - target) ** 2 / 2 + multiply_no_nan(target, lack), axis=axis), None
    miss = xp.where(one_hot(target, input.shape[axis], axis), p - 1, p)
    return xp.sum(miss * miss, axis=axis) / 2 + take_class(lack, target, axis), None


SparsemaxLoss = loss_class(sparsemax_loss, "SparsemaxLoss")
