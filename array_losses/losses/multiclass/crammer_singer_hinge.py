"""Multiclass hinge loss of Crammer and Singer."""

from typing import Unpack

from ...families.classwise import classwise
from ...numerics import largest_other, relu, take_class
from ...objects import loss_class
from ...options import Axis, ClassId, NonNegative
from ...typing import ArrayLike, ArrayT, Options


@classwise(tasks=("multiclass", "segmentation"), divisor="count", soft=False)
def crammer_singer_hinge_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    margin: NonNegative = 1.0,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Shortfall of the lead of the right class over the strongest of the others from a margin.

    The hinge loss of exclusive classes (Crammer and Singer), of multiclass support vector machines and structured
    prediction.

    .. math:: l = \max\left( m + \max_{c \ne y} z_c - z_y,\; 0 \right)

    with the scores z = input, the ids y = target and m = margin.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Scores, any real number; -inf excludes a class.
    target : array, shape (N, *S)
        Class ids in [0, C) of any integer dtype.
    margin : float >= 0, default 1.0
        m, the lead from which on nothing is lost; 0 gives the loss of the multiclass perceptron.
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
        An id outside [0, C) that is not `ignore_index`, where looking is free (concrete arrays in host memory);
        elsewhere that position is NaN.
    OptionError
        A wrong option.
    DTypeError, NamespaceError
        A wrong dtype (probabilities are no target here), an array of another library or device.

    See Also
    --------
    multi_margin_loss : all other classes count.
    hinge_loss : of two classes.

    Notes
    -----
    Divisor of the mean: the number of positions kept, also with weights; ``normalizer="weights"`` divides by their
    `sample_weight`. The derivative is 0 at the margin, and shared evenly by the strongest of the other classes where
    several are. A single class costs nothing. Equals optax `multiclass_hinge_loss` and scikit-learn's `hinge_loss` of
    several classes, with a margin of 1; not Keras' `CategoricalHinge`, for which the others are at least 0.

    References
    ----------
    Crammer and Singer, "On the algorithmic implementation of multiclass kernel-based vector machines", JMLR 2, 2001,
    https://jmlr.org/papers/v2/crammer01a.html

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> scores = np.array([[2.0, 1.5, -1.0], [0.0, 1.0, 0.5]])
    >>> al.crammer_singer_hinge_loss(scores, [0, 0], reduction="none").tolist()
    [0.5, 2.0]
    """
    rival = largest_other(input, target, axis)
    return relu(margin + rival - take_class(input, target, axis)), None


CrammerSingerHingeLoss = loss_class(crammer_singer_hinge_loss, "CrammerSingerHingeLoss")
