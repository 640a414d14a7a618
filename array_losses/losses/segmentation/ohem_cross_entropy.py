"""Cross-entropy of the hardest pixels."""

from typing import Unpack

from ...backends import namespace
from ...families.declared import declared
from ...families.labels import ClassIds
from ...families.layout import layout
from ...families.roles import Real, Weight
from ...numerics import class_weight_or_none, log_softmax_at, multiply_no_nan, smallest_mask, stop_gradient
from ...objects import loss_class
from ...options import Axis, ClassId, Count, OptionalFraction
from ...typing import Array, ArrayLike, ArrayT, Options


@declared(
    layout(
        {"input": Real("N? C *S"), "target": ClassIds("N? *S", "C"), "weight": Weight("C")},
        returns="N? *S",
        axis="C",
    ),
    tasks=("segmentation", "multiclass"),
    divisor="weights",
    gather="which pixels are the hardest depends on all; gather `input` and `target` of all parts first",
)
def ohem_cross_entropy(
    input: ArrayT,
    target: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    threshold: OptionalFraction = None,
    min_kept: Count = 100_000,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Softmax cross-entropy of the pixels whose class the model finds least probable (online hard example mining).

    Segmentation, where most pixels are easy: they drown the others in the mean.

    .. math:: l_i = -w_{y_i} \ln p_{i, y_i} \quad \text{for } i \in H, \text{ else } 0

    with p the softmax of the logits z = input, the ids y = target, w = weight, and H the `min_kept` positions of least
    :math:`p_{i, y_i}` in the whole batch, with every one below `threshold`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Logits, any real number; -inf excludes a class.
    target : array, shape (N, *S)
        Class ids in [0, C) of any integer dtype.
    weight : array, shape (C,), optional
        Weights of the classes; they have no say in which pixels are hard.
    threshold : float in [0, 1], optional
        A pixel whose class has a probability below counts, however many there are. Without it exactly `min_kept` do.
    min_kept : int >= 0, default 100_000
        The number of pixels of the batch, the hardest, that count in any case; all where there are no more.
    ignore_index : int, default -100
        Positions with this id do not count, nor are they ranked.
    axis : int, default 1
        The class axis (0 for a 1-d input); -1 for channels last.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N, *S) for "none", 0 at what is not hard; in the dtype of `input` (float32 for a half
        precision). The hardest pixels of two batches are not those of both together, so there is no "sums": gather the
        logits first.

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        An id outside [0, C) that is not `ignore_index`, where looking is free (concrete arrays in host memory);
        elsewhere that position is NaN if it counts.
    OptionError
        A wrong option; ``reduction="sums"``.
    DTypeError, NamespaceError
        A wrong dtype (probabilities are no target here), an array of another library or device.

    See Also
    --------
    cross_entropy : of all pixels.
    focal_loss : weighs the easy ones down instead.

    Notes
    -----
    Divisor of the mean: the sum of the weights :math:`w_y` of the pixels that count, their number without weights. Of
    equal probabilities those are taken that come first. `where` and ids to ignore leave pixels out before they are
    ranked; `sample_weight` weighs what is left. The choice of the pixels has no derivative. mmsegmentation's
    `OHEMPixelSampler` ranks the same way with a threshold; its `min_kept` counts for each image, and without a
    threshold it ranks by weighted losses.

    References
    ----------
    Shrivastava et al., "Training region-based object detectors with online hard example mining", CVPR 2016,
    https://arxiv.org/abs/1604.03540

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.log([[0.9, 0.4, 0.2, 0.7], [0.1, 0.6, 0.8, 0.3]])[None]
    >>> al.ohem_cross_entropy(logits, [[0, 0, 0, 0]], min_kept=1, reduction="none").round(6).tolist()
    [[0.0, 0.0, 1.609438, 0.0]]
    >>> round(float(al.ohem_cross_entropy(logits, [[0, 0, 0, 0]], min_kept=1, threshold=0.5)), 6)
    1.262864
    """
    xp, kept = namespace(input), options.get("where")
    log_p, w_y = log_softmax_at(input, target, axis), class_weight_or_none(weight, target)
    rank = stop_gradient(log_p)
    hard: Array = smallest_mask(rank if kept is None else xp.where(kept, rank, 1.0), min_kept)  # 1 is after all ranks
    if threshold is not None:
        hard = hard | (xp.exp(rank) < threshold)
    hard = hard if kept is None else hard & kept
    return xp.where(hard, -multiply_no_nan(w_y, log_p), 0.0), hard, w_y


OHEMCrossEntropyLoss = loss_class(ohem_cross_entropy, "OHEMCrossEntropyLoss")
