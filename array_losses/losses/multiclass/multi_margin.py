"""Multiclass hinge loss of Weston and Watkins."""

from typing import Annotated, Literal, Unpack

from ...backends import namespace
from ...families.classwise import classwise
from ...numerics import class_weight_or_none, margin_violations, multiply_no_nan
from ...objects import loss_class
from ...options import Axis, Choice, ClassId, Finite
from ...typing import ArrayLike, ArrayT, Options

Power = Annotated[Literal[1, 2], Choice(1, 2)]


@classwise(tasks=("multiclass", "segmentation"), torch="multi_margin_loss", divisor="count", soft=False)
def multi_margin_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    p: Power = 1,
    margin: Finite = 1.0,
    weight: ArrayLike | None = None,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Mean over the classes of what each lacks to lie a margin below the right one.

    The hinge loss of exclusive classes (Weston and Watkins): every class that comes within the margin costs, not only
    the strongest.

    .. math:: l = \frac{w_y}{C} \sum_{c \ne y} \max(m - z_y + z_c, 0)^p

    with the scores z = input of the C classes, the ids y = target, m = margin and w = weight.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Scores, any real number; -inf excludes a class.
    target : array, shape (N, *S)
        Class ids in [0, C) of any integer dtype.
    p : {1, 2}, default 1
        The power of each shortfall.
    margin : float, default 1.0
        m, by which the right class should lead.
    weight : array, shape (C,), optional
        Weights of the classes.
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
        `p` is neither 1 nor 2, or another wrong option.
    DTypeError, NamespaceError
        A wrong dtype (probabilities are no target here), an array of another library or device.

    See Also
    --------
    crammer_singer_hinge_loss : the strongest of the other classes alone.
    hinge_loss : of two classes.

    Notes
    -----
    Divisor of the mean: the number of positions kept, also with weights; ``normalizer="weights"`` divides by the sum
    of :math:`w_y`. The derivative of a class is 0 at the margin. A class with the right score less the margin, or
    less, costs nothing, one of -inf neither. Equals `torch.nn.functional.multi_margin_loss` in every option, which
    takes only (N, C) and (C,), ids of 64 bits, and none to ignore; its mean over nothing is what lies in memory.

    References
    ----------
    Weston and Watkins, "Support vector machines for multi-class pattern recognition", European Symposium
    on Artificial Neural Networks (ESANN) 1999

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> scores = np.array([[2.0, 1.5, -1.0], [0.0, 1.0, 0.5]])
    >>> al.multi_margin_loss(scores, [0, 0], reduction="none").round(6).tolist()
    [0.166667, 1.166667]
    """
    xp, w_y = namespace(input), class_weight_or_none(weight, target)
    excess = margin_violations(input, target, margin, axis)
    loss = xp.sum(excess if p == 1 else excess * excess, axis=axis) / max(input.shape[axis], 1)
    return multiply_no_nan(w_y, loss), w_y


MultiMarginLoss = loss_class(multi_margin_loss, "MultiMarginLoss")
