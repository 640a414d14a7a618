"""Direct preference optimization."""

from typing import Unpack

from ...backends import namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import is_zero, log1p, softplus, times
from ...objects import loss_class
from ...options import Fraction, Positive
from ...typing import Array, ArrayLike, ArrayT, Options

NAMES = ("chosen", "rejected", "ref_chosen", "ref_rejected")


@declared(layout({name: Real("N") for name in NAMES}, returns="N"), tasks=("ranking",))
def dpo_loss(
    chosen: ArrayT,
    rejected: ArrayLike,
    ref_chosen: ArrayLike,
    ref_rejected: ArrayLike,
    *,
    beta: Positive = 0.1,
    label_smoothing: Fraction = 0.0,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Logistic loss of how much more a model prefers the chosen answer than a reference model does.

    Fine-tuning of language models on preferences, without a model of rewards: the reward of an answer is how much more
    probable the model makes it than the reference.

    .. math:: l = (1 - \varepsilon) \ln(1 + e^{-h}) + \varepsilon \ln(1 + e^h), \qquad
        h = \beta \left[ (c - c_\text{ref}) - (r - r_\text{ref}) \right]

    with c = chosen, r = rejected, :math:`\beta` = beta and :math:`\varepsilon` = label_smoothing.

    .. versionadded:: 0.1

    Parameters
    ----------
    chosen : array, shape (N,)
        Log-probabilities of the preferred answers under the model: sums over their tokens.
    rejected : array, shape (N,)
        Those of the other answer to each prompt.
    ref_chosen : array, shape (N,)
        Log-probabilities of the preferred answers under the reference model.
    ref_rejected : array, shape (N,)
        Those of the other answers.
    beta : float > 0, default 0.1
        How strongly the model is held to the reference; what is small lets it go far.
    label_smoothing : float in [0, 1], default 0.0
        :math:`\varepsilon`, the share of preferences that are taken to be the wrong way round.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N,) for "none", in the dtype of `chosen` (float32 for a half precision); `Sums` for
        "sums".

    Raises
    ------
    ShapeError
        `chosen` is not (N,), such as log-probabilities of tokens, or another array has not its shape.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    simpo_loss, orpo_loss : without a reference model.
    soft_margin_loss : the logistic loss of a score.

    Notes
    -----
    Divisor of the mean: the number of pairs, also with weights; ``normalizer="weights"`` divides by them. Smooth
    everywhere; no gradient is stopped: give `ref_chosen` and `ref_rejected` as constants. An answer of log-probability
    minus infinity gives inf or 0; NaN where that is so of both models. Equals the chunked DPO loss of Liger-Kernel,
    which has no smoothing.

    References
    ----------
    Rafailov et al., "Direct preference optimization: your language model is secretly a reward model", NeurIPS 2023,
    https://arxiv.org/abs/2305.18290

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> chosen, rejected = np.array([-10.0, -20.0]), [-12.0, -15.0]
    >>> al.dpo_loss(chosen, rejected, [-11.0, -20.0], [-11.0, -20.0], reduction="none").round(6).tolist()
    [0.598139, 0.974077]
    """
    return preference((chosen - ref_chosen) - (rejected - ref_rejected), beta, 0.0, label_smoothing)


def preference(lead: Array, beta: Array | float, gamma: Array | float, label_smoothing: Array | float) -> Array:
    """The logistic loss of h = beta lead - gamma, of which a share is the wrong way round."""
    h = beta * lead if is_zero(gamma) else beta * lead - gamma
    if is_zero(label_smoothing):
        return softplus(-h)

    def share(part: Array | float) -> Array:
        """A part of h, which may be finite where h is not."""
        return times(part * beta, lead) - part * gamma

    xp, right = namespace(h), h > 0
    wrong = xp.where(right, share(label_smoothing), -share(1 - label_smoothing))
    return wrong + log1p(xp.exp(xp.where(right, -h, h)))


DPOLoss = loss_class(dpo_loss, "DPOLoss", arrays=4)
