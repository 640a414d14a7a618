"""Quantile loss."""

from collections.abc import Mapping
from typing import Any, Unpack

from ...families.declared import declared
from ...families.layout import Layout, layout
from ...families.roles import Real
from ...numerics import expand_at, numbers_along, pinball
from ...objects import loss_class
from ...options import Axis, Levels
from ...typing import ArrayLike, ArrayT, Options


def arrays(options: Mapping[str, Any]) -> Layout:
    """One prediction for each target, or with several levels one for each of them."""
    levels = options["tau"]
    if not isinstance(levels, tuple):
        return layout({"input": Real("*S"), "target": Real("*S")}, returns="*S")
    count = str(len(levels))
    return layout({"input": Real(f"*S {count}"), "target": Real("*S")}, returns=f"*S {count}", axis=count)


@declared(arrays, tasks=("regression",))
def quantile_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    tau: Levels = 0.5,
    axis: Axis = -1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Absolute error that weighs targets above a quantile by `tau`, targets below it by 1 - `tau`.

    The loss of conditional quantiles, also called pinball loss: its minimum is where a share of `tau` of the targets
    lies below.

    .. math:: l = \tau \max(e, 0) + (1 - \tau) \max(-e, 0), \qquad e = \text{target} - \text{input}

    With a tuple of Q values of `tau` a model predicts all of these quantiles at once, each with a loss of its own.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S), or (N, *S, Q) for a tuple of Q
        Predicted quantiles, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    tau : float in (0, 1) or tuple of them, default 0.5
        :math:`\tau`, the quantile or quantiles; 0.5 is the median. Any order.
    axis : int, default -1
        The axis of `input` that the quantiles of a tuple lie along.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", the shape of `input` for "none", in the dtype of `input` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        The shapes do not fit.
    OptionError
        A `tau` that does not lie between 0 and 1.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    l1_loss : twice this loss at `tau` = 0.5.

    Notes
    -----
    Divisor of the mean: the number of elements, of a tuple those of all quantiles, also with weights;
    ``normalizer="weights"`` divides by them. Weights and masks have the shape of `input`: those of targets get an
    axis, ``sample_weight[..., None]``. The derivative is 1 - tau above the target, -tau below it and 0 at it.
    Quantiles that cross cost nothing of their own. Equals scikit-learn `mean_pinball_loss`, whose weighted mean
    divides by the weights. The weighted quantile loss of forecasting is twice the mean with
    ``normalizer=abs(target).sum()``; twice the mean over evenly spread quantiles approaches the CRPS.

    References
    ----------
    Koenker and Bassett, "Regression quantiles", Econometrica 46, 1978, https://doi.org/10.2307/1913643

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.quantile_loss(np.array([0.0, 2.0]), [1.0, 1.0], tau=0.75, reduction="none").tolist()
    [0.75, 0.25]
    >>> al.quantile_loss(np.array([[0.0, 1.0, 2.0]]), [1.0], tau=(0.25, 0.5, 0.75), reduction="none").tolist()
    [[0.25, 0.0, 0.25]]
    """
    if isinstance(tau, tuple):
        above, below = (numbers_along(each, input, axis) for each in (tau, tuple(1 - t for t in tau)))
        return pinball(expand_at(target, axis) - input, above, below)
    return pinball(target - input, tau, 1 - tau)


QuantileLoss = loss_class(quantile_loss, "QuantileLoss")
