"""Negative log-likelihood of a Poisson distribution."""

from typing import Unpack

from ...families.pointwise import pointwise
from ...intervals import Interval
from ...numerics import poisson_nll, poisson_nll_of_rate, stirling
from ...objects import loss_class
from ...options import Flag, Positive
from ...typing import ArrayLike, ArrayT, Options

COUNTS = Interval(0, high_open=True)


@pointwise(
    tasks=("regression",),
    torch="poisson_nll_loss",
    domains={"input": lambda options: None if options["log_input"] else COUNTS, "target": COUNTS},
)
def poisson_nll_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    log_input: Flag = True,
    full: Flag = False,
    eps: Positive = 1e-8,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Negative log-likelihood of counts, of which a Poisson distribution of the predicted rate is assumed.

    For targets that count something: its minimum is the conditional mean, its errors are measured in roots of it.

    .. math::
        l &= \exp x - y x && \text{(x the logarithm of a rate)} \\
        l &= x - y \ln (x + \varepsilon) && \text{(x a rate)}

    with x = input, a rate with ``log_input=False``, and y = target. What does not depend on x is left out, unless
    `full` adds Stirling's approximation of its logarithm, :math:`y \ln y - y + \ln (2 \pi y) / 2`, where y > 1.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Logarithms of rates, any real number; with ``log_input=False`` rates >= 0.
    target : array, shape (N, *S)
        Counts >= 0, of any dtype; they need not be whole.
    log_input : bool, default True
        Whether `input` holds logarithms of rates.
    full : bool, default False
        Whether the approximation of :math:`\ln y!` is added.
    eps : float > 0, default 1e-8
        :math:`\varepsilon`, which keeps the logarithm of a rate of 0 finite; not used for logarithms.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", the shape of `input` for "none", in the dtype of `input` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        `target` has not the shape of `input`.
    DomainError
        A target or a rate that is negative or infinite, where looking is free (concrete arrays in host memory);
        elsewhere it gives NaN.
    OptionError
        A wrong option.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    gaussian_nll_loss : of real numbers, with a predicted variance.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them. The
    derivative is :math:`\exp x - y`, or :math:`1 - y / (x + \varepsilon)`. Without `full` the loss may be negative. The
    logarithm -inf, a rate of 0, costs 0 at target 0 and inf at others; inf costs inf, and so does all of which
    :math:`\exp x` overflows. Where the parts of the formula cancel, the loss is as exact as they are. Equals
    `torch.nn.functional.poisson_nll_loss`, which checks nothing and gives NaN at infinite logarithms; Keras' `Poisson`
    for ``log_input=False, eps=1e-7``; and scikit-learn's `HalfPoissonLoss`. Half of the Poisson deviance, but for what
    does not depend on x.

    References
    ----------
    Nelder and Wedderburn, "Generalized linear models", Journal of the Royal Statistical Society A 135, 1972,
    https://doi.org/10.2307/2344614

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.poisson_nll_loss(np.array([0.0, -np.inf]), [3, 0], reduction="none").tolist()
    [1.0, 0.0]
    >>> al.poisson_nll_loss(np.array([1.0, 4.0]), [3, 0], log_input=False, reduction="none").round(6).tolist()
    [1.0, 4.0]
    """
    share, rest = stirling(target) if full else (None, None)
    loss = poisson_nll(input, target, share) if log_input else poisson_nll_of_rate(input, target, share, eps)
    return loss if rest is None else loss + rest


PoissonNLLLoss = loss_class(poisson_nll_loss, "PoissonNLLLoss")
