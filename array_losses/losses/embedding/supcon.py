"""Supervised contrastive loss."""

from typing import Unpack

from ...backends import namespace
from ...families.declared import declared
from ...families.layout import layout
from ...families.roles import Labels, Real
from ...numerics import cosines, log_softmax
from ...objects import loss_class
from ...options import Flag, Positive
from ...typing import ArrayLike, ArrayT, Options
from .ntxent import pairs


@declared(
    layout({"input": Real("N D"), "target": Labels("N")}, returns="N"),
    tasks=("embedding",),
    gather="its pairs are those of the whole batch; gather `input` and `target` of all parts first",
)
def supcon_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    temperature: Positive = 0.1,
    skip_anchors_without_positives: Flag = True,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Cross-entropy of each embedding, averaged over those of its id, against all others of the batch.

    Supervised contrastive learning: every embedding of a class is drawn to all others of that class.

    .. math:: l_i = -\frac{1}{|P_i|} \sum_{p \in P_i} \ln \frac{\exp s_{ip}}{\sum_{k \ne i} \exp s_{ik}}, \qquad
        s_{ij} = \frac{x_i \cdot x_j}{\tau\, |x_i|\, |x_j|}

    with x = input, :math:`\tau` = temperature and the positives :math:`P_i`, the others with the id of the anchor i in
    target. Without one the loss is 0.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, D)
        Embeddings, any real numbers; they are normalized here.
    target : array, shape (N,)
        Ids of any integer dtype: what has one id belongs together.
    temperature : float > 0, default 0.1
        :math:`\tau`, by which cosines are divided.
    skip_anchors_without_positives : bool, default True
        False lets the mean count anchors without a positive, of loss 0.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", (N,), a loss for each anchor, for "none", in the dtype of `input` (float32 for a half
        precision). The pairs of two batches are not those of both together, so there is no "sums": gather the
        embeddings first.

    Raises
    ------
    ShapeError
        `input` is not (N, D), or `target` not (N,).
    OptionError
        A wrong option; ``reduction="sums"``.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    ntxent_loss : a loss for each positive pair.

    Notes
    -----
    `where`, of shape (N,), says which embeddings there are; others are in no pair. A `sample_weight` of shape (N,)
    weighs the anchors. Divisor of the mean: the number of anchors that have a positive (of all without
    `skip_anchors_without_positives`), also with weights; without one the mean is 0. The cosine with a zero vector is
    0, and so is its derivative. Equals pytorch-metric-learning `SupConLoss`, where that has a loss: of a batch without
    negatives it gives 0, and its mean leaves out losses of 0. This is the paper's loss with the sum outside of the
    logarithm, without its factor of temperature to base temperature.

    References
    ----------
    Khosla et al., "Supervised contrastive learning", NeurIPS 2020, https://arxiv.org/abs/2004.11362

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> x = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> round(float(al.supcon_loss(x, [0, 0, 1, 1], temperature=0.5)), 6)
    0.239545
    """
    xp = namespace(input)
    positive, negative = pairs(target, options.get("where"))
    s = cosines(input, input) / temperature
    far = float(xp.finfo(s.dtype).min)  # not -inf: the derivative of a row without pairs is 0
    log_p = log_softmax(xp.where(positive | negative, s, far), 1)
    count = xp.sum(xp.astype(positive, s.dtype), axis=1)
    loss = -xp.sum(xp.where(positive, log_p, 0.0), axis=1) / xp.where(count > 0, count, 1.0)
    return (loss, count > 0) if skip_anchors_without_positives else loss


SupConLoss = loss_class(supcon_loss, "SupConLoss")
