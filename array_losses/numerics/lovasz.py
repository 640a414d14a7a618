"""The Lovasz extension of the Jaccard loss."""

from ..backends import namespace
from ..errors import MissingFunctionError
from ..typing import Array
from .dispatch import overridable
from .pointwise import multiply_no_nan, stop_gradient


def lovasz_jaccard(e: Array, truth: Array, kept: Array | None) -> Array:
    """The extension at errors e >= 0 along the last axis: their sum, each times its slope.

    The slopes depend on the order of the errors alone, and are constant between two orders.
    """
    return namespace(e).sum(multiply_no_nan(jaccard_slopes(e, truth, kept), e), axis=-1)


def jaccard_slopes(e: Array, truth: Array, kept: Array | None) -> Array:
    """What each pixel adds to 1 - I / U where it becomes wrong after those of a larger error, of equal ones the first.

    With the union U after it, a true pixel adds 1 / U, another one I / (U (U - 1)), or 1 where nothing is true. A pixel
    that is not kept comes last and adds 0.
    """
    xp, e = namespace(e), stop_gradient(e)
    if not hasattr(xp, "take_along_axis"):
        missing = (
            "has no `take_along_axis` of the Array API standard, so pixels cannot be sorted: compute the arrays first"
        )
        raise MissingFunctionError(f"{xp.__name__} {missing}")
    order = xp.argsort(-e if kept is None else -xp.where(kept, e, -1.0), axis=-1, stable=True)
    true = xp.take_along_axis(counted(truth, kept), order, axis=-1)
    false = xp.take_along_axis(counted(~truth, kept), order, axis=-1)
    size = xp.sum(true, axis=-1, keepdims=True)
    left = size - xp.cumulative_sum(true, axis=-1)
    union = size + xp.cumulative_sum(false, axis=-1)
    left, before, after = (xp.astype(each, e.dtype) for each in (left, union - false, union))
    slope = xp.where(true > 0, 1.0, xp.where(before > 0, left / xp.where(before > 0, before, 1.0), 1.0))
    slope = xp.where(after > 0, slope / xp.where(after > 0, after, 1.0), 0.0)
    return unsorted(slope, order)


@overridable
def unsorted(x: Array, order: Array) -> Array:
    """The entries along the last axis back where they were before they were taken in this order."""
    xp = namespace(x)
    return xp.take_along_axis(x, xp.argsort(order, axis=-1), axis=-1)


def counted(mask: Array, kept: Array | None) -> Array:
    """The mask as integers, which count beyond what floating numbers can."""
    xp = namespace(mask)
    return xp.astype(mask if kept is None else mask & kept, xp.int32)
