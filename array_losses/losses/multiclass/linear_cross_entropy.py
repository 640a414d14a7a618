"""Softmax cross-entropy of a linear map, without its logits."""

from typing import Any, Unpack

from ...backends import namespace
from ...families.function import derivative_of, formula
from ...families.linear_head import linear_head, logits_of
from ...numerics import is_zero, logsumexp, multiply_at, multiply_no_nan, softmax
from ...objects import loss_class
from ...options import ClassId, Fraction, NonNegative, OptionalCount, OptionalPositive
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options
from .cross_entropy import cross_entropy


@linear_head(tasks=("multiclass",), torch="linear_cross_entropy")
def linear_cross_entropy(
    input: ArrayT,
    linear_weight: ArrayLike,
    target: ArrayLike,
    *,
    linear_bias: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    ignore_index: ClassId = -100,
    label_smoothing: Fraction = 0.0,
    softcap: OptionalPositive = None,
    z_loss: NonNegative = 0.0,
    chunk_size: OptionalCount = None,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Cross-entropy between the softmax of a linear map of `input` and classes, without ever holding all logits.

    The loss of the head of a language model, where the logits of all tokens are by far the largest array: they are
    made, used and dropped a chunk of tokens at a time, forward and backward.

    .. math::
        l = -(1 - \varepsilon)\, w_y\, \ell_y - \frac{\varepsilon}{C} \sum_c w_c\, \ell_c + \zeta\, w_y\, \Lambda^2,
        \quad \Lambda = \ln \sum_c e^{z_c}, \quad \ell = z - \Lambda

    for the id y, with the logits :math:`z = A h + b`, or :math:`z = s \tanh((A h + b) / s)` with a softcap s, and
    h = input, A = linear_weight, b = linear_bias, w = weight. For probabilities q it is the sum of this over y, with
    the shares :math:`q_y`. A head may predict several positions from one row, such as the next tokens: ``*S`` are
    their axes, and each of them has a map of its own.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, D) or (D,)
        What the head is given, any real number.
    linear_weight : array, shape (C, *S, D)
        The matrix of the head, as `torch.nn.Linear` has it, for each position.
    target : array, shape (N, *S) or (N, C, *S)
        Class ids in [0, C) of any integer dtype, or floating class probabilities of the shape of the logits; without N
        for one row.
    linear_bias : array, shape (C, *S), optional
        Added to the logits; -inf excludes a class.
    weight : array, shape (C,), optional
        Weights of the classes.
    ignore_index : int, default -100
        Positions with this id do not count.
    label_smoothing : float in [0, 1], default 0.0
        :math:`\varepsilon`, the share of the label that is spread over all C classes.
    softcap : float > 0 or None, default None
        s, the bound that the logits smoothly keep.
    z_loss : float >= 0, default 0.0
        :math:`\zeta`, the price of a normaliser :math:`\Lambda` far from 0, weighted as the rest.
    chunk_size : int >= 1 or None, default None
        How many rows at most have their logits held at once, of all positions; None: so many that these are about 8
        million.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N, *S) for "none", in the dtype of `input` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        An id outside [0, C) that is not `ignore_index`, or a probability outside [0, 1], where looking is free
        (concrete arrays in host memory); elsewhere that position is NaN.
    OptionError
        A wrong option; an `ignore_index` >= 0 with probabilities.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    cross_entropy : takes logits.
    linear_log_probs : the log-probabilities and the entropies.

    Notes
    -----
    Divisor of the mean: that of `cross_entropy`, for ids the sum of the weights :math:`w_y` kept (their number without
    weights), for probabilities the number of positions. Smooth everywhere.
    Equals `cross_entropy` of the logits in value and in every derivative. Equals torch's
    `torch.nn.functional.linear_cross_entropy`, whose chunked path knows neither `torch.func` nor second derivatives,
    nor probabilities, smoothing and several positions; but the mean over nothing is 0, and ids are told from
    probabilities by dtype, not by shape.
    Beside its inputs and gradients it holds a few arrays of `chunk_size` times C numbers, also under `jax.jit`,
    `torch.func` and `torch.compile`; a second derivative by the tape (NumPy, CuPy) holds all logits, and so may a
    gradient of unreduced losses that `torch.compile` makes. `input` in half precision is computed in float32, for which
    `linear_weight` is copied.

    References
    ----------
    Chunks: Wijmans et al., "Cut your losses in large-vocabulary language models", ICLR 2025,
    https://arxiv.org/abs/2411.09009
    z-loss: Chowdhery et al., "PaLM: Scaling language modeling with pathways", JMLR 2023,
    https://arxiv.org/abs/2204.02311

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> hidden, head = np.array([[1.0, 2.0], [0.0, 1.0]]), np.eye(3, 2)
    >>> round(float(al.linear_cross_entropy(hidden, head, [1, 1])), 6)
    0.479525
    """
    logits, axis = logits_of(input, linear_weight, linear_bias), input.ndim - 1
    z = logits if softcap is None else softcap * namespace(logits).tanh(logits / softcap)
    loss, w_y = formula(cross_entropy)(z, target, weight, label_smoothing=label_smoothing, axis=axis)
    return loss if is_zero(z_loss) else loss + multiply_no_nan(w_y, z_loss * logsumexp(z, axis) ** 2), w_y


@linear_cross_entropy.derivative
def linear_cross_entropy_derivative(
    input: Array,
    linear_weight: Array,
    target: Array,
    *,
    linear_bias: Array | None,
    weight: Array | None,
    label_smoothing: float,
    softcap: float | None,
    z_loss: float,
    **_: Any,
) -> Derivative:
    r"""That of cross-entropy, :math:`2 \zeta\, w_y\, \Lambda\, p`, and :math:`1 - (z / s)^2` for the softcap."""
    z, axis = logits_of(input, linear_weight, linear_bias), input.ndim - 1
    z = z if softcap is None else softcap * namespace(z).tanh(z / softcap)
    both = derivative_of(cross_entropy)(z, target, weight, label_smoothing=label_smoothing, axis=axis)
    (loss, w_y), plain = both
    if softcap is None and not z_loss:
        return (loss, w_y), plain
    lse = logsumexp(z, axis)

    def slope() -> Array:
        g = plain()
        if z_loss:
            g = g + multiply_at(multiply_no_nan(w_y, 2 * z_loss * lse), softmax(z, axis), axis)
        return g if softcap is None else g * (1 - (z / softcap) ** 2)

    return (loss + multiply_no_nan(w_y, z_loss * lse**2) if z_loss else loss, w_y), slope


LinearCrossEntropyLoss = loss_class(linear_cross_entropy, "LinearCrossEntropyLoss", arrays=3)
