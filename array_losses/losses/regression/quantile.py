"""Quantile."""

from collections.abc import Mapping
from typing import Any, Unpack

from ...backends import backend_of, namespace
from ...families.declared import declared, layout
from ...families.roles import Layout, Real
from ...numerics import relu
from ...objects import loss_class
from ...options import Levels
from ...typing import Array, ArrayLike, ArrayT, Options


def arrays(options: Mapping[str, Any]) -> Layout:
    """One prediction for each target, or with several levels one for each of them."""
    levels = options["tau"]
    if not isinstance(levels, tuple):
        return layout({"input": Real("*S"), "target": Real("*S")}, returns="*S")
    return layout({"input": Real(f"*S {len(levels)}"), "target": Real("*S")}, returns=f"*S {len(levels)}")


@declared(arrays, tasks=("regression",))
def quantile_loss(input: ArrayT, target: ArrayLike, *, tau: Levels = 0.5, **options: Unpack[Options]) -> ArrayT:
    r"""Pinball loss, whose minimum is a quantile of the target.

    For forecasts with a range: a prediction that is to be exceeded in a share :math:`1 - \tau` of all cases.

    .. math:: l = \tau \max(0, e) + (1 - \tau) \max(0, -e), \qquad e = \text{target} - \text{input}

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (*S,), or (*S, Q) with Q levels
        Predictions.
    target : array, shape (*S,)
        Numbers in the unit of `input`.
    tau : float in [0, 1] or Q of them, default 0.5
        :math:`\tau`, the level of the quantile, or the levels along the last axis of `input`.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", the shape of `input` for "none", in the dtype of `input` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        `target` has not the shape of `input`, without the axis of the levels.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    l1_loss : twice this loss at :math:`\tau = 0.5`.

    Notes
    -----
    Divisor of the mean: the number of predictions, Q for each target. At the kink the derivative is 0. Equals
    `sklearn.metrics.mean_pinball_loss`, level by level. Levels may cross; nothing here keeps them in order.

    References
    ----------
    R. Koenker, G. Bassett: Regression quantiles, 1978, https://doi.org/10.2307/1913643

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> float(al.quantile_loss(np.array([1.0, 3.0]), [2.0, 2.0], tau=0.9))
    0.5
    >>> al.quantile_loss(np.array([[1.0, 3.0]]), [2.0], tau=(0.25, 0.75), reduction="none").tolist()
    [[0.25, 0.25]]
    """
    if isinstance(tau, tuple):
        target = namespace(input).expand_dims(target, axis=-1)
    below, above = shares(input, tau)
    error = target - input
    return below * relu(error) + above * relu(-error)


def shares(input: Array, tau: float | tuple[float, ...]) -> tuple[Any, Any]:
    """The levels and what they lack of 1, along the last axis of the input where they are several."""
    if not isinstance(tau, tuple):
        return tau, 1 - tau
    backend = backend_of(input)
    others = tuple([1 - each for each in tau])  # rounded once
    return backend.from_host(tau, input, input.dtype), backend.from_host(others, input, input.dtype)


QuantileLoss = loss_class(quantile_loss, "QuantileLoss")
