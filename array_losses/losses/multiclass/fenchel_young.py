"""Fenchel-Young losses."""

from typing import Unpack

from ...backends import backend_of, is_floating, namespace
from ...errors import ShapeError, describe, fail
from ...families.classwise import classwise
from ...numerics import multiply_no_nan, take_class
from ...options import Axis, ClassId, MaxFunction
from ...typing import Array, ArrayLike, ArrayT, Options


@classwise(tasks=("multiclass", "segmentation"), divisor="count")
def fenchel_young_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    max_fun: MaxFunction,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Fenchel-Young loss of a regularized maximum, which you give: what the true class lacks to it.

    One loss for each way to make probabilities of scores: the derivative of the maximum is the predicted distribution,
    and that of the loss is how far it is from the target. A function alone: it has no class, as a function among the
    options is no plain data.

    .. math:: l = \Omega^*(z) - q \cdot z, \qquad \Omega^*(z) = \max_p \left( p \cdot z - \Omega(p) \right)

    with the scores z = input, :math:`\Omega^*` = max_fun, and the probabilities q = target, one-hot for ids. What does
    not depend on z, :math:`\Omega(q)`, is left out: it is 0 for ids and most regularizers :math:`\Omega`, but 1/2 for
    ids and :math:`\Omega(p) = |p|^2 / 2`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Scores, any real number; -inf excludes a class, where `max_fun` knows that.
    target : array, shape (N, *S) or (N, C, *S)
        Class ids in [0, C) of any integer dtype, or floating class probabilities of the shape of `input`.
    max_fun : callable
        :math:`\Omega^*`, a function of scores that reduces their last axis: called with an array of `input`'s library,
        of shape (N, *S, C), it returns one of shape (N, *S). Its derivatives are those of the library, or of the tape.
    ignore_index : int, default -100
        Positions with this id do not count; `max_fun` gets zeros for them.
    axis : int, default 1
        The class axis (0 for a 1-d input); -1 for channels last.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N, *S) for "none", in the dtype of `input` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        The shapes do not fit, or `max_fun` does not reduce the last axis.
    DomainError
        An id outside [0, C) that is not `ignore_index`, or a probability outside [0, 1], where looking is free
        (concrete arrays in host memory); elsewhere that position is NaN.
    OptionError
        A wrong option; an `ignore_index` >= 0 with probabilities.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    cross_entropy : of the logarithm of the sum of exponentials, and exact where the score of the true class is large.
    sparsemax_loss : of the maximum regularized by half the square, with the term :math:`\Omega(q)`.

    Notes
    -----
    Divisor of the mean: the number of positions kept, also with weights; ``normalizer="weights"`` divides by their
    `sample_weight`. As smooth as `max_fun`. Two large numbers cancel where the scores are large. Equals the functions
    that optax's `make_fenchel_young_loss` makes, whose `max_fun` takes one vector: ``jax.vmap(max_fun)`` is ours for
    an `input` of shape (N, C). Under JAX it is compiled with the function that calls it, not by itself.

    References
    ----------
    Blondel et al., "Learning with Fenchel-Young losses", JMLR 21, 2020, https://arxiv.org/abs/1901.02324

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> scores = np.array([[2.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    >>> al.fenchel_young_loss(scores, [0, 1], max_fun=lambda z: np.max(z, axis=-1), reduction="none").tolist()
    [0.0, 0.0]
    >>> log_sum_exp = lambda z: np.log(np.sum(np.exp(z), axis=-1))
    >>> round(float(al.fenchel_young_loss(scores, [0, 1], max_fun=log_sum_exp)), 6)
    0.360645
    """
    xp = namespace(input)
    if is_floating(target):
        of_target = xp.sum(multiply_no_nan(target, input), axis=axis)
    else:
        of_target = take_class(input, target, axis)
    others = [each for each in range(input.ndim) if each != axis]
    scores = xp.permute_dims(input, (*others, axis))
    largest: Array = max_fun(scores)
    if getattr(largest, "shape", None) != of_target.shape:
        expected = f"reduce the last axis, and return an array of shape {tuple(of_target.shape)}"
        given = f"of shape {tuple(scores.shape)}"
        fail(ShapeError, "fenchel_young_loss", "max_fun", expected, f"{describe(largest)} for scores {given}")
    return backend_of(largest).cast(largest, input.dtype) - of_target, None
