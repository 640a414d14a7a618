"""Numerics of robust regression: what an error x costs, in units of its scale."""

from __future__ import annotations

from math import inf, log, sqrt

from ..backends import namespace
from ..backends.numeric import Maps
from ..constants import LARGE_ERROR
from ..inspection import all_within
from ..intervals import Interval
from ..typing import Array
from .dispatch import overridable
from .pointwise import abs_, abs_from_right, clip, drop_infinite, log1p, relu

GONE = 64.0
"""The error from which on e^(-x^2/2) is 0 in every precision."""
GAUSSIAN, LOGARITHMIC = -1e25, 1e-20
"""The shape below which Barron's loss is that of minus infinity, and the one within which it is that of 0: to rounding,
for every number in 64 bits."""
SERIES = (1 / 6227020800, 1 / 39916800, 1 / 362880, 1 / 5040, 1 / 120, 1 / 6, 1.0)
"""The coefficients 1 / (2 k + 1)! of sinh(s) / s by powers of s^2, the highest first: exact to rounding up to 1/4."""


def root_of_largest(x: Array) -> float:
    """A number whose square is representable, and little less than the largest one."""
    return sqrt(namespace(x).finfo(x.dtype).max) / 2


def bounded(x: Array) -> Array:
    """x, or the nearest number whose square does not overflow; the array x itself where all are seen to be so small."""
    root = root_of_largest(x)
    return x if all_within(x, Interval(-root, root)) else clip(x, -root, root)


def excess(x: Array) -> Array:
    """The quotient of x and `bounded` x: 1 but for the largest numbers."""
    return clip(namespace(x).abs(x) / root_of_largest(x), 1.0, inf)


def in_units(d: Array, scale: Array | float) -> Array:
    """The quotient d / scale; d itself where the scale is the number 1."""
    return d if isinstance(scale, int | float) and scale == 1 else d / scale


@overridable
def half_square(x: Array) -> Array:
    """x^2 / 2, as (x / 2) x: the square alone would overflow sooner."""
    return (x / 2) * x


@half_square.derivative
def _(y: None, x: Array) -> Maps:
    return (lambda g: g * x,)


@overridable
def pinball(e: Array, above: Array | float, below: Array | float) -> Array:
    """The product of e and `above` where e > 0, and of -e and `below` elsewhere."""
    return above * relu(e) + below * relu(-e)


@pinball.derivative
def _(y: None, e: Array, above: Array | float, below: Array | float) -> Maps:
    sign = namespace(e).sign(e)  # of which no compiler keeps a mask, which it is slow to read
    return lambda g: g * (above * relu(sign) - below * relu(-sign)), lambda g: g * relu(e), lambda g: g * relu(-e)


@overridable
def charbonnier(x: Array) -> Array:
    """The root of x^2 + 1, less 1, as x^2 / (root + 1): nothing cancels; in steps of 1 where x^2 would overflow."""
    c = bounded(x)
    square = c * c
    near = square / (namespace(x).sqrt(square + 1) + 1)
    return near if c is x else near + namespace(x).abs(x - c)


@charbonnier.derivative
def _(y: None, x: Array) -> Maps:
    c = bounded(x)
    return (lambda g: g * (c / namespace(x).sqrt(c * c + 1)),)


@overridable
def cauchy(x: Array) -> Array:
    """ln(1 + x^2 / 2)."""
    return log1p_square(x, 0.5)


@cauchy.derivative
def _(y: None, x: Array) -> Maps:
    c = bounded(x)
    slope = c / (1 + c * c / 2)
    return (lambda g: g * (slope if c is x else slope / excess(x)),)


@overridable
def log_cosh(x: Array) -> Array:
    """The logarithm of cosh x, as ln(1 + e^2 / (2 + 2e)) with e = e^|x| - 1: nothing cancels; from `LARGE_ERROR` on in
    steps of 1, where e would overflow.
    """
    a = abs_from_right(x)
    b = clip(a, 0.0, LARGE_ERROR)
    e = namespace(b).expm1(b)
    return log1p(e * e / (2 + 2 * e)) + (a - b)


@log_cosh.derivative
def _(y: None, x: Array) -> Maps:
    return (lambda g: g * namespace(x).tanh(x),)


@overridable
def geman_mcclure(x: Array) -> Array:
    """2 x^2 / (x^2 + 4), as 2 - 8 / (x^2 + 4) where it is large: its derivative would cancel."""
    c = bounded(x)
    square = c * c
    return namespace(x).where(square < 4, 2 * square / (square + 4), 2 - 8 / (square + 4))


@geman_mcclure.derivative
def _(y: None, x: Array) -> Maps:
    c = bounded(x)
    return (lambda g: g * (16 * c / (c * c + 4) / (c * c + 4)),)


@overridable
def welsch(x: Array) -> Array:
    """1 - e^(-x^2/2)."""
    c = clip(x, -GONE, GONE)
    return -namespace(x).expm1(c * c / -2)


@welsch.derivative
def _(y: None, x: Array) -> Maps:
    c = clip(x, -GONE, GONE)
    return (lambda g: g * (c * namespace(x).exp(c * c / -2)),)


def barron(x: Array, alpha: Array | float) -> Array:
    """|alpha - 2| / alpha ((x^2 / |alpha - 2| + 1)^(alpha/2) - 1), and its limits at 2, 0 and minus infinity."""
    if not isinstance(alpha, int | float):
        return barron_of_array(x, alpha)
    if alpha == 2:
        return half_square(x)
    if alpha == 1:
        return charbonnier(x)
    if abs(alpha) < LOGARITHMIC:
        return cauchy(x)
    if alpha == -2:
        return geman_mcclure(x)
    return welsch(x) if alpha < GAUSSIAN else barron_of_number(x, alpha)


@overridable
def barron_of_number(x: Array, alpha: float) -> Array:
    """`barron` where it is no limit."""
    width = abs(alpha - 2)
    z = x / sqrt(width)
    t = (alpha / 2) * log1p_square(z)
    if alpha < 0:
        return (width / alpha) * namespace(x).expm1(t)
    return namespace(x).where(t < 1, (width / alpha) * namespace(x).expm1(clip(t, 0.0, 1.0)), grown(z, alpha, width))


@barron_of_number.derivative
def _(y: None, x: Array, alpha: float) -> Maps:
    root = sqrt(abs(alpha - 2))
    z = x / root
    c = bounded(z)
    slope = root * c * namespace(x).exp((alpha / 2 - 1) * log1p(c * c))
    return lambda g: g * (slope if c is z else slope * excess(z) ** (alpha - 1)), None


def barron_of_array(x: Array, alpha: Array) -> Array:
    """`barron` for any alpha, with the derivative by alpha: 0 at 2 and at minus infinity."""
    xp = namespace(x)
    square, gaussian = alpha == 2, alpha < GAUSSIAN
    a = xp.where(square | gaussian, 1.0, alpha)
    width = abs_(a - 2)
    z = xp.where(square | gaussian, 0.0, x) / xp.sqrt(width)
    u = log1p_square(z)
    t = a / 2 * drop_infinite(u, a)
    near, far = (t <= 0.5) & (t >= -0.5), t > 1
    straight = width / 2 * xp.where(near, u, 0.0) * expm1_quotient(xp.where(near, t, 0.0))
    curved = width / xp.where(near, 1.0, a) * xp.expm1(xp.where(near | far, 1.0, t))
    steep = grown(xp.where(far, z, 0.0), xp.where(far, a, 1.0), width)
    between = xp.where(near, straight, xp.where(far, steep, curved))
    limit = xp.where(gaussian, welsch(xp.where(gaussian, x, 0.0)), between)
    return xp.where(square, half_square(xp.where(square, x, 0.0)), limit)


def log1p_square(z: Array, share: float = 1.0) -> Array:
    """ln(1 + share z^2), as 2 ln |z| + ln share where z^2 would overflow."""
    xp, c = namespace(z), bounded(z)
    square = share * (c * c)
    if c is z:
        return log1p(square)
    far = c != z
    logarithm = log1p(xp.where(far, xp.abs(z), square))
    return xp.where(far, 2 * logarithm + log(share), logarithm)


def grown(z: Array, alpha: Array | float, width: Array | float) -> Array:
    """`barron` as a power, where e^t would multiply the rounding of a large t; the product does not overflow before
    the loss does.
    """
    c, factor = bounded(z), width / alpha
    base = 1 + c * c
    power = factor * base ** (alpha / 2 - 1) * base
    return (power if c is z else power * excess(z) ** alpha) - factor


def expm1_quotient(t: Array) -> Array:
    """(e^t - 1) / t for |t| <= 1/2, as e^(t/2) sinh(t/2) / (t/2)."""
    square = t * t / 4
    total = SERIES[0] * square + SERIES[1]
    for coefficient in SERIES[2:]:
        total = total * square + coefficient
    return namespace(t).exp(t / 2) * total
