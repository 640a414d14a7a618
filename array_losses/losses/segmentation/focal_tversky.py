"""Focal Tversky loss."""

from typing import Unpack

from ...families.regional import regional
from ...objects import loss_class
from ...options import Activation, ClassId, EmptyClass, Flag, NonNegative, OptionalAxis, Positive
from ...typing import ArrayLike, ArrayT, Options
from .dice import overlap_and_sizes
from .tversky import tversky


@regional(finish=tversky, vanishes=True, tasks=("segmentation",))
def focal_tversky_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    alpha: NonNegative = 0.3,
    beta: NonNegative = 0.7,
    gamma: Positive = 0.75,
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
    r"""Tversky loss to a power, by default one that stresses small regions and what is missed of them.

    For segmentation of small regions: more false negatives than positives count, and a region that is nearly right
    keeps a gradient.

    .. math:: l = (1 - TI)^\gamma, \qquad TI = \frac{I + s_{nr}}{I + \alpha\, FP + \beta\, FN + s_{dr}}

    with :math:`I = \sum (p + y - |p - y|) / 2, FP = \sum p - I, FN = \sum y - I`, the probabilities p, the truth y and
    the sums over the pixels of a (sample, class) pair. On hard labels, and on soft ones with ``soft_label=False``,
    :math:`I = \sum p y`; with ``log`` the loss is :math:`(-\ln TI)^\gamma`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S), or (N, *S) with ``axis=None``
        Logits, any real number; probabilities with ``activation=None``.
    target : array, shape (N, *S) or that of `input`
        Class ids of any integer dtype, (N, *S), or maps of 0 and 1 (boolean, integer) or of probabilities (floating).
    alpha : float >= 0, default 0.3
        The weight of false positives.
    beta : float >= 0, default 0.7
        The weight of false negatives; more than `alpha` for missing less.
    gamma : float > 0, default 0.75
        The power of the loss of each pair; 1 is `tversky_loss`.
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
        The negative logarithm of the index, to that power.
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
    tversky_loss : the same formula, with other defaults.

    Notes
    -----
    With `batch`, a `sample_weight` of shape (N,) weighs the samples inside the sums; a class weighs by `weight`.
    Divisor of the mean: the weights of the (sample, class) pairs kept (their number without weights); a pair without
    a pixel left does not count. Kinks: where a soft label equals its probability, the derivative is the mean of both
    sides; where the index is 1 (or more, with a larger `smooth_nr`) the loss is 0, with derivative 0 unless gamma is 1.
    With gamma below 1 the derivative grows without bound before that. The paper writes the power as 1 / gamma, with
    gamma = 4/3, calls the weight of false negatives alpha, and adds up the classes; the power of other projects is
    often that of the mean of all classes.

    References
    ----------
    Abraham and Khan, "A novel focal Tversky loss function with improved attention U-Net for lesion segmentation", ISBI
    2019, https://arxiv.org/abs/1810.07842

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[[4.0, 0.0], [0.0, 4.0]]])  # one image of two pixels, two classes
    >>> round(float(al.focal_tversky_loss(logits, [[0, 1]])), 6)
    0.049114
    """
    return overlap_and_sizes(input, target, soft_label)


FocalTverskyLoss = loss_class(focal_tversky_loss, "FocalTverskyLoss")
