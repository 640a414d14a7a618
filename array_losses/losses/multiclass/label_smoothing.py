"""Cross-entropy with smoothed labels, and the smoothing of labels."""

from typing import Any, Unpack

from ...arguments import Arguments
from ...errors import OptionError, fail
from ...families.classwise import classwise
from ...families.function import formula
from ...families.labels import class_axis, class_ids
from ...intervals import UNIT
from ...numerics import one_hot, smooth
from ...objects import loss_class
from ...options import Axis, ClassId, Fraction, Integer, Number
from ...typing import Array, ArrayLike, ArrayT, Derivative, Options
from .cross_entropy import cross_entropy, cross_entropy_derivative

__all__ = ["LabelSmoothingLoss", "label_smoothing_loss", "smooth_labels"]


@classwise(tasks=("multiclass", "segmentation"), torch="cross_entropy")
def label_smoothing_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    smoothing: Fraction = 0.1,
    weight: ArrayLike | None = None,
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Cross-entropy with labels of which a share is spread over all classes.

    Keeps a classifier from growing certain: `cross_entropy` under the name, and with the default, that this use has.

    .. math:: l = -(1 - \varepsilon)\, w_y\, \ell_y - \frac{\varepsilon}{C} \sum_c w_c\, \ell_c

    with the log-probabilities :math:`\ell = z - \ln \sum_c e^{z_c}` of the logits z = input, the ids y = target,
    w = weight and :math:`\varepsilon` = smoothing.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S) or (C,)
        Logits, any real number.
    target : array, shape (N, *S) or (N, C, *S)
        Class ids in [0, C) of any integer dtype, or floating class probabilities of the shape of `input`.
    smoothing : float in [0, 1], default 0.1
        :math:`\varepsilon`, the share of the label that is spread over all C classes, the right one included.
    weight : array, shape (C,), optional
        Weights of the classes.
    ignore_index : int, default -100
        Positions with this id do not count.
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
    ShapeError, DomainError, OptionError, DTypeError, NamespaceError
        As `cross_entropy`.

    See Also
    --------
    cross_entropy : ``label_smoothing=`` is the same there.
    smooth_labels : the smoothed labels themselves.

    Notes
    -----
    Divisor of the mean: as in `cross_entropy`. Equals torch's, Keras', optax' and timm's label smoothing; some texts
    spread the share over the other C - 1 classes only. With `weight`, torch's rule: :math:`w_c` inside the sum, and
    the sum of :math:`w_y` as divisor.

    References
    ----------
    Szegedy et al., "Rethinking the Inception architecture", CVPR 2016, https://arxiv.org/abs/1512.00567

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> round(float(al.label_smoothing_loss(np.array([[2.0, 0.0, -1.0]]), [0])), 6)
    0.336513
    """
    return formula(cross_entropy)(
        input, target, weight, label_smoothing=smoothing, ignore_index=ignore_index, axis=axis
    )


@label_smoothing_loss.derivative
def label_smoothing_derivative(
    input: Array, target: Array, *, smoothing: float, weight: Array | None, axis: int, **_: Any
) -> Derivative:
    """That of `cross_entropy`."""
    return cross_entropy_derivative(input, target, weight, label_smoothing=smoothing, axis=axis)


LabelSmoothingLoss = loss_class(label_smoothing_loss, "LabelSmoothingLoss")


def smooth_labels(target: Any, smoothing: float = 0.1, *, num_classes: int | None = None, axis: int = 1) -> Any:
    r"""Labels of which a share is spread over all classes.

    .. math:: q' = (1 - \varepsilon)\, q + \varepsilon / C

    .. versionadded:: 0.1

    Parameters
    ----------
    target : array, shape (N, *S) or (N, C, *S)
        Class ids, which need `num_classes`, or floating class probabilities.
    smoothing : float in [0, 1], default 0.1
        :math:`\varepsilon`.
    num_classes : int, optional
        C, for class ids.
    axis : int, default 1
        The class axis, of the probabilities or of the result (0 for a single id or a 1-d array of probabilities).

    Returns
    -------
    array, shape (N, C, *S)
        Class probabilities; for ids in the default floating dtype of the library.

    Raises
    ------
    OptionError
        `smoothing` outside [0, 1]; `num_classes` missing for ids, or given for probabilities.
    DTypeError
        `target` holds neither integers nor floating numbers.
    DomainError
        An id outside [0, C), where looking is free; elsewhere its probabilities are NaN.

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> al.smooth_labels(np.array([0, 2]), 0.3, num_classes=3).round(6).tolist()
    [[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]]
    """
    call = Arguments("smooth_labels", "target", target, kinds=("integer", "half", "real"))
    share = Number(UNIT).check(call.function, "smoothing", smoothing)
    along = Integer().check(call.function, "axis", axis)
    count = Integer(optional=True).check(call.function, "num_classes", num_classes)
    xp, cast = call.backend.xp, call.backend.cast
    if call.kind(target) != "integer":
        if count is not None:
            fail(OptionError, call.function, "num_classes", "be None for class probabilities", str(count))
        classes = target.shape[class_axis(call, along)]
        q = cast(target, call.compute)
        return cast((1 - share) * q + share / classes, call.dtype)  # a new array, also without smoothing
    if count is None:
        hint = "; one-hot labels are class probabilities: cast them to a floating dtype" if target.ndim > 1 else ""
        fail(OptionError, call.function, "num_classes", "be the number of classes, for class ids", f"None{hint}")
    along = min(along, target.ndim) % (target.ndim + 1)
    ids = call.backend.as_ids(target)
    labels = class_ids(call, "target", ids, count, None, None)
    q = smooth(cast(one_hot(ids, count, along), call.backend.default_float()), share, count)
    return q if labels.valid is None else xp.where(xp.expand_dims(labels.valid(ids), axis=along), q, float("nan"))
