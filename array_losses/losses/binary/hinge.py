"""Hinge loss of labels -1 and 1."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Unpack

from ...domains import BITS, SIGNS, Domain
from ...families.pointwise import pointwise
from ...numerics import relu
from ...objects import loss_class
from ...options import Choice, NonNegative
from ...typing import ArrayLike, ArrayT, Options

SignLabels = Annotated[Literal["pm1", "01"], Choice("pm1", "01")]


def label_domain(options: Mapping[str, Any]) -> Domain:
    """What `target` may hold."""
    return SIGNS if options["labels"] == "pm1" else BITS


@pointwise(tasks=("binary",), labels=True, domains={"target": label_domain})
def hinge_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    margin: NonNegative = 1.0,
    labels: SignLabels = "pm1",
    **options: Unpack[Options],
) -> ArrayT:
    r"""Shortfall of the score of the right sign from a margin.

    The loss of linear support vector machines: what is right by `margin` or more costs nothing, everything else in
    proportion to what it lacks.

    .. math:: l = \max(m - y z, 0)

    with z = input, m = margin, and the label y of -1 or 1: y = target, or :math:`y = 2\, \text{target} - 1` for labels
    of 0 and 1.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Scores, any real number; the sign is the decision.
    target : array, shape (N, *S)
        Labels of any dtype, -1 or 1 (0 or 1 with ``labels="01"``, boolean too); nothing between the two.
    margin : float >= 0, default 1.0
        The score, with the right sign, from which on nothing is lost; 0 gives the loss of the perceptron.
    labels : {"pm1", "01"}, default "pm1"
        What `target` holds: -1 and 1, or 0 and 1. It is never guessed from the values.
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
        A target that is none of the two labels, where looking is free (concrete arrays in host memory); elsewhere it
        gives NaN.
    OptionError
        `margin` is negative, or `labels` neither "pm1" nor "01".
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    binary_cross_entropy_with_logits : smooth, and its scores are log-odds.

    Notes
    -----
    Divisor of the mean: the number of elements, also with weights; ``normalizer="weights"`` divides by them, as
    scikit-learn does. The derivative is -y below the margin, 0 above it and at it (optax has half of -y there). At
    :math:`\pm\infty` a right answer costs 0 and a wrong one inf. Equals optax and Keras for labels of -1 and 1; but
    Keras converts labels of 0 and 1 only where a whole batch holds nothing else, and in optax a label of 0 costs 1
    whatever the score: here both are an error.

    References
    ----------
    Cortes and Vapnik, "Support-vector networks", Machine Learning 20, 1995, https://doi.org/10.1007/BF00994018

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> scores = np.array([0.25, 2.0, -0.5])
    >>> al.hinge_loss(scores, [1, 1, 1], reduction="none").tolist()
    [0.75, 0.0, 1.5]
    >>> al.hinge_loss(scores, [0, 1, 0], labels="01", reduction="none").tolist()
    [1.25, 0.0, 0.5]
    """
    y = 2 * target - 1 if labels == "01" else target
    return relu(margin - y * input)


HingeLoss = loss_class(hinge_loss, "HingeLoss")
