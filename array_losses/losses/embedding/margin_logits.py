"""Logits with a margin: ArcFace and CosFace."""

from collections.abc import Callable
from functools import partial
from math import cos, sin
from typing import Any

from ...arguments import Arguments
from ...backends import namespace
from ...families.labels import class_axis, class_ids
from ...intervals import Interval
from ...numerics import nan_outside, one_hot, poison, snap
from ...options import NONNEGATIVE, POSITIVE, Integer, Number
from ...typing import Array, ArrayLike, ArrayT

__all__ = ["arcface_logits", "cosface_logits"]

COSINES = Interval(-1, 1)


def arcface_logits(
    input: ArrayT,
    target: ArrayLike,
    *,
    margin: float = 0.5,
    scale: float = 64.0,
    ignore_index: int = -100,
    axis: int = 1,
) -> ArrayT:
    r"""Scaled cosines, that of the true class with a margin added to its angle: logits for `cross_entropy`.

    Additive angular margin: embeddings must lie nearer to the direction of their class than needed to be right.

    .. math:: z_y = s \cos(\theta_y + m), \qquad z_c = s \cos \theta_c \;\text{ for } c \ne y

    with :math:`\cos \theta` = input, y = target, m = margin and s = scale. Where :math:`\theta_y > \pi - m`, at which
    :math:`\cos(\theta_y + m)` would grow again, :math:`z_y = s\, (\cos \theta_y - m \sin m)`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Cosines between embeddings and the directions of the classes, in [-1, 1].
    target : array, shape (N, *S)
        Class ids in [0, C) of any integer dtype.
    margin : float >= 0, default 0.5
        m, in radians; ``math.radians(28.6)`` for pytorch-metric-learning's 28.6 degrees.
    scale : float > 0, default 64.0
        s, the inverse of a temperature.
    ignore_index : int, default -100
        Positions with this id have no margin; `cross_entropy` ignores them.
    axis : int, default 1
        The class axis (0 for a 1-d input); -1 for channels last.

    Returns
    -------
    array, shape (N, C, *S) or (C,)
        Logits, in the dtype of `input` (float32 for a half precision).

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        A cosine outside [-1, 1] or a bad id, where looking is free (concrete arrays in host memory); elsewhere it gives
        NaN, a bad id at all classes of its position.
    OptionError
        `margin` is negative, `scale` not positive, or `axis` none of `input`.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    cosface_logits : with the margin of the cosine itself.
    cross_entropy : the loss of these logits.

    Notes
    -----
    Cosines that leave [-1, 1] by rounding count as the bound. The derivative of the true logit is infinite at cosines
    of -1 and 1; here it is :math:`s \cos m` at 1, and s at -1. Equals pytorch-metric-learning's `ArcFaceLoss`, with
    `cross_entropy` of these logits.

    References
    ----------
    Deng et al., "ArcFace: additive angular margin loss for deep face recognition", CVPR 2019,
    https://arxiv.org/abs/1801.07698

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.arcface_logits(np.array([[0.6, 0.8]]), [0], margin=0.5, scale=10.0).round(5).tolist()
    [[1.43009, 8.0]]
    """
    return _logits("arcface_logits", added_angle, input, target, margin, scale, ignore_index, axis)


def cosface_logits(
    input: ArrayT,
    target: ArrayLike,
    *,
    margin: float = 0.35,
    scale: float = 64.0,
    ignore_index: int = -100,
    axis: int = 1,
) -> ArrayT:
    r"""Scaled cosines, that of the true class less a margin: logits for `cross_entropy`.

    Additive cosine margin: embeddings must lie nearer to the direction of their class than needed to be right.

    .. math:: z_y = s\, (\cos \theta_y - m), \qquad z_c = s \cos \theta_c \;\text{ for } c \ne y

    with :math:`\cos \theta` = input, y = target, m = margin and s = scale.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Cosines between embeddings and the directions of the classes, in [-1, 1].
    target : array, shape (N, *S)
        Class ids in [0, C) of any integer dtype.
    margin : float >= 0, default 0.35
        m, of the cosine.
    scale : float > 0, default 64.0
        s, the inverse of a temperature.
    ignore_index : int, default -100
        Positions with this id have no margin; `cross_entropy` ignores them.
    axis : int, default 1
        The class axis (0 for a 1-d input); -1 for channels last.

    Returns
    -------
    array, shape (N, C, *S) or (C,)
        Logits, in the dtype of `input` (float32 for a half precision).

    Raises
    ------
    ShapeError, DomainError, OptionError, DTypeError, NamespaceError
        As `arcface_logits`.

    See Also
    --------
    arcface_logits : with the margin of the angle.
    cross_entropy : the loss of these logits.

    Notes
    -----
    Cosines that leave [-1, 1] by rounding count as the bound. Equals pytorch-metric-learning's `CosFaceLoss`, with
    `cross_entropy` of these logits.

    References
    ----------
    Wang et al., "CosFace: large margin cosine loss for deep face recognition", CVPR 2018,
    https://arxiv.org/abs/1801.09414

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.cosface_logits(np.array([[0.6, 0.8]]), [0], margin=0.25, scale=10.0).round(5).tolist()
    [[3.5, 8.0]]
    """
    return _logits("cosface_logits", lambda c, m: c - m, input, target, margin, scale, ignore_index, axis)


def added_angle(c: Array, m: float) -> Array:
    """cos(theta + m) for the cosines c of angles up to pi - m, c - m sin m beyond."""
    xp, squares = namespace(c), (1 - c) * (1 + c)
    inside = squares > 0
    sine = xp.where(inside, xp.sqrt(xp.where(inside, squares, 1.0)), 0.0)
    return xp.where(c >= -cos(m), c * cos(m) - sine * sin(m), c - m * sin(m))


def _logits(
    function: str, modified: Callable[[Array, float], Array], input: Any, target: Any, margin: Any, scale: Any,
    ignore_index: Any, axis: Any,
) -> Any:  # fmt: skip
    call = Arguments(function, "input", input)
    m, s = Number(NONNEGATIVE).check(function, "margin", margin), Number(POSITIVE).check(function, "scale", scale)
    ignored = Integer().check(function, "ignore_index", ignore_index)
    along = class_axis(call, Integer().check(function, "axis", axis))
    shape = tuple(call.array.shape)
    ids = call.shaped("target", call.ids("target", target), shape[:along] + shape[along + 1 :], "(N, *S)")
    found = class_ids(call, "target", ids, shape[along], ignored, None)
    check = call.check_domain("input", call.array, COSINES)
    evaluated = partial(with_margin, modified=lambda c: modified(c, m), scale=s, along=along, found=found, check=check)
    return call.backend.run(evaluated, (call.backend.cast(call.array, call.compute), ids))


def with_margin(
    c: Array, ids: Array, *, modified: Callable[[Array], Array], scale: float, along: int, found: Any, check: Any
) -> Array:
    """The scaled cosines, modified at the ids that are kept; NaN where what could not be looked at is bad."""
    xp, given = namespace(c), c
    usable, kept, valid = found.sanitized(ids, None, {})
    true = one_hot(usable, c.shape[along], along)
    if kept is not None:
        true = true & xp.expand_dims(kept, axis=along)
    c = snap(c, -1.0, 1.0) if check.rounded else c
    z = scale * xp.where(true, modified(c), c)
    if check.unseen is not None:
        z = nan_outside(z, [given], (check.unseen,))
    if valid is not None:
        good = valid if kept is None else valid | ~kept
        z = poison(z, xp.expand_dims(good, axis=along))
    return z
