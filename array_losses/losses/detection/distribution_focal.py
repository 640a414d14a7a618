"""Distribution focal loss."""

from typing import Unpack

from ...backends import backend_of, namespace
from ...families.declared import declared
from ...families.labels import Places
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import log_softmax, multiply_no_nan, stop_gradient, take_class
from ...objects import loss_class
from ...options import Axis
from ...typing import Array, ArrayLike, ArrayT, Options


@declared(
    layout({"input": Real("N? C *S"), "target": Places("N? *S", of="C")}, returns="N? *S", axis="C"),
    tasks=("detection",),
)
def distribution_focal_loss(input: ArrayT, target: ArrayLike, *, axis: Axis = 1, **options: Unpack[Options]) -> ArrayT:
    r"""Cross-entropy between a distribution over bins and a number between two of them.

    Detectors that give each side of a box as a distribution, and its mean as the prediction: both bins next to the
    true distance gain, each the more the nearer it is.

    .. math:: l = -(1 - f)\, \ell_k - f\, \ell_{k+1}, \qquad k = \lfloor y \rfloor, \quad f = y - k

    with the log-probabilities :math:`\ell = z - \ln \sum_c e^{z_c}` of the logits z = input, and y = target.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Logits of the C bins 0, 1, ..., C - 1, any real number; -inf excludes a bin.
    target : array, shape (N, *S)
        Numbers in [0, C - 1] of any dtype, in widths of a bin: distances divided by the stride.
    axis : int, default 1
        The axis of the bins (0 for a 1-d input); -1 for bins last.
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
        A target outside [0, C - 1], where looking is free (concrete arrays in host memory); elsewhere that position is
        NaN. Clip distances that lie beyond the last bin.
    OptionError
        `axis` is none of `input`.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    cross_entropy : this loss of whole numbers.
    soft_cross_entropy : takes any distribution.

    Notes
    -----
    Divisor of the mean: the number of positions kept, also with weights; mmdetection divides by an `avg_factor`, which
    is ``normalizer=`` here. Smooth in `input`; piecewise linear in `target`, whose derivative at a whole number is that
    from above, at C - 1 that from below. The loss is least, and the entropy of (1 - f, f), where the two bins have
    these probabilities. A logit of -inf costs nothing at a bin of weight 0. Equals the sum of two calls of
    `torch.nn.functional.cross_entropy` by which mmdetection and ultralytics write it, where these leave the target
    below the last bin.

    References
    ----------
    Li et al., "Generalized focal loss: learning qualified and distributed bounding boxes for dense object detection",
    NeurIPS 2020, https://arxiv.org/abs/2006.04388

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> p = np.array([[0.1, 0.6, 0.2, 0.1], [0.25, 0.25, 0.25, 0.25]])
    >>> al.distribution_focal_loss(np.log(p), [1.25, 3.0], reduction="none").round(6).tolist()
    [0.785479, 1.386294]
    """
    xp, y, last = namespace(input), stop_gradient(target), input.shape[axis] - 1
    y = xp.where(y > 0, xp.where(y < last - 1, y, max(last - 1.0, 0.0)), 0.0)  # in place of NaN too
    k = backend_of(y).as_ids(xp.astype(xp.floor(y), xp.int32))
    log_p, f = log_softmax(input, axis), target - xp.floor(y)
    low: Array = multiply_no_nan(1 - f, take_class(log_p, k, axis))
    return -low - multiply_no_nan(f, take_class(log_p, xp.where(k < last, k + 1, k), axis))


DistributionFocalLoss = loss_class(distribution_focal_loss, "DistributionFocalLoss")
