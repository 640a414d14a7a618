"""The stable functions that formulas are written in and the standard lacks.

Each is written once in the standard; a backend may name a native twin, which must equal it. Every form here has the
same value *and the same derivative* on every library, at kinks and at infinity too.
"""

from __future__ import annotations

from typing import cast

from ..backends import namespace
from ..backends.numeric import Maps
from ..constants import E_MINUS_100
from ..inspection import all_finite
from ..typing import Array
from .dispatch import overridable


@overridable
def stop_gradient(x: Array) -> Array:
    """x, a constant to autodiff, that of a library without an adapter too, where it has a function of this name."""
    own = getattr(namespace(x), "stop_gradient", None)
    return x if own is None else cast("Array", own(x))


@overridable
def select(g: Array, keep: Array) -> Array:
    """`g` where `keep`, else 0, also where g is infinite or NaN."""
    return namespace(g).where(keep, g, 0.0)


@select.derivative
def _(y: None, g: Array, keep: Array) -> Maps:
    return lambda cotangent: select(cotangent, keep), None


@overridable
def where_positive(g: Array, x: Array) -> Array:
    """`g` where x > 0, else 0."""
    return select(g, x > 0)


@where_positive.derivative
def _(y: None, g: Array, x: Array) -> Maps:
    return lambda cotangent: where_positive(cotangent, x), namespace(x).zeros_like


@overridable
def abs_(x: Array) -> Array:
    """|x| as x sign(x), whose derivative at 0 is 0 everywhere (JAX gives `abs` a 1 there)."""
    return x * namespace(x).sign(x)


@abs_.derivative
def _(y: None, x: Array) -> Maps:
    return (lambda g: g * namespace(x).sign(x),)


@overridable
def relu(x: Array) -> Array:
    """max(x, 0), with derivative 0 at 0 (`maximum` and `clip` have 0.5 or 1 there)."""
    return namespace(x).where(x <= 0, 0.0, x)


@relu.derivative
def _(y: None, x: Array) -> Maps:
    return (lambda g: where_positive(g, x),)


@overridable
def clip(x: Array, low: Array | float, high: Array | float) -> Array:
    """x, at least `low` and at most `high`; derivative 1 at the bounds, as within.

    By selection: JAX's clip multiplies by its derivative, and 0 * inf is NaN for an infinite x.
    """
    xp = namespace(x)
    return xp.where(x < low, low, xp.where(x > high, high, x))


@clip.derivative_of_result
def _(y: Array, x: Array, low: Array | float, high: Array | float) -> Maps:
    return lambda g: select(g, x == y), lambda g: select(g, x < low), lambda g: select(g, x > high)


@overridable
def snap(x: Array, low: float, high: float) -> Array:
    """x, moved to the nearer bound where it lies outside, with derivative 1: what is outside is rounding.

    x + (bound - x) is exact (Sterbenz) as both are near.
    """
    return x + stop_gradient(namespace(x).clip(x, low, high) - x)


@snap.derivative
def _(y: None, x: Array, low: float, high: float) -> Maps:
    return lambda g: g, None, None


@overridable
def abs_from_right(x: Array) -> Array:
    """The absolute value, by selection: x = 0 takes the branch of what is below, where all derivatives are right."""
    return namespace(x).where(x > 0, x, -x)


def exp_neg_abs(x: Array) -> Array:
    """e^-|x|."""
    return namespace(x).exp(-abs_from_right(x))


@overridable
def sigmoid(x: Array) -> Array:
    """1 / (1 + e^-x), accurate in both tails: e^-|x| never overflows."""
    decay = exp_neg_abs(x)
    return namespace(x).where(x > 0, 1 / (1 + decay), decay / (1 + decay))


@sigmoid.derivative_of_result
def _(y: Array, x: Array) -> Maps:
    return (lambda g: g * (y * sigmoid(-x)),)


@overridable
def log1p(x: Array) -> Array:
    """ln(1 + x), accurate near 0."""
    return namespace(x).log1p(x)


@overridable
def one_minus_exp(x: Array) -> Array:
    """1 - e^x for x <= 0, accurate near 0, with the derivative -e^x however small (that of `expm1` is e^x - 1 + 1)."""
    xp = namespace(x)
    near = x > -0.7
    return xp.where(near, -xp.expm1(xp.where(near, x, 0.0)), 1 - xp.exp(x))


@one_minus_exp.derivative
def _(y: None, x: Array) -> Maps:
    return (lambda g: -g * namespace(x).exp(x),)


@overridable
def log_clamped(p: Array) -> Array:
    """The logarithm of p, not below -100, where the derivative is 0 (torch's rule for probabilities)."""
    xp = namespace(p)
    clamped = p <= E_MINUS_100
    return xp.where(clamped, -100.0, xp.log(xp.where(clamped, 1.0, p)))


@log_clamped.derivative
def _(y: None, p: Array) -> Maps:
    return (lambda g: select(g / p, p > E_MINUS_100),)


@overridable
def log1m_clamped(p: Array) -> Array:
    """ln(1 - p) as log1p(-p), not below -100, where the derivative is 0."""
    xp = namespace(p)
    clamped = 1 - p <= E_MINUS_100
    return xp.where(clamped, -100.0, log1p(xp.where(clamped, 0.0, -p)))


@log1m_clamped.derivative
def _(y: None, p: Array) -> Maps:
    return (lambda g: select(g / (p - 1), 1 - p > E_MINUS_100),)


def multiply_no_nan(weight: Array | None, x: Array, source: Array | None = None) -> Array:
    """The product of a weight and x with 0 * inf = 0, in value and derivative; no weight is weight 1.

    Where x is a function of a `source` and infinite only where that is, compilers need not make x for its derivative.
    """
    if weight is None:
        return x
    if all_finite(x):
        return weight * x
    return weighed(x, weight) if source is None else weight * drop_infinite(x, weight, source)


@overridable
def weighed(x: Array, weight: Array) -> Array:
    """The product of x and a weight with 0 * inf = 0; a weight of 0 makes the derivative by x 0 without a selection."""
    return weight * drop_infinite(x, weight)


@weighed.derivative
def _(y: None, x: Array, weight: Array) -> Maps:
    return lambda g: g * weight, lambda g: g * drop_infinite(x, weight)


def expand_at(values: Array | None, axis: int) -> Array | None:
    """The values of the positions with a class axis of length 1 at `axis`."""
    return None if values is None else namespace(values).expand_dims(values, axis=axis)


def multiply_at(weight: Array | None, x: Array, axis: int) -> Array:
    """The product of finite weights of the positions and x, which has the class axis too."""
    return x if weight is None else x * expand_at(weight, axis)


def drop_infinite(x: Array, weight: Array, source: Array | None = None) -> Array:
    """x, but 0 where it (or its source) is infinite and weighs 0."""
    xp = namespace(x)
    return xp.where((weight == 0) & xp.isinf(x if source is None else source), 0.0, x)


def divide_no_nan(numerator: Array, denominator: Array) -> Array:
    """The quotient, and 0 (with derivative 0) where the denominator is 0."""
    xp = namespace(denominator)
    nonzero = denominator != 0
    return xp.where(nonzero, numerator / xp.where(nonzero, denominator, 1.0), 0.0)


def divide_or_one(numerator: Array, denominator: Array) -> Array:
    """The quotient, and 1 where both are 0: nothing predicted of nothing is right."""
    xp = namespace(denominator)
    nothing = (denominator == 0) & (numerator == 0)
    return xp.where(nothing, 1.0, numerator / xp.where(nothing, 1.0, denominator))


def overlap(p: Array, y: Array) -> Array:
    """min(p, y), whose derivative at p = y is the mean of both sides on every library."""
    return namespace(p).minimum(p, y)
