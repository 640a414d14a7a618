"""Log-probabilities of labels, and entropies, of a linear map, without its logits."""

from typing import Any, Literal, overload

from ...backends import namespace
from ...families.linear_head import logits_of
from ...families.linear_rows import linear_rows
from ...numerics import entropy_of_logs, log_softmax, log_softmax_at, take_class
from ...options import ClassId, Flag, OptionalCount, OptionalPositive, Positive
from ...typing import ArrayLike, ArrayT

__all__ = ["linear_log_probs"]


@overload
def linear_log_probs(
    input: ArrayT,
    linear_weight: ArrayLike,
    target: ArrayLike,
    *,
    linear_bias: ArrayLike | None = None,
    entropy: Literal[True],
    ignore_index: ClassId = -100,
    softcap: OptionalPositive = None,
    temperature: Positive = 1.0,
    chunk_size: OptionalCount = None,
) -> tuple[ArrayT, ArrayT]: ...
@overload
def linear_log_probs(
    input: ArrayT,
    linear_weight: ArrayLike,
    target: ArrayLike,
    *,
    linear_bias: ArrayLike | None = None,
    entropy: Literal[False] = False,
    ignore_index: ClassId = -100,
    softcap: OptionalPositive = None,
    temperature: Positive = 1.0,
    chunk_size: OptionalCount = None,
) -> ArrayT: ...
@linear_rows
def linear_log_probs(
    input: ArrayT,
    linear_weight: ArrayLike,
    target: ArrayLike,
    *,
    linear_bias: ArrayLike | None = None,
    entropy: Flag = False,
    ignore_index: ClassId = -100,
    softcap: OptionalPositive = None,
    temperature: Positive = 1.0,
    chunk_size: OptionalCount = None,
) -> Any:
    r"""Log-probabilities of labels under the softmax of a linear map of `input`, without ever holding all logits.

    What reinforcement learning and distillation ask of the head of a language model: the logits of all tokens are made,
    used and dropped a chunk of tokens at a time, forward and backward.

    .. math::
        \ell_y = z_y - \ln \sum_c e^{z_c}, \quad H = -\sum_c p_c \ln p_c

    for the id y, with the logits :math:`z = (A h + b) / T`, or :math:`z = s \tanh((A h + b) / s) / T` with a softcap
    s, their softmax p, and h = input, A = linear_weight, b = linear_bias, T = temperature.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, D) or (D,)
        What the head is given, any real number.
    linear_weight : array, shape (C, *S, D)
        The matrix of the head, as `torch.nn.Linear` has it; with several positions for each row, one for each.
    target : array, shape (N, *S)
        Class ids in [0, C) of any integer dtype; without N for one row.
    linear_bias : array, shape (C, *S), optional
        Added to the logits; -inf excludes a class.
    entropy : bool, default False
        Whether to return the entropies too.
    ignore_index : int, default -100
        Positions with this id give 0, with a gradient of 0.
    softcap : float > 0 or None, default None
        s, the bound that the logits smoothly keep.
    temperature : float > 0, default 1.0
        T, by which the logits are divided.
    chunk_size : int >= 1 or None, default None
        How many rows at most have their logits held at once, of all positions; None: so many that these are about 8
        million.

    Returns
    -------
    array or pair of arrays
        The log-probabilities :math:`\ell_y`, shape (N, *S), in the dtype of `input` (float32 for a half precision);
        with `entropy` also the entropies H, in nats, of the same shape.

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        An id outside [0, C) that is not `ignore_index`, where looking is free (concrete arrays in host memory);
        elsewhere that position is NaN.
    OptionError
        A wrong option.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    linear_cross_entropy : the loss, minus the log-probability.

    Notes
    -----
    Smooth everywhere; every derivative is that of the formula on all logits. Beside its inputs and gradients it holds a
    few arrays of `chunk_size` times C numbers, also under `jax.jit` and `torch.func`; a second derivative by the tape
    (NumPy, CuPy) holds all logits, and so may a gradient that `torch.compile` makes. `input` in half precision is
    computed in float32, for which `linear_weight` is copied.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> hidden, head = np.array([[1.0, 2.0], [0.0, 1.0]]), np.eye(3, 2)
    >>> log_probs, entropies = al.linear_log_probs(hidden, head, [1, 1], entropy=True)
    >>> log_probs.round(6).tolist(), entropies.round(6).tolist()
    ([-0.407606, -0.551445], [0.832396, 0.975328])
    """
    z, axis = logits_of(input, linear_weight, linear_bias), input.ndim - 1
    z = (z if softcap is None else softcap * namespace(z).tanh(z / softcap)) / temperature
    if not entropy:
        return log_softmax_at(z, target, axis), {}
    log_p = log_softmax(z, axis)
    return take_class(log_p, target, axis), {"entropy": entropy_of_logs(log_p, axis)}
