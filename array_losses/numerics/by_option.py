"""Functions of a hyperparameter: a plain number, or an array where a compiler holds it as one."""

from __future__ import annotations

from ..backends import namespace
from ..backends.numeric import Maps
from ..backends.whole_power import is_small_whole, whole_power
from ..typing import Array
from .dispatch import overridable
from .pointwise import abs_, clip, multiply_no_nan, relu, select


def is_zero(option: Array | float) -> bool:
    """Whether an option is the number 0; one that a compiler holds as an array may be any number."""
    return isinstance(option, int | float) and option == 0


def times(option: Array | float, x: Array) -> Array:
    """The product of an option and x, with 0 * inf = 0."""
    if not isinstance(option, int | float):
        return multiply_no_nan(option, x)
    return namespace(x).zeros_like(x) if option == 0 else option * x


@overridable
def power(x: Array, exponent: Array | float) -> Array:
    """x^exponent for x >= 0; value and derivative 0 at x = 0, unless the exponent is 0."""
    xp = namespace(x)
    if is_zero(exponent):
        return xp.ones_like(x)
    if is_small_whole(exponent):
        multiplied: Array = whole_power(x, exponent)
        return multiplied
    vanished = x < xp.finfo(x.dtype).smallest_normal  # there x^(exponent - 1) may overflow
    at_zero = 0.0 if isinstance(exponent, int | float) else xp.where(exponent == 0, xp.ones_like(x), 0.0)
    return xp.where(vanished, at_zero, xp.where(vanished, 1.0, x) ** exponent)


@power.derivative_of_result
def _(y: Array, x: Array, exponent: Array | float) -> Maps:
    if is_small_whole(exponent):
        return lambda g: g * power_slope(x, exponent), None
    xp = namespace(x)
    present = x >= xp.finfo(x.dtype).smallest_normal
    return (
        lambda g: select(g * power_slope(x, exponent), present),
        lambda g: g * select(y * xp.log(xp.where(present, x, 1.0)), present),
    )


def saturated(d: Array, width: Array | float) -> Array:
    """The quotient d / width, between -1 and 1; the sign of d where the width is 0."""
    xp = namespace(d)
    if not isinstance(width, int | float):
        return xp.where(width == 0, xp.sign(d), clip(d / xp.where(width == 0, 1.0, width), -1, 1))
    return xp.sign(d) if width == 0 else clip(d / width, -1, 1)


@overridable
def huber(d: Array, width: Array | float) -> Array:
    """d^2 / 2 where |d| <= width, else width (|d| - width / 2): with s, d within the width, s (d - s / 2)."""
    s = clip(d, -width, width)
    return s * (d - s / 2)


@huber.derivative
def _(y: None, d: Array, width: Array | float) -> Maps:
    return lambda g: g * clip(d, -width, width), lambda g: g * relu(abs_(d) - width)


@overridable
def smooth_absolute(d: Array, width: Array | float) -> Array:
    """|d| - width / 2 where |d| >= width, else d^2 / (2 width): with s, d / width within 1, s (d - width s / 2)."""
    s = saturated(d, width)
    return s * (d - width * s / 2)


@smooth_absolute.derivative
def _(y: None, d: Array, width: Array | float) -> Maps:
    return lambda g: g * saturated(d, width), lambda g: g * (saturated(d, width) ** 2 / -2)


def smooth(target: Array, smoothing: Array | float, count: int) -> Array:
    """Label smoothing: (1 - smoothing) target + smoothing / count."""
    return target if is_zero(smoothing) else (1 - smoothing) * target + smoothing / count


def smooth_binary(target: Array, smoothing: Array | float) -> tuple[Array, Array | None]:
    """The smoothed binary label y and 1 - y, which is smoothed from 1 - target: 1 - y itself would cancel near 1.

    Without smoothing the second is None, for 1 - y.
    """
    if is_zero(smoothing):
        return target, None
    return smooth(target, smoothing, 2), smooth(1 - target, smoothing, 2)


@overridable
def focal_weighted(cross_entropy: Array, miss: Array, gamma: Array | float) -> Array:
    """miss^gamma * cross_entropy; where the cross-entropy is infinite the miss is certain, and a constant."""
    xp = namespace(cross_entropy)
    return xp.where(xp.isinf(cross_entropy), 1.0, power(miss, gamma)) * cross_entropy


@focal_weighted.derivative
def _(y: None, cross_entropy: Array, miss: Array, gamma: Array | float) -> Maps:
    xp = namespace(cross_entropy)
    finite = ~xp.isinf(cross_entropy)

    def by_gamma(g: Array) -> Array:
        present = finite & (miss >= xp.finfo(miss.dtype).smallest_normal)
        return g * select(power(miss, gamma) * xp.log(xp.where(present, miss, 1.0)) * cross_entropy, present)

    return (
        lambda g: g * xp.where(finite, power(miss, gamma), 1.0),
        lambda g: select(g * (power_slope(miss, gamma) * cross_entropy), finite),
        by_gamma,
    )


def power_slope(x: Array, exponent: Array | float) -> Array:
    """The derivative of x^exponent by x: 0 where x has vanished, unless the exponent is 1."""
    return namespace(x).zeros_like(x) if is_zero(exponent) else exponent * power(x, exponent - 1)
