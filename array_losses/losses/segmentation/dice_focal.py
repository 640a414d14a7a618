"""Dice loss and focal loss together."""

from typing import Any, Unpack

from ...backends import backend_of, namespace
from ...families.composite import composite
from ...objects import loss_class
from ...options import ClassId, EmptyClass, Flag, NonNegative, OptionalAxis
from ...typing import Array, ArrayLike, ArrayT, Options
from ..binary.sigmoid_focal import sigmoid_focal_loss
from ..multiclass.focal import focal_loss
from .dice import dice_loss
from .dice_ce import OfLogits, channels


@composite(parts=(dice_loss, focal_loss, sigmoid_focal_loss), names=("dice", "focal"), tasks=("segmentation",))
def dice_focal_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    gamma: NonNegative = 2.0,
    alpha: ArrayLike | None = None,
    lambda_dice: NonNegative = 1.0,
    lambda_focal: NonNegative = 1.0,
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
    r"""Weighted sum of the Dice loss and the focal loss.

    For small regions among many easy pixels: Dice for the regions, the focal loss for the pixels that are hard.

    .. math:: l = \lambda_\text{dice}\, \overline{\text{Dice}} + \lambda_\text{focal}\, \overline{\text{Focal}}

    of the means of both, each with its own divisor. With ``activation="sigmoid"`` the focal loss is the binary one, of
    every channel.

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
    gamma : float >= 0, default 2.0
        How fast the weight of a pixel falls with the probability of the right answer; 0 is cross-entropy.
    alpha : float or array of shape (C,), optional
        More weights of the classes, in the focal loss alone, where a number multiplies all of them; with "sigmoid" a
        number in [0, 1], the weight of what is there, 1 - alpha being that of what is not.
    lambda_dice, lambda_focal : float >= 0, default 1.0
        Factors of the two losses.
    activation : "softmax" or "sigmoid", default "softmax"
        "softmax" for exclusive classes, "sigmoid" for binary or multilabel maps.
    include_background : bool, default False
        False leaves class 0 out of Dice, never out of the focal loss.
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
    dice_loss, focal_loss, sigmoid_focal_loss : the parts.
    with_parts : both beside their sum.

    Notes
    -----
    Divisor of the mean: each loss has its own, the weights or the number of pairs and the number of pixels, with
    "sigmoid" in all channels. Kinks are those of Dice.
    `where` masks pixels, (N, *S); `sample_weight` has the shape (N,) or (). ``a * al.DiceLoss() + b * al.FocalLoss()``
    is the same of class ids. With "sigmoid", hard labels and no weights equals MONAI
    `DiceFocalLoss(sigmoid=True, to_onehot_y=True)` (smooth 1e-5); with softmax MONAI pairs Dice of the softmax with the
    focal loss of the sigmoid of every channel.

    References
    ----------
    Zhu et al., "AnatomyNet: deep learning for fast and fully automated whole-volume segmentation of head and neck
    anatomy", Medical Physics 46, 2019, https://doi.org/10.1002/mp.13300

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[[4.0, 0.0], [0.0, 4.0]]])  # one image of two pixels, two classes
    >>> round(float(al.dice_focal_loss(logits, [[0, 1]])), 6)
    0.017992
    """
    focal: Any
    shared: dict[str, Any] = {"ignore_index": ignore_index, "axis": axis, **options}
    sums: dict[str, Any] = {"squared": squared, "soft_label": soft_label, "batch": batch}
    ratio: dict[str, Any] = {"smooth_nr": smooth_nr, "smooth_dr": smooth_dr, "log": log, "empty": empty}
    classes: dict[str, Any] = {"weight": weight, "activation": activation, "include_background": include_background}
    dice = dice_loss(input, target, **classes, **sums, **ratio, **shared)
    w = None if weight is None else backend_of(input).cast(weight, input.dtype)
    if activation == "sigmoid":
        maps, options["where"] = channels(input, target, options.get("where"), ignore_index, axis)
        options["sample_weight"] = of_channels(w, options.get("sample_weight"), input, axis)
        focal = sigmoid_focal_loss(input, maps, alpha=alpha, gamma=gamma, **options)
    else:
        a = w if alpha is None else alpha if w is None else alpha * w
        focal = focal_loss(input, target, alpha=a, gamma=gamma, **shared)
    return (lambda_dice, dice), (lambda_focal, focal)


def of_channels(weight: Array | None, sample_weight: Array | None, input: Array, axis: int | None) -> Array | None:
    """The weights of the classes and those of the samples, multiplied, with all axes of `input`."""
    if weight is None or axis is None:
        return sample_weight
    axis %= input.ndim
    weight = namespace(input).reshape(weight, (1,) * axis + (-1,) + (1,) * (input.ndim - 1 - axis))
    if sample_weight is None:
        return weight
    sample_weight = backend_of(input).cast(sample_weight, input.dtype)
    return weight * namespace(input).reshape(sample_weight, (-1,) + (1,) * (input.ndim - 1))


DiceFocalLoss = loss_class(dice_focal_loss, "DiceFocalLoss", composite=True)
