"""Generalized Dice loss."""

from math import inf
from typing import Annotated, Any, Literal, Unpack

from ...backends import namespace
from ...families.regional import regional
from ...numerics import divide_or_one, smallest
from ...objects import loss_class
from ...options import Activation, Axis, Choice, ClassId, Flag, NonNegative
from ...typing import Array, ArrayLike, ArrayT, Options

WeightType = Annotated[Literal["square", "simple", "uniform"], Choice("square", "simple", "uniform")]
POWERS = {"square": 2, "simple": 1, "uniform": 0}


def generalized_dice(
    i: Array, p: Array, t: Array, *, w_type: str, smooth_nr: float, smooth_dr: float, **_: Any
) -> Array:
    """1 - (2 sum w I + smooth_nr) / (sum w (P + T) + smooth_dr) over the classes, which lie along the last axis.

    All weights are multiplied by the least T, to the power of w_type: then none is above 1, and none overflows.
    """
    xp, power = namespace(t), POWERS[w_type]
    present = t > 0
    least = smallest(xp.where(present, t, inf), axis=-1)
    least = xp.where(xp.isinf(least), 1.0, least)
    w = (least / xp.where(present, t, least)) ** power
    unit = xp.squeeze(least, axis=-1) ** power
    overlap, sizes = 2 * xp.sum(w * i, axis=-1), xp.sum(w * (p + t), axis=-1)
    return 1 - divide_or_one(overlap + smooth_nr * unit, sizes + smooth_dr * unit)


@regional(finish=generalized_dice, coupled=True, divisor="count", vanishes=True, tasks=("segmentation",))
def generalized_dice_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    w_type: WeightType = "square",
    activation: Activation = "softmax",
    include_background: Flag = True,
    batch: Flag = False,
    smooth_nr: NonNegative = 1e-5,
    smooth_dr: NonNegative = 1e-5,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""One minus the Dice coefficient of all classes together, each weighed by the inverse size of its true region.

    For segmentation with regions of very different size: one ratio for each image, in which a small region counts as
    much as a large one.

    .. math:: l = 1 - \frac{2 \sum_c w_c I_c + s_{nr}}{\sum_c w_c (P_c + T_c) + s_{dr}}, \qquad
        I = \sum p y, \quad P = \sum p, \quad T = \sum y, \quad w_c = T_c^{-2}

    with the probabilities p, the truth y and the sums over the pixels of a (sample, class) pair. With
    ``w_type="simple"`` :math:`w_c = T_c^{-1}`, with "uniform" :math:`w_c = 1`. A class without true pixels has the
    largest weight of those that have some; all have weight 1 where none has.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S)
        Logits, any real number; probabilities with ``activation=None``.
    target : array, shape (N, *S) or that of `input`
        Class ids of any integer dtype, (N, *S), or maps of 0 and 1 (boolean, integer) or of probabilities (floating).
    w_type : "square", "simple" or "uniform", default "square"
        Which inverse of its size weighs a class.
    activation : "softmax", "sigmoid" or None, default "softmax"
        "softmax" for exclusive classes, "sigmoid" for binary or multilabel maps, None for probabilities.
    include_background : bool, default True
        False leaves class 0 out, after the softmax; with "sigmoid" or a single class every channel counts.
    batch : bool, default False
        True pools the pixels of the batch: one loss for all.
    smooth_nr, smooth_dr : float >= 0, default 1e-5
        Added to numerator and denominator.
    ignore_index : int, default -100
        Pixels with this id do not count.
    axis : int, default 1
        The class axis.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum"; for "none" (N,), or () with `batch`; in the dtype of `input` (float32 for a half
        precision). `Sums` for "sums".

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        A bad id or probability, where looking is free (concrete arrays in host memory); elsewhere the loss of that
        image is NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    dice_loss : a loss for each class.

    Notes
    -----
    `where` masks pixels, (N, *S). With `batch`, a `sample_weight` of shape (N,) weighs the samples inside the sums.
    Divisor of the mean: the number of images with a pixel left, also with weights. With "square" the sums are about
    1 / T: where even the smallest region has a million pixels they are less than the defaults of `smooth_nr` and
    `smooth_dr`, which then hide the loss; give 0, which is safe. Derivatives go through the weights too, where `target`
    is floating. Equals MONAI `GeneralizedDiceLoss(softmax=True, to_onehot_y=True)`, but where nothing at all is true
    costs about 1, as in `dice_loss`, where MONAI gives 0 whatever is predicted. Not optax's
    `multiclass_generalized_dice_loss`, a weighted mean over the classes.

    References
    ----------
    Sudre et al., "Generalised Dice overlap as a deep learning loss function for highly unbalanced segmentations", DLMIA
    2017, https://arxiv.org/abs/1707.03237

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[[4.0, 4.0, 4.0, 0.0], [0.0, 0.0, 0.0, 4.0]]])  # one image of four pixels, two classes
    >>> round(float(al.generalized_dice_loss(logits, [[0, 0, 0, 1]])), 6)
    0.029622
    """
    p, y = input, target
    return p * y, p, y


GeneralizedDiceLoss = loss_class(generalized_dice_loss, "GeneralizedDiceLoss")
