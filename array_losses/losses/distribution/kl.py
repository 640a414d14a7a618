"""Kullback-Leibler divergence."""

from typing import Unpack

from ...domains import UNIT, Interval
from ...families.pointwise import pointwise
from ...numerics import relative_entropy, relative_entropy_of_logs
from ...objects import loss_class
from ...options import Flag
from ...typing import ArrayLike, ArrayT, BatchMeanOptions

LOGS = Interval(high=0)
"""The logarithms of probabilities."""


@pointwise(
    tasks=("distribution",),
    torch="kl_div",
    domains={"target": lambda options: LOGS if options["log_target"] else UNIT},
    batch_mean=True,
)
def kl_div(
    input: ArrayT, target: ArrayLike, *, log_target: Flag = False, **options: Unpack[BatchMeanOptions]
) -> ArrayT:
    r"""Kullback-Leibler divergence of predicted log-probabilities from true probabilities, entry by entry.

    What it costs to take a prediction for the truth: fitting a distribution, distilling a model, variational bounds.

    .. math:: l = p\, (\ln p - \ln q)

    with :math:`\ln q` = input and p = target, or :math:`\ln p` = target with `log_target`. Its sum over the entries of
    a distribution is :math:`\mathrm{KL}(p\, \|\, q)`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Log-probabilities of the model, as a log-softmax gives them; they are not checked. -inf is the probability 0.
    target : array, shape (N, *S)
        Probabilities in [0, 1], or with `log_target` their logarithms, at most 0.
    log_target : bool, default False
        Whether `target` holds log-probabilities, of which -inf is the probability 0.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum", the shape of `input` for "none", in the dtype of `input` (float32 for a half
        precision); `Sums` for "sums". A single entry may be below 0, the sum over two distributions is not.

    Raises
    ------
    ShapeError
        `target` has not the shape of `input`.
    DomainError
        A target outside its domain, where looking is free (concrete arrays in host memory); elsewhere it gives NaN.
    OptionError
        A wrong option; a `normalizer` beside "batchmean".
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    js_div : symmetric and bounded, one number for each distribution.
    cross_entropy : takes logits, and leaves out the entropy of the target.

    Notes
    -----
    Divisor of the mean: the number of entries, as in torch, also with weights; it is the divergence over the number of
    classes. The mean divergence of N distributions is ``normalizer=input.shape[0]``, or ``reduction="batchmean"``,
    torch's word, which is known here alone. The derivative by `input` is -p. Where p = 0 the loss is 0, also at
    q = 0, and its derivative by p is :math:`-\ln q` (0 at q = 0): the infinite slope of p ln p is left out. Where
    q = 0 < p the loss is inf.
    Equals `torch.nn.functional.kl_div`, which is NaN where p = q = 0. Others order and hold their arguments
    differently: in optax `kl_divergence` and Keras `KLDivergence` each loss is a sum over the last axis, and Keras
    takes the truth first and clips two probabilities.

    References
    ----------
    Kullback and Leibler, "On information and sufficiency", Annals of Mathematical Statistics 22, 1951,
    https://doi.org/10.1214/aoms/1177729694

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> log_q, p = np.log([[0.5, 0.5], [0.9, 0.1]]), [[0.75, 0.25], [0.9, 0.1]]
    >>> al.kl_div(log_q, p, reduction="none").round(6).tolist()
    [[0.304099, -0.173287], [0.0, 0.0]]
    >>> round(float(al.kl_div(log_q, p, reduction="batchmean")), 6)
    0.065406
    """
    return relative_entropy_of_logs(input, target) if log_target else relative_entropy(input, target)


KLDivLoss = loss_class(kl_div, "KLDivLoss")
