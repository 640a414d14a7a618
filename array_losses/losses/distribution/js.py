"""Jensen-Shannon divergence."""

from collections.abc import Mapping
from math import inf
from typing import Any, Unpack

from ...backends import namespace
from ...domains import UNIT
from ...families.declared import declared
from ...families.layout import Layout, layout
from ...families.roles import Real
from ...numerics import jensen_shannon, relative_entropy_of_logs
from ...objects import loss_class
from ...options import Axis, Flag, Fraction
from ...typing import Array, ArrayLike, ArrayT, Options


def arrays(options: Mapping[str, Any]) -> Layout:
    """Two distributions for each position, or their logarithms."""
    domain = None if options["log_input"] else UNIT
    alike = {name: Real("N? C *S", domain) for name in ("input", "target")}
    return layout(alike, returns="N? *S", axis="C")


@declared(arrays, tasks=("distribution",))
def js_div(
    input: ArrayT,
    target: ArrayLike,
    *,
    beta: Fraction = 0.5,
    log_input: Flag = True,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Jensen-Shannon divergence: the mean divergence of two distributions from their mixture.

    Bounded where the Kullback-Leibler divergence is not: distributions without a common support are ln 2 apart.
    Between the two directions of that divergence `beta` chooses, as in the distillation of language models.

    .. math::
        l = \beta\, \mathrm{KL}(P\, \|\, M) + (1 - \beta)\, \mathrm{KL}(Q\, \|\, M), \qquad
        M = \beta P + (1 - \beta) Q

    with P = target, Q = input. The ends are those of the quotients :math:`l / \beta` and :math:`l / (1 - \beta)`, as
    in distillation: :math:`\mathrm{KL}(P\, \|\, Q)` for ``beta=0`` and :math:`\mathrm{KL}(Q\, \|\, P)` for ``beta=1``.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        The distributions of a model over C outcomes: log-probabilities, as a log-softmax gives them (they are not
        checked; -inf is the probability 0), or probabilities in [0, 1].
    target : array, shape (N, C, *S) or (C,)
        The true distributions, held in the same way.
    beta : float in [0, 1], default 0.5
        :math:`\beta`, the share of the target in the mixture.
    log_input : bool, default True
        Whether both arrays hold log-probabilities.
    axis : int, default 1
        The axis of the outcomes (0 for a 1-d input); -1 for channels last.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N, *S), a loss for each distribution, for "none", in the dtype of `input` (float32
        for a half precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        `target` has not the shape of `input`.
    DomainError
        A probability outside [0, 1], where looking is free (concrete arrays in host memory); elsewhere that
        distribution is NaN.
    OptionError
        `beta` lies outside [0, 1]; `axis` is none of `input`.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    kl_div : unbounded, one number for each entry.
    total_variation_distance : the largest difference of the probabilities of an event.

    Notes
    -----
    Divisor of the mean: the number of distributions, also with weights; ``normalizer="weights"`` divides by them.
    Smooth in log-probabilities, where entries of probability 0 have derivative 0; of probabilities given as such that
    are 0 the derivative is 0 too, in place of an infinite one. Digits are kept where the two are nearly equal. With
    ``beta=0.5`` it equals the square of SciPy's `jensenshannon`.

    References
    ----------
    Lin, "Divergence measures based on the Shannon entropy", IEEE Transactions on Information Theory 37, 1991,
    https://doi.org/10.1109/18.61115
    With beta: Agarwal et al., "On-policy distillation of language models", ICLR 2024, https://arxiv.org/abs/2306.13649

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> q, p = np.array([[0.5, 0.5], [1.0, 0.0]]), [[0.5, 0.5], [0.0, 1.0]]
    >>> al.js_div(q, p, log_input=False, reduction="none").round(6).tolist()
    [0.0, 0.693147]
    """
    xp = namespace(input)
    log_q, log_p = (input, target) if log_input else (logarithm(input), logarithm(target))
    plain = isinstance(beta, int | float)
    if plain and 0 < beta < 1:
        return xp.sum(jensen_shannon(log_q, log_p, beta), axis=axis)
    if plain:
        first, second = (log_p, log_q) if beta else (log_q, log_p)
        return xp.sum(relative_entropy_of_logs(first, second), axis=axis)
    inner = (beta > 0) & (beta < 1)
    loss = jensen_shannon(log_q, log_p, xp.where(inner, beta, 0.5))
    end = xp.where(beta == 0, relative_entropy_of_logs(log_q, log_p), relative_entropy_of_logs(log_p, log_q))
    return xp.sum(xp.where(inner, loss, end), axis=axis)


def logarithm(p: Array) -> Array:
    """The logarithm of probabilities; -inf, with derivative 0, of 0."""
    xp = namespace(p)
    return xp.where(p == 0, -inf, xp.log(xp.where(p == 0, 1.0, p)))


JSDivLoss = loss_class(js_div, "JSDivLoss")
