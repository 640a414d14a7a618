"""Connectionist temporal classification."""

from math import inf
from typing import Unpack

from ...backends import namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Real
from ...families.sequences import Lengths, Sequences, before_end
from ...families.surround import Sized
from ...numerics import alignment_log_likelihood, clip, log_softmax
from ...objects import loss_class
from ...options import Count, Flag
from ...typing import Array, ArrayLike, ArrayT, Options


@declared(
    layout(
        {
            "log_probs": Real("T N C"),
            "targets": Sequences("N S", of="C", lengths="target_lengths"),
            "input_lengths": Lengths("N", of="T"),
            "target_lengths": Lengths("N", of="S"),
        },
        returns="N",
    ),
    sized="length_normalize",
    tasks=("sequence",),
    torch="ctc_loss",
)
def ctc_loss(
    log_probs: ArrayT,
    targets: ArrayLike,
    input_lengths: ArrayLike,
    target_lengths: ArrayLike,
    *,
    blank: Count = 0,
    zero_infinity: Flag = False,
    from_logits: Flag = False,
    length_normalize: Flag = True,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Negative logarithm of the probability that frames spell a sequence of labels, whatever the alignment.

    Recognition of speech and of writing without knowing where each label is: every frame gives a label or a blank, and
    a frame sequence spells what is left when repeats are merged and then blanks are dropped.

    .. math:: l = -\ln \sum_{\pi \in B^{-1}(y)} \prod_{t} p_{t, \pi_t}

    with log_probs :math:`= \ln p`, y = targets, and the frame sequences :math:`\pi` that B, merging and dropping, maps
    to y.

    .. versionadded:: 0.1

    Parameters
    ----------
    log_probs : array, shape (T, N, C)
        Log-probabilities of the C classes, blank included, in each of T frames; -inf excludes a class.
    targets : array, shape (N, S)
        Class ids in [0, C) of any integer dtype, never `blank`; anything after the end of a sequence.
    input_lengths : array, shape (N,)
        The number of frames of each sample, at most T.
    target_lengths : array, shape (N,)
        The number of labels of each sample, at most S.
    blank : int >= 0, default 0
        The class id of the blank.
    zero_infinity : bool, default False
        True makes an infinite loss 0.
    from_logits : bool, default False
        True for logits, any real number, in place of log-probabilities: their softmax is taken here.
    length_normalize : bool, default True
        Whether the mean is one of losses that are each divided by the length of their target, at least 1.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum"; (N,) for "none", undivided, as in the sum; in the dtype of `log_probs` (float32 for a
        half precision). `Sums` for "sums".

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        A bad id or length, where looking is free (concrete arrays in host memory); elsewhere that loss is NaN.
    OptionError
        A wrong option; `blank` is none of the C classes.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    cross_entropy : of frames that have a label each.

    Notes
    -----
    Divisor of the mean: the number of samples, also with weights. A target that needs more frames than there are, one
    for each label and one between equal neighbours, costs infinity, and 0 with `zero_infinity`; its derivative is 0.
    Frames after the end of a sample may hold NaN. Equals torch and, unreduced, where a target fits, optax `ctc_loss`
    and Keras `ops.ctc_loss`: both take logits and give about 1e5 for infinity. The derivative is that of the formula;
    torch's is right only for log-probabilities that a softmax made. Targets are padded to one length, not concatenated,
    and there is always a batch axis.

    References
    ----------
    Graves et al., "Connectionist temporal classification", ICML 2006, https://doi.org/10.1145/1143844.1143891

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> thirds = np.log(np.full((3, 1, 3), 1 / 3))  # three frames, one sample, a blank and two labels
    >>> round(float(al.ctc_loss(thirds, [[1, 2]], [3], [2])), 6)  # 5 of 27 spell 1 2, divided by 2 labels
    0.843199
    """
    xp = namespace(log_probs)
    there = xp.matrix_transpose(before_end(log_probs.shape[0], input_lengths))
    y = padded(targets, target_lengths, blank)
    frames: Array = xp.where(there[..., None], log_probs, 0.0)
    frames = log_softmax(frames, 2) if from_logits else frames
    total = alignment_log_likelihood(frames, y, there, target_lengths, blank)
    loss = xp.where(xp.isinf(total), 0.0, -total) if zero_infinity else -total
    return Sized(loss, clip(xp.astype(target_lengths, loss.dtype), 1.0, inf) if length_normalize else None)


def padded(targets: Array, lengths: Array, blank: int) -> Array:
    """The labels (N, S), blanks after the ends."""
    return namespace(targets).where(before_end(targets.shape[1], lengths), targets, blank)


CTCLoss = loss_class(ctc_loss, "CTCLoss", arrays=4)
