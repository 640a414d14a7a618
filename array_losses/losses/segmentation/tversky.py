"""Tversky loss."""

from typing import Any, Unpack

from ...families.regional import regional
from ...numerics import is_zero, power, relu
from ...objects import loss_class
from ...options import Activation, ClassId, EmptyClass, Flag, NonNegative, OptionalAxis, Positive
from ...typing import Array, ArrayLike, ArrayT, Options
from .dice import loss_of_score, overlap_and_sizes


def tversky(
    i: Array, p: Array, t: Array, *, alpha: float, beta: float, gamma: float, smooth_nr: float, smooth_dr: float,
    log: bool, **_: Any,
) -> Array:  # fmt: skip
    """The loss of I / (I + alpha FP + beta FN), to the power of gamma."""
    loss = loss_of_score(i + smooth_nr, i + alpha * (p - i) + beta * (t - i) + smooth_dr, log)
    return loss if is_zero(gamma - 1) else power(relu(loss), gamma)


@regional(finish=tversky, vanishes=True, tasks=("segmentation",))
def tversky_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    alpha: NonNegative = 0.5,
    beta: NonNegative = 0.5,
    gamma: Positive = 1.0,
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
    r"""One minus the Tversky index of predicted and true regions: of false positives and negatives, each by its weight.

    For segmentation where missing a region and inventing one cost differently, such as small lesions.

    .. math:: l = \left(1 - \frac{I + s_{nr}}{I + \alpha\, FP + \beta\, FN + s_{dr}}\right)^\gamma, \qquad
        I = \sum \frac{p + y - |p - y|}{2}, \quad FP = \sum p - I, \quad FN = \sum y - I

    with the probabilities p, the truth y and the sums over the pixels of a (sample, class) pair. On hard labels, and on
    soft ones with ``soft_label=False``, :math:`I = \sum p y`; with ``log`` the base of the power is :math:`-\ln` of the
    fraction.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S), or (N, *S) with ``axis=None``
        Logits, any real number; probabilities with ``activation=None``.
    target : array, shape (N, *S) or that of `input`
        Class ids of any integer dtype, (N, *S), or maps of 0 and 1 (boolean, integer) or of probabilities (floating).
    alpha : float >= 0, default 0.5
        The weight of false positives.
    beta : float >= 0, default 0.5
        The weight of false negatives; more than `alpha` for missing less.
    gamma : float > 0, default 1.0
        The power of the loss of each pair; less than 1 stresses the regions that are nearly right.
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
    focal_tversky_loss : this loss, with defaults for small regions.
    dice_loss : weights of one half. jaccard_loss : weights of 1.

    Notes
    -----
    With `batch`, a `sample_weight` of shape (N,) weighs the samples inside the sums; a class weighs by `weight`.
    Divisor of the mean: the weights of the (sample, class) pairs kept (their number without weights); a pair without
    a pixel left does not count. Kinks: where a soft label equals its probability, the derivative is the mean of both
    sides; where the index is 1 (or more, with a larger `smooth_nr`) the loss is 0, with derivative 0 unless gamma is 1.
    With ``alpha=beta=0.5`` equals `dice_loss` of twice the smooth. With ``include_background=True`` equals MONAI
    `TverskyLoss(softmax=True, to_onehot_y=True)` (both smooth 1e-5), and where every class is present kornia
    `tversky_loss` (``smooth_nr=0``, its eps the other) and, with ``batch=True``, no smooth and ``gamma=1``,
    segmentation_models_pytorch `TverskyLoss("multiclass")`, which raises the mean of all classes to gamma. Keras' alpha
    weighs false negatives.

    References
    ----------
    Salehi et al., "Tversky loss function for image segmentation using 3D fully convolutional deep networks", MLMI 2017,
    https://arxiv.org/abs/1706.05721

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[[4.0, 0.0], [0.0, 4.0]]])  # one image of two pixels, two classes
    >>> round(float(al.tversky_loss(logits, [[0, 1]], alpha=0.25, beta=0.75)), 6)
    0.017986
    """
    return overlap_and_sizes(input, target, soft_label)


TverskyLoss = loss_class(tversky_loss, "TverskyLoss")
