"""Dice loss and cross-entropy together."""

from typing import Annotated, Any, Literal, Unpack

from ...backends import is_floating, namespace
from ...families.composite import composite
from ...numerics import and_, broadcast_class_weight, expand_at, one_hot
from ...objects import loss_class
from ...options import Choice, ClassId, EmptyClass, Flag, Fraction, NonNegative, OptionalAxis
from ...typing import Array, ArrayLike, ArrayT, Options
from ..binary.bce_with_logits import binary_cross_entropy_with_logits
from ..multiclass.cross_entropy import cross_entropy
from .dice import dice_loss

OfLogits = Annotated[Literal["softmax", "sigmoid"], Choice("softmax", "sigmoid")]


@composite(
    parts=(dice_loss, cross_entropy, binary_cross_entropy_with_logits), names=("dice", "ce"), tasks=("segmentation",)
)
def dice_ce_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    lambda_dice: NonNegative = 1.0,
    lambda_ce: NonNegative = 1.0,
    label_smoothing: Fraction = 0.0,
    activation: OfLogits = "softmax",
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
    r"""Weighted sum of the Dice loss and the cross-entropy.

    The usual loss of medical segmentation: cross-entropy for a smooth start, Dice for small regions.

    .. math:: l = \lambda_\text{dice}\, \overline{\text{Dice}} + \lambda_\text{ce}\, \overline{\text{CE}}

    of the means of both, each with its own divisor. With ``activation="sigmoid"`` the cross-entropy is the binary one,
    of every channel.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S), or (N, *S) with ``axis=None``
        Logits, any real number.
    target : array, shape (N, *S) or that of `input`
        Class ids of any integer dtype, (N, *S), or class probabilities (floating); with "sigmoid" also maps of 0 and 1
        (boolean, integer).
    weight : array, shape (C,), optional
        Weights of the classes, in both losses.
    lambda_dice, lambda_ce : float >= 0, default 1.0
        Factors of the two losses.
    label_smoothing : float in [0, 1], default 0.0
        The share of the label that the cross-entropy spreads over all classes ("sigmoid": over 0 and 1).
    activation : "softmax" or "sigmoid", default "softmax"
        "softmax" for exclusive classes, "sigmoid" for binary or multilabel maps.
    include_background : bool, default False
        False leaves class 0 out of Dice, never out of the cross-entropy.
    batch : bool, default False
        Dice's sums over the batch too, so that one sample without a class does not matter.
    smooth_nr, smooth_dr : float >= 0, default 1e-7
        Added to numerator and denominator of Dice.
    squared : bool, default False
        Squares in the denominator of Dice.
    soft_label : bool, default True
        The overlap that is right for soft labels too.
    log : bool, default False
        The negative logarithm of the Dice coefficient.
    empty : "smooth" or "skip", default "smooth"
        A class without true pixels costs what Dice's formula gives ("smooth"), or does not count in Dice ("skip").
    ignore_index : int, default -100
        Pixels with this id do not count.
    axis : int or None, default 1
        The class axis; None for a binary map (N, *S) without one.
    **options

    Returns
    -------
    array
        0-d, in the dtype of `input` (float32 for a half precision); sums that merge for "sums". The two losses have
        different positions, so there is no "none".

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        A bad id or probability, where looking is free (concrete arrays in host memory); elsewhere the loss is NaN.
    OptionError
        A wrong option; ``reduction="none"``; a number as `normalizer`, as each loss has its own.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    dice_loss, cross_entropy, binary_cross_entropy_with_logits : the parts.
    with_parts : both beside their sum.

    Notes
    -----
    Divisor of the mean: each loss has its own, the number of pairs and that of pixels, or their weights. Kinks are
    those of Dice.
    `where` masks pixels, (N, *S); `sample_weight` has the shape (N,) or (). ``a * al.DiceLoss() + b *
    al.CrossEntropyLoss()`` is the same of class ids. Equals MONAI `DiceCELoss(softmax=True, to_onehot_y=True)` with its
    ``include_background=True`` and smooth 1e-5, without weights; with "sigmoid" and several channels MONAI pairs Dice
    of the sigmoid with the cross-entropy of the softmax.

    References
    ----------
    Isensee et al., "nnU-Net: a self-configuring method for deep learning-based biomedical image segmentation", Nature
    Methods 18, 2021, https://doi.org/10.1038/s41592-020-01008-z

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[[4.0, 0.0], [0.0, 4.0]]])  # one image of two pixels, two classes
    >>> round(float(al.dice_ce_loss(logits, [[0, 1]])), 6)
    0.036136
    """
    ce: Any
    shared: dict[str, Any] = {"ignore_index": ignore_index, "axis": axis, **options}
    sums: dict[str, Any] = {"squared": squared, "soft_label": soft_label, "batch": batch}
    ratio: dict[str, Any] = {"smooth_nr": smooth_nr, "smooth_dr": smooth_dr, "log": log, "empty": empty}
    classes: dict[str, Any] = {"weight": weight, "activation": activation, "include_background": include_background}
    dice = dice_loss(input, target, **classes, **sums, **ratio, **shared)
    if activation == "sigmoid":
        maps, options["where"] = channels(input, target, options.get("where"), ignore_index, axis)
        wide = None if axis is None else broadcast_class_weight(weight, input, axis % input.ndim)
        ce = binary_cross_entropy_with_logits(input, maps, wide, label_smoothing=label_smoothing, **options)
    else:
        ce = cross_entropy(input, target, weight, label_smoothing=label_smoothing, **shared)
    return (lambda_dice, dice), (lambda_ce, ce)


def channels(
    input: Array, target: Array, where: Array | None, ignore_index: int, axis: int | None
) -> tuple[Array, Array | None]:
    """The truth of every channel, in the shape of `input`, and the mask of what counts."""
    if axis is not None and target.ndim < input.ndim:  # class ids
        axis %= input.ndim
        return one_hot(target, input.shape[axis], axis), expand_at(and_(where, target != ignore_index), axis)
    where = where if axis is None else expand_at(where, axis % input.ndim)
    integer = not is_floating(target) and target.dtype != namespace(target).bool
    return target, and_(where, target != ignore_index) if integer else where


DiceCELoss = loss_class(dice_ce_loss, "DiceCELoss", composite=True)
