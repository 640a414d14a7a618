"""Lovasz-Softmax."""

from collections.abc import Mapping
from math import prod
from typing import Annotated, Any, Literal, Unpack

from ...backends import namespace
from ...domains import UNIT
from ...families.declared import declared
from ...families.labels import ClassIds
from ...families.layout import Layout, layout
from ...families.roles import Real, Weight
from ...numerics import divide_no_nan, expand_at, lovasz_jaccard, one_hot, sigmoid, softmax
from ...objects import loss_class
from ...options import Activation, Axis, Choice, ClassId, Flag
from ...typing import Array, ArrayLike, ArrayT, Options

Averaged = Annotated[Literal["present", "all"], Choice("present", "all")]


def arranged(options: Mapping[str, Any]) -> Layout:
    """The arrays, for these options."""
    roles = {
        "input": Real("N C *S", None if options["activation"] else UNIT),
        "target": ClassIds("N *S", "C"),
        "weight": Weight("C"),
    }
    return layout(roles, returns="N" if options["per_image"] else "", where="N *S", axis="C")


@declared(
    arranged,
    tasks=("segmentation",),
    gather="its pixels are sorted all together; gather `input` and `target` of all parts first, or give per_image=True",
    additive="per_image",
)
def lovasz_softmax_loss(
    input: ArrayT,
    target: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    classes: Averaged = "present",
    per_image: Flag = False,
    activation: Activation = "softmax",
    ignore_index: ClassId = -100,
    axis: Axis = 1,
    **options: Unpack[Options],
) -> ArrayT:
    r"""Jaccard loss of hard predictions, extended to probabilities: the Lovasz extension, for each class.

    For segmentation that is judged by its mean IoU, mostly to finish a training that began with cross-entropy.

    .. math:: l_c = \sum_i e_{(i)}\, (J_i - J_{i-1}), \qquad J_i = 1 - \frac{T - t_i}{T + i - t_i}, \qquad
        e = \begin{cases} 1 - p_c & y = c \\ p_c & y \ne c \end{cases}

    with the errors e of all pixels in descending order, the number :math:`t_i` of pixels of class c among the first i,
    all of which are T, :math:`J_0 = 0`, the probabilities p and the class ids y. The loss is the mean of the
    :math:`l_c`, weighted by `weight`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, C, *S)
        Logits, any real number; probabilities with ``activation=None``.
    target : array, shape (N, *S)
        Class ids in [0, C) of any integer dtype.
    weight : array, shape (C,), optional
        Weights of the classes in their mean, which is divided by those of the classes that count.
    classes : "present" or "all", default "present"
        The classes that count: those that some pixel has, or all; one that is absent costs its largest probability.
    per_image : bool, default False
        False sorts the pixels of the batch together, True those of each image.
    activation : "softmax", "sigmoid" or None, default "softmax"
        "softmax" for exclusive classes, "sigmoid" for each against the others, None for probabilities.
    ignore_index : int, default -100
        Pixels with this id do not count.
    axis : int, default 1
        The class axis; -1 for channels last.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum"; for "none" (N,), or () without `per_image`; in the dtype of `input` (float32 for a
        half precision). The order of the pixels of two batches is not that of both together, so there is "sums", to be
        merged later, with `per_image` alone: else gather the batches first.

    Raises
    ------
    ShapeError
        The shapes do not fit.
    DomainError
        A bad id or probability, where looking is free (concrete arrays in host memory); elsewhere the loss of that
        image, or of the batch, is NaN.
    OptionError
        A wrong option; ``reduction="sums"`` without `per_image`.
    MissingFunctionError
        The arrays are of a library that cannot sort, such as Dask.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    jaccard_loss : of probabilities, and additive. lovasz_hinge_loss : of one class.

    Notes
    -----
    `where` masks pixels, (N, *S); a `sample_weight` of shape (N,) goes with `per_image`, one of shape () with both.
    Divisor of the mean: the number of images with a pixel left, also with weights, or 1 without `per_image`.
    Piecewise linear in p. Kinks: where errors are equal, the derivative is that of the order of the pixels in memory,
    the earlier one first. A loss of certain predictions is the mean of 1 - IoU. Equals segmentation_models_pytorch
    `LovaszLoss("multiclass")`, and with ``classes="all", per_image=True`` kornia `lovasz_softmax_loss`, whose weighted
    mean divides by C.

    References
    ----------
    Berman et al., "The Lovasz-Softmax loss: a tractable surrogate for the optimization of the intersection-over-union
    measure in neural networks", CVPR 2018, https://arxiv.org/abs/1705.08790

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> logits = np.array([[[4.0, 0.0, 0.0], [0.0, 4.0, 1.0]]])  # one image of three pixels, two classes
    >>> round(float(al.lovasz_softmax_loss(logits, [[0, 1, 0]])), 6)
    0.374522
    """
    xp, where = namespace(input), options.get("where")
    logits: Any = input
    p = softmax(logits, axis) if activation == "softmax" else sigmoid(logits) if activation == "sigmoid" else logits
    true = one_hot(target, input.shape[axis], axis)
    e, truth = (by_class(each, axis, per_image) for each in (xp.where(true, 1 - p, p), true))
    kept = None if where is None else by_class(expand_at(where, axis), axis, per_image)
    seen = truth if kept is None else truth & kept
    some = xp.ones_like(truth) if kept is None else xp.broadcast_to(kept, truth.shape)
    counts = xp.any(seen if classes == "present" else some, axis=-1)
    w = xp.astype(counts, input.dtype) if weight is None else xp.where(counts, weight, 0.0)
    loss = divide_no_nan(xp.sum(w * lovasz_jaccard(e, truth, kept), axis=-1), xp.sum(w, axis=-1))
    return loss, xp.any(some, axis=(-2, -1))


def by_class(x: Array, axis: int, per_image: bool) -> Array:
    """An array with the pixels of each class, of the batch or of an image, on the last axis."""
    xp, axes = namespace(x), list(range(x.ndim))
    axes.insert(1 if per_image else 0, axes.pop(axis))
    moved = xp.permute_dims(x, tuple(axes))
    lead = 2 if per_image else 1
    return xp.reshape(moved, (*moved.shape[:lead], prod(moved.shape[lead:])))


LovaszSoftmaxLoss = loss_class(lovasz_softmax_loss, "LovaszSoftmaxLoss")
