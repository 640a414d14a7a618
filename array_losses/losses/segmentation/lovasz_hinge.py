"""Lovasz hinge loss."""

from collections.abc import Mapping
from typing import Any, Unpack

from ...backends import namespace
from ...domains import BITS
from ...families.declared import declared
from ...families.layout import Layout, layout
from ...families.roles import Real
from ...numerics import expand_at, lovasz_jaccard, relu
from ...objects import loss_class
from ...options import Flag
from ...typing import ArrayLike, ArrayT, Options
from .lovasz_softmax import by_class


def arranged(options: Mapping[str, Any]) -> Layout:
    """The arrays, for these options."""
    roles = {"input": Real("N *S"), "target": Real("N *S", BITS, labels=True)}
    return layout(roles, returns="N" if options["per_image"] else "", where="N *S")


@declared(
    arranged,
    tasks=("segmentation", "binary"),
    gather="its pixels are sorted all together; gather `input` and `target` of all parts first, or give per_image=True",
    additive="per_image",
)
def lovasz_hinge_loss(
    input: ArrayT, target: ArrayLike, *, per_image: Flag = True, **options: Unpack[Options]
) -> ArrayT:
    r"""Jaccard loss of a hard binary prediction, extended to scores: the Lovasz extension at hinge errors.

    For binary segmentation that is judged by its IoU, mostly to finish a training that began with cross-entropy.

    .. math:: l = \sum_i e_{(i)}\, (J_i - J_{i-1}), \qquad J_i = 1 - \frac{T - t_i}{T + i - t_i}, \qquad
        e = \max(1 - (2 y - 1) z, 0)

    with z = input, y = target, the errors e of all pixels in descending order, the number :math:`t_i` of true pixels
    among the first i, all of which are T, and :math:`J_0 = 0`.

    .. versionadded:: 0.1

    Parameters
    ----------
    input : array, shape (N, *S)
        Scores, any real number; the sign is the decision.
    target : array, shape (N, *S)
        Labels 0 or 1 of any dtype, boolean too.
    per_image : bool, default True
        True sorts the pixels of each image, False those of the batch together.
    **options

    Returns
    -------
    array
        0-d for "mean" and "sum"; for "none" (N,), or () without `per_image`; in the dtype of `input` (float32 for a
        half precision). `Sums` for "sums", with `per_image` alone: the order of the pixels of two batches is not that
        of both together.

    Raises
    ------
    ShapeError
        `target` has not the shape of `input`.
    DomainError
        A target that is neither 0 nor 1, where looking is free (concrete arrays in host memory); elsewhere the loss of
        that image, or of the batch, is NaN.
    OptionError
        A wrong option; ``reduction="sums"`` without `per_image`.
    MissingFunctionError
        The arrays are of a library that cannot sort, such as Dask.
    DTypeError, NamespaceError
        A wrong dtype, an array of another library or device.

    See Also
    --------
    lovasz_softmax_loss : of probabilities, with classes. hinge_loss : of each pixel alone.

    Notes
    -----
    `where` masks pixels, (N, *S); a `sample_weight` of shape (N,) goes with `per_image`, one of shape () with both.
    Divisor of the mean: the number of images with a pixel left, also with weights, or 1 without `per_image`.
    Piecewise linear. Kinks: at a margin of 1 the derivative is 0; where errors are equal it is that of the order of the
    pixels in memory, the earlier one first. An image without true pixels costs its largest error. Equals kornia
    `lovasz_hinge_loss`, and segmentation_models_pytorch `LovaszLoss("binary")` with the same `per_image`, False there
    by default.

    References
    ----------
    Berman et al., "The Lovasz-Softmax loss: a tractable surrogate for the optimization of the intersection-over-union
    measure in neural networks", CVPR 2018, https://arxiv.org/abs/1705.08790

    Examples
    --------
    >>> import numpy as np
    >>> import array_losses as al
    >>> scores = np.array([[2.0, -0.5, 0.5, -2.0]])  # one image of four pixels
    >>> round(float(al.lovasz_hinge_loss(scores, [[1, 1, 0, 0]])), 6)
    1.0
    """
    xp, where = namespace(input), options.get("where")
    z: Any = input
    true = target == 1
    arrays = (relu(1 - xp.where(true, z, -z)), true, xp.ones_like(true) if where is None else where)
    e, truth, kept = (by_class(expand_at(each, 1), 1, per_image)[..., 0, :] for each in arrays)
    return lovasz_jaccard(e, truth, None if where is None else kept), xp.any(kept, axis=-1)


LovaszHingeLoss = loss_class(lovasz_hinge_loss, "LovaszHingeLoss")
