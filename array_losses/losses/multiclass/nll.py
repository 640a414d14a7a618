"""Negative log-likelihood of log-probabilities."""

from typing import Unpack

from ...families.classwise import classwise
from ...numerics import class_weight_or_none, multiply_no_nan, take_class
from ...objects import loss_class
from ...options import Axis, ClassId
from ...typing import ArrayLike, ArrayT, Options


@classwise(tasks=("multiclass", "segmentation"), torch="nll_loss", soft=False, dense=False)
def nll_loss(
    input: ArrayT,
    target: ArrayLike,
    weight: ArrayLike | None = None,
    *,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Negative log-likelihood of class ids under log-probabilities.

    For models that give log-probabilities. Where there are logits, use `cross_entropy`.

    .. math:: l = -w_y\, \ell_y

    with the log-probabilities :math:`\ell` = input, the ids y = target and w = weight.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Log-probabilities, at most 0; they are not normalised here.
    target : array, shape (N, *S)
        Class ids in [0, C) of any integer dtype.
    weight : array, shape (C,), optional
        Weights of the classes.
    ignore_index : int, default -100
        Positions with this id do not count.
    axis : int, default 1
        The class axis (0 for a 1-d input); -1 for channels last.
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
        An id outside [0, C) that is not `ignore_index`, where looking is free (concrete arrays in host memory);
        elsewhere that position is NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype (probabilities are no target here), an array of another library or device, a wrong option.

    See Also
    --------
    cross_entropy : the same of logits.

    Notes
    -----
    Divisor of the mean: the sum of the weights :math:`w_y` kept (their number without weights). Linear in `input`.
    ``nll_loss(log_softmax(z), y)`` is ``cross_entropy(z, y)``. Equals `torch.nn.functional.nll_loss`, but the mean
    over nothing is 0, and ids may have any integer dtype.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> round(float(al.nll_loss(np.log([[0.7, 0.3], [0.4, 0.6]]), [0, 1])), 6)
    0.43375
    """
    w_y = class_weight_or_none(weight, target)
    return -multiply_no_nan(w_y, take_class(input, target, axis)), w_y


NLLLoss = loss_class(nll_loss, "NLLLoss")
