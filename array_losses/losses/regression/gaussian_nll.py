"""Negative log-likelihood of a normal distribution."""

from math import log, pi
from typing import Any, Unpack

from ...arguments import Arguments
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...intervals import Interval
from ...numerics import gaussian_nll
from ...objects import loss_class
from ...options import Flag, Positive
from ...typing import Array, ArrayLike, ArrayT, Options


class Variances(Real):
    """Variances of the elements of the first array; without its last axis, or what broadcasts, of several at once."""

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        array, shape = super().place(call, name, value), tuple(call.array.shape)
        return call.backend.xp.expand_dims(array, axis=-1) if shape and tuple(array.shape) == shape[:-1] else array


@declared(
    layout({"input": Real("*S"), "target": Real("*S"), "var": Variances("~*S", Interval(0))}, returns="*S"),
    tasks=("regression",),
    torch="gaussian_nll_loss",
)
def gaussian_nll_loss(
    input: ArrayT,
    target: ArrayLike,
    var: ArrayLike,
    *,
    full: Flag = False,
    eps: Positive = 1e-6,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Negative log-likelihood of targets, of which normal distributions with predicted variances are assumed.

    For models that say how sure they are: the second output, the variance, weighs the squared errors, and its logarithm
    keeps it from growing.

    .. math:: l = \frac12 \left( \ln v + \frac{d^2}{v} \right), \qquad v = \max(\text{var}, \varepsilon),
        \quad d = \text{input} - \text{target}

    to which `full` adds :math:`\ln (2 \pi) / 2`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Predicted means, any real number.
    target : array, shape (N, *S)
        True values, in the units of `input`.
    var : array or float >= 0, shape (N, *S)
        Predicted variances, in squared units of `input`. Those that all elements of the last axis share have the shape
        of `input` without that axis, or with a 1 there; anything else is broadcast to `input`. In doubt, as for (3,)
        and an `input` of shape (3, 3), it is the last axis that is absent, as in torch.
    full : bool, default False
        Whether the constant is added.
    eps : float > 0, default 1e-6
        :math:`\varepsilon`, the least variance.
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
    DomainError
        A negative variance, where looking is free (concrete arrays in host memory); elsewhere it gives NaN.
    OptionError
        `eps` is not positive.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    l2_loss : the variance is 1.
    poisson_nll_loss : of counts.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivatives are :math:`d / v` and, by the variance, :math:`(1 - d^2 / v) / (2 v)`: also below :math:`\varepsilon`
    that at :math:`\varepsilon`, so that a variance of 0 is pulled up, as in torch. A model whose output is a logarithm
    gives ``var=exp(output)``. Equals `torch.nn.functional.gaussian_nll_loss`, which broadcasts `var` along one axis
    alone, and takes a number only if it is a float.

    References
    ----------
    Nix and Weigend, "Estimating the mean and variance of the target probability distribution", ICNN 1994,
    https://doi.org/10.1109/ICNN.1994.374138

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.gaussian_nll_loss(np.array([0.0, 4.0]), [1.0, 0.0], [1.0, 4.0], reduction="none").round(6).tolist()
    [0.5, 2.693147]
    """
    loss = gaussian_nll(input - target, var, eps)
    return loss + log(2 * pi) / 2 if full else loss


GaussianNLLLoss = loss_class(gaussian_nll_loss, "GaussianNLLLoss", arrays=3)
