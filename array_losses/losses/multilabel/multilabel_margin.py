"""Multilabel margin loss."""

from typing import Unpack, cast

from ...backends import namespace
from ...families.declared import declared
from ...families.label_sets import LabelSets
from ...families.layout import layout
from ...families.roles import Real
from ...numerics import label_counts, pair_violations, stop_gradient
from ...objects import loss_class
from ...typing import Array, ArrayLike, ArrayT, Options


@declared(
    layout({"input": Real("*S C"), "target": LabelSets("*S C")}, returns="*S"),
    tasks=("multilabel",),
    torch="multilabel_margin_loss",
)
def multilabel_margin_loss(input: ArrayT, target: ArrayLike, **options: Unpack[Options]) -> ArrayT:
    r"""Shortfall of the scores of the classes that are there from a lead of 1 over each class that is not.

    The hinge loss of several labels at once: every class that is there should lie above every one that is not.

    .. math:: l = \frac{1}{C} \sum_{j \in y} \sum_{i \notin y} \max(1 - x_j + x_i, 0)

    with the scores x = input of the C classes, and the classes y that `target` says are there.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (*S, C)
        Scores, any real number; the samples lie along *S, (N,) as a rule.
    target : array, shape (*S, C)
        Ids in [0, C) of the classes that are there, of any integer dtype; -1 ends a list that is shorter than C, and
        what follows does not count. Or booleans: whether each class is there.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (*S), a loss for each sample, for "none", in the dtype of `input` (float32 for a half
        precision); `Sums` for "sums".

    Raises
    ------
    ShapeError
        `target` has not the shape of `input`.
    DomainError
        An id outside [-1, C), where looking is free (concrete arrays in host memory); elsewhere that sample is NaN.
    DTypeError, NamespaceError
        A wrong dtype (labels of 0 and 1 as numbers are no target here: make them booleans), an array of another library
        or device.
    OptionError
        A wrong option.

    See Also
    --------
    multi_margin_loss : of exclusive classes.
    binary_cross_entropy_with_logits : of labels that do not exclude each other, each by itself.

    Notes
    -----
    Divisor of the mean: the number of samples kept, also with weights; ``normalizer="weights"`` divides by their
    `sample_weight`. An id that stands twice in a list counts twice, as in torch. A sample without labels, or with all,
    costs nothing. The derivative of a pair is 0 at the lead of 1. All pairs of a sample are made at once,
    :math:`C^2` numbers. Equals `torch.nn.functional.multilabel_margin_loss`, which takes no masks.

    References
    ----------
    Crammer and Singer, "A family of additive online algorithms for category ranking", JMLR 3, 2003,
    https://jmlr.org/papers/v3/crammer03b.html

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> scores = np.array([[0.5, 2.0, -1.0, 1.0]])
    >>> float(al.multilabel_margin_loss(scores, [[1, 3, -1, -1]]))
    0.125
    >>> float(al.multilabel_margin_loss(scores, np.array([[False, True, False, True]])))
    0.125
    """
    xp, there = namespace(input), cast("Array", target)
    counts = xp.astype(there, input.dtype) if there.dtype == xp.bool else label_counts(there, stop_gradient(input))
    return pair_violations(input, counts) / max(input.shape[-1], 1)


MultiLabelMarginLoss = loss_class(multilabel_margin_loss, "MultiLabelMarginLoss")
