"""Dice loss."""

from typing import Any, Unpack

from ...backends import namespace
from ...families.regional import regional
from ...numerics import divide_or_one, overlap
from ...objects import loss_class
from ...options import Activation, ClassId, EmptyClass, Flag, NonNegative, OptionalAxis
from ...typing import Array, ArrayLike, ArrayT, Options


def dice(i: Array, p: Array, t: Array, *, smooth_nr: float, smooth_dr: float, log: bool, **_: Any) -> Array:
    """The loss of 2 I / (P + T)."""
    return loss_of_score(2 * i + smooth_nr, p + t + smooth_dr, log)


def loss_of_score(over: Array, under: Array, log: bool) -> Array:
    """1 - score, or -ln score, of a fraction; 0 / 0 is a score of 1."""
    score = divide_or_one(over, under)
    return -namespace(score).log(score) if log else 1 - score


def overlap_and_sizes(p: Array, y: Array, soft_label: bool) -> tuple[Array, Array, Array]:
    """The terms of I, P and T."""
    return overlap(p, y) if soft_label else p * y, p, y


@regional(finish=dice, vanishes=True, tasks=("segmentation",))
def dice_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    activation: Activation = "softmax",
    include_background: Flag = False,
    batch: Flag = False,
    smooth_nr: NonNegative = 1e-7,
    smooth_dr: NonNegative = 1e-7,
    squared: Flag = False,
    soft_label: Flag = True,
    log: Flag = False,
    empty: EmptyClass = "smooth",
    ignore_index: ClassId = -100,
    axis: OptionalAxis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""One minus the Dice coefficient of predicted and true regions, for each class.

    For segmentation with small or unbalanced regions: a region counts the same whatever its size.

    .. math:: l = 1 - \frac{2 I + s_{nr}}{P + T + s_{dr}}, \qquad
        I = \sum \frac{p + y - |p - y|}{2}, \quad P = \sum p, \quad T = \sum y

    with the probabilities p, the truth y and the sums over the pixels of a (sample, class) pair. On hard labels
    :math:`I = \sum p y`; on soft ones a perfect prediction costs 0. With ``soft_label=False`` :math:`I = \sum p y`
    always; with ``squared`` :math:`I = \sum p y, P = \sum p^2, T = \sum y^2`; with ``log`` the loss is
    :math:`-\ln` of the fraction.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S), or (N, *S) with ``axis=None``
        Logits, any real number; probabilities with ``activation=None``.
    target : array, shape (N, *S) or that of `input`
        Class ids of any integer dtype, (N, *S), or maps of 0 and 1 (boolean, integer) or of probabilities (floating).
    weight : array, shape (C,), optional
        Weights of the classes, indexed by class id, background included or not.
    activation : "softmax", "sigmoid" or None, default "softmax"
        "softmax" for exclusive classes, "sigmoid" for binary or multilabel maps, None for probabilities.
    include_background : bool, default False
        False leaves class 0 out, after the softmax; with "sigmoid" or a single class every channel counts.
    batch : bool, default False
        True pools the pixels of the batch: one loss for each class.
    smooth_nr, smooth_dr : float >= 0, default 1e-7
        Added to numerator and denominator.
    squared : bool, default False
        Squares in the denominator (Milletari).
    soft_label : bool, default True
        The overlap that is right for soft labels too.
    log : bool, default False
        The negative logarithm of the coefficient.
    empty : "smooth" or "skip", default "smooth"
        A class without true pixels costs what the formula gives ("smooth", about 1), or does not count ("skip").
    ignore_index : int, default -100
        Pixels with this id do not count.
    axis : int or None, default 1
        The class axis; None for a binary map (N, *S) without one.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum"; for "none" (N, C), or (C,) with `batch`, without the background if it is left out,
        and without C for ``axis=None``; in the dtype of `input` (float32 for a half precision). `Sums` for "sums".

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        A bad id or probability, where looking is free (concrete arrays in host memory); elsewhere the pairs of that
        pixel are NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    Notes
    -----
    With `batch`, a `sample_weight` of shape (N,) weighs the samples inside the sums; a class weighs by `weight`.
    Divisor of the mean: the weights of the (sample, class) pairs kept (their number without weights); a pair without
    a pixel left does not count. Kink: where a soft label equals its probability, the derivative is the mean of both
    sides. With ``smooth_nr=smooth_dr=0`` an empty prediction of an empty region is right: loss 0.
    With ``include_background=True`` equals MONAI `DiceLoss(softmax=True, to_onehot_y=True)` (both smooth 1e-5; with
    weights ``normalizer="count"``) and, with ``batch=True`` and no smooth, segmentation_models_pytorch
    `DiceLoss("multiclass")` where every class is present.

    References
    ----------
    Milletari et al., "V-Net", 3DV 2016, https://arxiv.org/abs/1606.04797 (the squared form)

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[[4.0, 0.0], [0.0, 4.0]]])  # one image of two pixels, two classes
    >>> round(float(al.dice_loss(logits, [[0, 1]])), 6)
    0.017986
    """
    p, y = input, target
    return (p * y, p * p, y * y) if squared else overlap_and_sizes(p, y, soft_label)


DiceLoss = loss_class(dice_loss, "DiceLoss")
