"""The functions that derivatives by hand are written in: values only, and results that may be written to.

None of these is differentiated; those that end in an underscore may write to what they are given.
"""

from ..backends import namespace
from ..typing import Array
from .along_axis import one_hot
from .dispatch import overridable


@overridable
def exp_(x: Array) -> Array:
    """The exponential e^x; may write to x."""
    return namespace(x).exp(x)


@overridable
def mul_(x: Array, factor: Array | float | None) -> Array:
    """The product of x and a factor (None is 1); may write to x."""
    return x if factor is None else x * factor


@overridable
def sub_(x: Array, amount: Array | float) -> Array:
    """The difference of x and an amount; may write to x."""
    return x - amount


@overridable
def sub_at_(x: Array, ids: Array, axis: int, amount: Array | float | None) -> Array:
    """The array x, less an amount (None is 1) at class `ids` along `axis`; may write to x."""
    xp = namespace(x)
    if hasattr(amount, "shape"):
        amount = xp.expand_dims(amount, axis=axis)
    return x - xp.where(one_hot(ids, x.shape[axis], axis), xp.ones_like(x) if amount is None else amount, 0.0)
