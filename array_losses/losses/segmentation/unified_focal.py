"""Unified focal loss."""

from typing import Any, Unpack

from ...backends import is_floating, namespace
from ...families.classwise import classwise
from ...families.composite import composite
from ...families.regional import regional
from ...numerics import drop_infinite, focal_weighted, is_zero, log_softmax, power, relu, times
from ...objects import loss_class
from ...options import Axis, ClassId, Fraction
from ...typing import Array, ArrayLike, ArrayT, Options
from .tversky import tversky

SMOOTH = 1e-7
FIXED = {"activation": "softmax", "include_background": True}


def at(x: Array, c: int, axis: int) -> Array:
    """The entries of class c."""
    return x[(slice(None),) * axis + (c, ...)]


@classwise(tasks=("segmentation",), divisor="count")
def _asymmetric_focal(
    input: Array,
    target: Array,
    *,
    gamma: Fraction = 0.5,
    delta: Fraction = 0.7,
    ignore_index: ClassId,
    axis: Axis,
    **options: Unpack[Options],
) -> tuple[Array, None]:
    """Focal loss of the background and cross-entropy of the foreground, each with its weight; half of their sum."""
    xp, log_p = namespace(input), log_softmax(input, axis)
    q, p = [], []
    for c in (0, 1):
        q.append(at(target, c, axis) if is_floating(target) else xp.astype(target == c, input.dtype))
        p.append(drop_infinite(at(log_p, c, axis), q[c]))
    background = focal_weighted(-p[0], -xp.expm1(p[0]), gamma)
    return (times(1 - delta, q[0] * background) - times(delta, q[1] * p[1])) / 2, None


def focal_tversky_of_two(
    i: Array, p: Array, t: Array, *, gamma: Array | float, delta: Array | float, **_: Any
) -> Array:
    """Tversky loss of the background and focal Tversky loss of the foreground; half of their sum."""
    options = {"smooth_nr": SMOOTH, "smooth_dr": SMOOTH, "log": False}
    loss = tversky(i, p, t, alpha=1 - delta, beta=delta, gamma=1.0, **options)
    background, foreground = loss[..., 0], loss[..., 1]
    return (background + (foreground if is_zero(gamma) else power(relu(foreground), 1 - gamma))) / 2


@regional(
    finish=focal_tversky_of_two, coupled=True, vanishes=True, fixed=FIXED, divisor="count", tasks=("segmentation",)
)
def _asymmetric_focal_tversky(
    input: Array,
    target: Array,
    *,
    gamma: Fraction = 0.5,
    delta: Fraction = 0.7,
    ignore_index: ClassId,
    axis: Axis,
    **options: Unpack[Options],
) -> tuple[Array, Array, Array]:
    """The terms of Tversky."""
    return input * target, input, target


@composite(
    parts=(_asymmetric_focal_tversky, _asymmetric_focal),
    names=("focal", "focal_tversky"),
    classes=2,
    tasks=("segmentation",),
)
def unified_focal_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    mix: Fraction = 0.5,
    gamma: Fraction = 0.5,
    delta: Fraction = 0.7,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Focal loss and focal Tversky loss of background and foreground, mixed, with one set of hyperparameters.

    For segmentation of one small kind of region: what is easy of the background counts less, the foreground in full.
    The asymmetric unified focal loss.

    .. math:: l &= \lambda\, \overline{F} + (1 - \lambda)\, \overline{T} \\
        F &= -\tfrac12 \left[(1 - \delta)\, y_0 (1 - p_0)^\gamma \ln p_0 + \delta\, y_1 \ln p_1\right] \\
        T &= \tfrac12 \left[1 - TI_0 + (1 - TI_1)^{1 - \gamma}\right] \\
        TI_c &= \frac{I + \varepsilon}{I + \delta \sum (1 - p_c)\, y_c + (1 - \delta) \sum p_c (1 - y_c) + \varepsilon}

    with the softmax p, the truth y, :math:`\lambda` = mix, :math:`I = \sum p_c y_c` and :math:`\varepsilon = 10^{-7}`.
    F is a loss of pixels, T one of images, with sums over the pixels of each.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, 2, *S)
        Logits of background and foreground, any real number.
    target : array, shape (N, *S) or (N, 2, *S)
        Class ids, 0 and 1, of any integer dtype, or floating class probabilities of the shape of `input`.
    mix : float in [0, 1], default 0.5
        The share of the focal loss.
    gamma : float in [0, 1], default 0.5
        How much less the easy background counts, and how much more what is left of a region that is nearly right.
    delta : float in [0, 1], default 0.7
        The weight of the foreground among pixels, and of what is missed in each region.
    ignore_index : int, default -100
        Pixels with this id do not count.
    axis : int, default 1
        The class axis; -1 for channels last.
    **options

    Returns
    -------
    array
        0-d, in the dtype of `input` (float32 for a half precision); sums that merge for "sums". The two losses have
        different positions, so there is no "none".

    Raises
    ------
    ShapeError
        The shapes do not fit, or there are not two classes.
    DomainError
        A bad id or probability, where looking is free (concrete arrays in host memory); elsewhere the loss is NaN.
    OptionError
        A wrong option; ``reduction="none"``; a number as `normalizer`, as each loss has its own.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    focal_loss, focal_tversky_loss : for any number of classes.
    with_parts : both parts beside their sum.

    Notes
    -----
    Divisor of the mean: each loss has its own, the number of pixels and that of images, also with weights.
    `where` masks pixels, (N, *S); `sample_weight` has the shape (N,) or (). Where the foreground is right,
    :math:`TI_1 = 1`, the derivative of its part is 0 for ``gamma > 0``, and grows without bound before that. Equals
    MONAI `AsymmetricUnifiedFocalLoss` of the softmax, whose `weight` is `mix`, but for its clip of probabilities to
    :math:`[\varepsilon, 1 - \varepsilon]`.

    References
    ----------
    Yeung et al., "Unified focal loss: generalising Dice and cross entropy-based losses to handle class imbalanced
    medical image segmentation", Computerized Medical Imaging and Graphics 95, 2022, https://arxiv.org/abs/2102.04525

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[[4.0, 0.0], [0.0, 4.0]]])  # one image of two pixels
    >>> round(float(al.unified_focal_loss(logits, [[0, 1]])), 6)
    0.039704
    """
    given = {"gamma": gamma, "delta": delta, "ignore_index": ignore_index, "axis": axis, **options}
    regions: Any = _asymmetric_focal_tversky(input, target, **given)
    pixels: Any = _asymmetric_focal(input, target, **given)
    return (mix, pixels), (1 - mix, regions)


UnifiedFocalLoss = loss_class(unified_focal_loss, "UnifiedFocalLoss", composite=True)
