"""Odds ratio preference optimization."""

from math import inf
from typing import Unpack

from ...backends import namespace
from ...domains import Interval
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import divide_or_one, log1p, relu
from ...objects import loss_class
from ...options import Positive
from ...typing import ArrayLike, ArrayT, Options

LOG_PROBABILITY = Interval(high=0)
ROLES = {name: Real("N", LOG_PROBABILITY) for name in ("chosen", "rejected")}


@declared(layout(ROLES, returns="N"), tasks=("ranking",))
def orpo_loss(chosen: ArrayT, rejected: ArrayLike, *, beta: Positive = 0.1, **options: Unpack[Options]) -> ArrayT:
    r"""Logistic loss of the logarithm of the odds of the chosen answer over those of the rejected one.

    Fine-tuning of language models on preferences in one step with imitation, without a reference model: it is added to
    the negative log-likelihood of the chosen answer, which is not in it.

    .. math:: l = \beta \ln \left( 1 + \frac{\operatorname{odds}(r)}{\operatorname{odds}(c)} \right), \qquad
        \operatorname{odds}(x) = \frac{e^x}{1 - e^x}

    with c = chosen, r = rejected and :math:`\beta` = beta.

    .. versionadded:: 0.1

    Parameters
    ----------
    chosen : array, shape (N,)
        Log-probabilities <= 0 of the preferred answers: means over their tokens.
    rejected : array, shape (N,)
        Those of the other answer to each prompt.
    beta : float > 0, default 0.1
        The weight of the loss beside the negative log-likelihood (lambda in the paper).
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N,) for "none", in the dtype of `chosen` (float32 for a half precision); `Sums` for
        "sums".

    Raises
    ------
    ShapeError
        `chosen` is not (N,), such as log-probabilities of tokens, or `rejected` has not its shape.
    DomainError
        A log-probability above 0, where looking is free (concrete arrays in host memory); elsewhere it gives NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    dpo_loss : against a reference model.
    simpo_loss : of the log-probabilities themselves.

    Notes
    -----
    Divisor of the mean: the number of pairs, also with weights; ``normalizer="weights"`` divides by them. Smooth below
    0. A chosen answer of log-probability 0 costs 0, with a finite derivative; a rejected one inf; both beta ln 2. Where
    both are minus infinity the loss is NaN. Equals the odds ratio term of Liger-Kernel's chunked ORPO loss (there with
    the other sign), whose gradient is NaN at a log-probability of 0.

    References
    ----------
    Hong, Lee and Thorne, "ORPO: monolithic preference optimization without reference model", EMNLP 2024,
    https://arxiv.org/abs/2403.07691

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.orpo_loss(np.log([0.5, 0.2]), np.log([0.2, 0.5]), beta=1.0, reduction="none").round(6).tolist()
    [0.223144, 1.609438]
    """
    xp = namespace(chosen)
    ahead = rejected - chosen
    behind = ahead <= 0
    decay = xp.exp(xp.where(behind, ahead, -ahead))
    endless = (rejected == 0) & (chosen < 0)
    rest = divide_or_one(xp.expm1(chosen), xp.expm1(xp.where(endless, -1.0, rejected)))  # at most 1 where r <= c
    loss = relu(ahead) + log1p(xp.where(behind, decay * rest, decay + (rest - 1)))
    return beta * (loss + xp.where(endless, inf, xp.zeros_like(loss)))


ORPOLoss = loss_class(orpo_loss, "ORPOLoss")
