"""Jaccard loss."""

from typing import Any, Unpack

from ...families.regional import regional
from ...objects import loss_class
from ...options import Activation, ClassId, EmptyClass, Flag, NonNegative, OptionalAxis
from ...typing import Array, ArrayLike, ArrayT, Options
from .dice import loss_of_score, overlap_and_sizes


def jaccard(i: Array, p: Array, t: Array, *, smooth_nr: float, smooth_dr: float, log: bool, **_: Any) -> Array:
    """The loss of I / (P + T - I)."""
    return loss_of_score(i + smooth_nr, p + t - i + smooth_dr, log)


@regional(finish=jaccard, vanishes=True, tasks=("segmentation",))
def jaccard_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    activation: Activation = "softmax",
    include_background: Flag = False,
    batch: Flag = False,
    smooth_nr: NonNegative = 1e-7,
    smooth_dr: NonNegative = 1e-7,
    soft_label: Flag = True,
    log: Flag = False,
    empty: EmptyClass = "smooth",
    ignore_index: ClassId = -100,
    axis: OptionalAxis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""One minus the Jaccard index, intersection over union, of predicted and true regions, for each class.

    For segmentation that is judged by its mean IoU; it costs more than Dice where a region is nearly right.

    .. math:: l = 1 - \frac{I + s_{nr}}{P + T - I + s_{dr}}, \qquad
        I = \sum \frac{p + y - |p - y|}{2}, \quad P = \sum p, \quad T = \sum y

    with the probabilities p, the truth y and the sums over the pixels of a (sample, class) pair. On hard labels
    :math:`I = \sum p y`; on soft ones a perfect prediction costs 0. With ``soft_label=False`` :math:`I = \sum p y`
    always; with ``log`` the loss is :math:`-\ln` of the fraction.

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
    soft_label : bool, default True
        The overlap that is right for soft labels too.
    log : bool, default False
        The negative logarithm of the index.
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

    See Also
    --------
    dice_loss : l / (2 - l) of this loss, without smooth.
    lovasz_softmax_loss : the index of hard predictions, made continuous.

    Notes
    -----
    With `batch`, a `sample_weight` of shape (N,) weighs the samples inside the sums; a class weighs by `weight`.
    Divisor of the mean: the weights of the (sample, class) pairs kept (their number without weights); a pair without
    a pixel left does not count. Kink: where a soft label equals its probability, the derivative is the mean of both
    sides. With ``smooth_nr=smooth_dr=0`` an empty prediction of an empty region is right: loss 0.
    With ``include_background=True`` equals MONAI `DiceLoss(jaccard=True, softmax=True, to_onehot_y=True)` (both smooth
    5e-6, half of MONAI's) and, with ``batch=True`` and no smooth, segmentation_models_pytorch
    `JaccardLoss("multiclass")` where every class is present.

    References
    ----------
    Wang et al., "Jaccard metric losses: optimizing the Jaccard index with soft labels", NeurIPS 2023,
    https://arxiv.org/abs/2302.05666

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[[4.0, 0.0], [0.0, 4.0]]])  # one image of two pixels, two classes
    >>> round(float(al.jaccard_loss(logits, [[0, 1]])), 6)
    0.035337
    """
    return overlap_and_sizes(input, target, soft_label)


JaccardLoss = loss_class(jaccard_loss, "JaccardLoss")
