"""Cross-entropy with soft labels."""

from typing import Unpack

from ...families.classwise import classwise
from ...families.function import formula
from ...numerics import is_zero
from ...objects import loss_class
from ...options import Axis, Positive
from ...typing import ArrayLike, ArrayT, Options
from .cross_entropy import cross_entropy


@classwise(tasks=("multiclass", "segmentation"), torch="cross_entropy", ids=False)
def soft_cross_entropy(
    input: ArrayT,
    target: ArrayLike,
    *,
    temperature: Positive = 1.0,
    weight: ArrayLike | None = None,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Cross-entropy between class probabilities and the softmax of logits that are divided by a temperature.

    For labels that are shared among classes (mixup, several annotators), and for distillation, where they are what a
    teacher gives at the same temperature.

    .. math:: l = -\sum_c w_c\, q_c \ln \frac{\exp(z_c / T)}{\sum_k \exp(z_k / T)}

    with the logits z = input, q = target, T = temperature and w = weight.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Logits, any real number; -inf excludes a class.
    target : array, shape (N, C, *S) or (C,)
        Class probabilities in [0, 1] of any dtype, one-hot labels among them; they need not sum to 1.
    temperature : float > 0, default 1.0
        T: above 1 it evens the probabilities out.
    weight : array, shape (C,), optional
        Weights of the classes.
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
        `target` has not the shape of `input`, as class ids have not.
    DomainError
        A probability outside [0, 1], where looking is free (concrete arrays in host memory); elsewhere that position
        is NaN.
    OptionError
        A wrong option.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    cross_entropy : takes class ids too.
    label_smoothing_loss : makes soft labels of class ids.

    Notes
    -----
    Divisor of the mean: the number of positions, weighted or not, as in torch; ``normalizer="weights"`` sums
    :math:`\sum_c w_c q_c`. Smooth everywhere. A logit of -inf costs nothing at a class of target 0. The derivative
    falls with 1 / T, that of distillation with :math:`1 / T^2`, since the teacher grows even too: where a mixture with
    a loss of hard labels should not depend on T, multiply by :math:`T^2`. Equals `torch.nn.functional.cross_entropy`
    of input / T with a floating target, and with ``temperature=1`` timm's `SoftTargetCrossEntropy`.

    References
    ----------
    Hinton et al., "Distilling the knowledge in a neural network", 2015, https://arxiv.org/abs/1503.02531

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> student, teacher = np.array([[2.0, 0.0, -1.0]]), np.array([[0.7, 0.2, 0.1]])
    >>> round(float(al.soft_cross_entropy(student, teacher, temperature=2.0)), 6)
    0.814369
    """
    z = input if is_zero(temperature - 1) else input / temperature
    return formula(cross_entropy)(z, target, weight, label_smoothing=0.0, axis=axis)


SoftCrossEntropyLoss = loss_class(soft_cross_entropy, "SoftCrossEntropyLoss")
