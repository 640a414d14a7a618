"""Simple preference optimization."""

from typing import Unpack

from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...objects import loss_class
from ...options import Finite, Fraction, Positive
from ...typing import ArrayLike, ArrayT, Options
from .dpo import preference


@declared(layout({"chosen": Real("N"), "rejected": Real("N")}, returns="N"), tasks=("ranking",))
def simpo_loss(
    chosen: ArrayT,
    rejected: ArrayLike,
    *,
    beta: Positive = 0.1,
    gamma: Finite = 0.5,
    label_smoothing: Fraction = 0.0,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Logistic loss of how much more probable a token of the chosen answer is, less a margin.

    Fine-tuning of language models on preferences without a reference model: the reward is what generation maximises,
    and long answers have no advantage.

    .. math:: l = (1 - \varepsilon) \ln(1 + e^{-h}) + \varepsilon \ln(1 + e^h), \qquad h = \beta (c - r) - \gamma

    with c = chosen, r = rejected, :math:`\beta` = beta, :math:`\gamma` = gamma and :math:`\varepsilon` =
    label_smoothing.

    .. versionadded:: 0.1

    Parameters
    ----------
    chosen : array, shape (N,)
        Log-probabilities of the preferred answers: means over their tokens.
    rejected : array, shape (N,)
        Those of the other answer to each prompt.
    beta : float > 0, default 0.1
        The scale of the rewards. The paper takes 2 and more.
    gamma : float, default 0.5
        By how much the reward of the chosen answer should be higher.
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
        `chosen` is not (N,), such as log-probabilities of tokens, or `rejected` has not its shape.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    dpo_loss : against a reference model.
    orpo_loss : of the odds.

    Notes
    -----
    Divisor of the mean: the number of pairs, also with weights; ``normalizer="weights"`` divides by them. Smooth
    everywhere. An answer of log-probability minus infinity gives inf or 0; NaN where that is so of both. Equals the
    chunked SimPO loss of Liger-Kernel, whose defaults these are, and "simpo" of TRL's CPO trainer.

    References
    ----------
    Meng, Xia and Chen, "SimPO: simple preference optimization with a reference-free reward", NeurIPS 2024,
    https://arxiv.org/abs/2405.14734

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.simpo_loss(np.array([-1.0, -2.0]), [-1.5, -1.0], beta=2.0, reduction="none").round(6).tolist()
    [0.474077, 2.57889]
    """
    return preference(chosen - rejected, beta, gamma, label_smoothing)


SimPOLoss = loss_class(simpo_loss, "SimPOLoss")
