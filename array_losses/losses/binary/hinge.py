"""Hinge."""

from typing import Annotated, Literal, Unpack

from ...domains import SIGNS, UNIT
from ...families.pointwise import pointwise
from ...numerics import relu
from ...objects import loss_class
from ...options import Choice, Finite
from ...typing import ArrayLike, ArrayT, Options

Labels = Annotated[Literal["pm1", "01"], Choice("pm1", "01")]


@pointwise(
    tasks=("binary",),
    labels=True,
    domains={"target": lambda options: SIGNS if options["labels"] == "pm1" else UNIT},
)
def hinge_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    margin: Finite = 1.0,
    labels: Labels = "pm1",
    **options: Unpack[Options],
) -> ArrayT:
    r"""Hinge of the margin between a score and the label's side of zero.

    The loss of support vector machines: nothing where a score is right by a margin, else what it lacks of that.

    .. math:: l = \max(0, m - y z)

    with z = input, m = margin, and y = target, or :math:`2 \, \text{target} - 1` where the labels are 0 and 1.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Scores z, unbounded.
    target : array, shape (N, *S)
        Labels -1 and 1; with ``labels="01"`` 0 and 1, or probabilities between them.
    weight : array, optional
        Weights broadcastable to `input`; they multiply the loss.
    margin : float, default 1.0
        m, the score from which a label costs nothing.
    labels : "pm1" or "01", default "pm1"
        What the labels are: never guessed from their values.
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
        A label that is not -1 or 1 (or with ``labels="01"`` outside [0, 1]), where looking is free (concrete arrays in
        host memory); elsewhere it gives NaN.
    DTypeError, NamespaceError, OptionError
        A wrong dtype, an array of another library or device, a wrong option.

    See Also
    --------
    binary_cross_entropy_with_logits : smooth, and with probabilities behind it.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights. At the kink, where y z = m, the derivative is 0.
    Equals `optax.hinge_loss` and `keras.losses.Hinge` (before its mean over the last axis) on labels of -1 and 1. Keras
    converts labels of 0 and 1 where a whole batch holds no other, and optax takes a 0 for a label whose loss is
    constant: here a 0 among labels of -1 and 1 is an error.

    References
    ----------
    C. Cortes, V. Vapnik: Support-vector networks, 1995, https://doi.org/10.1007/BF00994018

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> float(al.hinge_loss(np.array([0.5, -2.0, 3.0]), [1, -1, -1]))
    1.5
    """
    y = target if labels == "pm1" else 2 * target - 1
    return relu(margin - y * input)


HingeLoss = loss_class(hinge_loss, "HingeLoss")
