"""The functions that derivatives by hand are written in: values only, and results that may be written to.

None of these is differentiated; those named `own` may write to what they are given.
"""

from ..backends import namespace
from ..typing import Array
from .along_axis import one_hot
from .by_option import power
from .dispatch import overridable
from .pointwise import log1p


@overridable
def heaviside(x: Array) -> Array:
    """1 where x > 0, else 0."""
    return namespace(x).astype(x > 0, x.dtype)


@overridable
def sigmoid_neg_abs(x: Array) -> Array:
    """1 / (1 + e^|x|), what sigmoid(|x|) lacks to 1."""
    xp = namespace(x)
    decay = xp.exp(-xp.abs(x))
    return decay / (1 + decay)


@overridable
def log1m_(x: Array) -> Array:
    """The logarithm ln(1 - x); may write to x."""
    return log1p(-x)


def pow_nonnegative(x: Array, exponent: float) -> Array:
    """x^exponent for x >= 0: where no derivative is taken, only a negative exponent needs care at 0."""
    return power(x, exponent) if exponent < 0 else x**exponent


def min_or_zero(x: Array) -> Array:
    """The least value; of an empty array 0."""
    return (namespace(x).sum if 0 in x.shape else namespace(x).min)(x)


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
