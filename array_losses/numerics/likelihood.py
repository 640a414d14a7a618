"""Numerics of the negative log-likelihoods of numbers."""

from __future__ import annotations

from math import inf, log, pi

from ..backends import namespace
from ..backends.numeric import Maps
from ..inspection import all_finite
from ..typing import Array
from .dispatch import overridable
from .pointwise import select, stop_gradient


def log_rate(x: Array, y: Array, rate: Array) -> Array:
    """The logarithm x of a rate, but 0 where the product with y must not count: the rate outgrows it, or y is 0."""
    if all_finite(x) and all_finite(rate):
        return x
    return namespace(x).where((rate == inf) | ((x == -inf) & (y == 0)), 0.0, x)


@overridable
def poisson_nll(x: Array, y: Array, share: Array | None) -> Array:
    """e^x - y (x - share), with 0 * inf = 0, and inf where e^x is; no share is 0."""
    rate = namespace(x).exp(x)
    z = log_rate(x, y, rate)
    return rate - y * (z if share is None else z - share)


@poisson_nll.derivative
def _(_: None, x: Array, y: Array, share: Array | None) -> Maps:
    xp = namespace(x)

    def by_count(g: Array) -> Array:
        z = log_rate(x, y, xp.exp(x))
        return -g * (z if share is None else z - share)

    return lambda g: g * (xp.exp(x) - y), by_count, lambda g: g * y


@overridable
def poisson_nll_of_rate(rate: Array, y: Array, share: Array | None, eps: Array | float) -> Array:
    """Rate - y (ln(rate + eps) - share); no share is 0."""
    z = namespace(rate).log(rate + eps)
    return rate - y * (z if share is None else z - share)


@poisson_nll_of_rate.derivative
def _(_: None, rate: Array, y: Array, share: Array | None, eps: Array | float) -> Maps:
    def by_count(g: Array) -> Array:
        z = namespace(rate).log(rate + eps)
        return -g * (z if share is None else z - share)

    return (
        lambda g: g * (1 - y / (rate + eps)),
        by_count,
        lambda g: g * y,
        lambda g: -g * (y / (rate + eps)),
    )


def stirling(y: Array) -> tuple[Array, Array]:
    """Stirling's approximation of ln y! in parts, the first to be multiplied by y: ln y - 1 and ln(2 pi y) / 2.

    Both are 0 where y <= 1. The first and the logarithm of a rate are of one size.
    """
    xp, large = namespace(y), y > 1
    logarithm = xp.log(xp.where(large, y, 1.0))
    return xp.where(large, logarithm - 1, 0.0), xp.where(large, (logarithm + log(2 * pi)) / 2, 0.0)


@overridable
def at_least(x: Array, low: Array | float) -> Array:
    """x, or `low` where x is less, with derivative 1 by x there too (torch's rule for variances)."""
    return namespace(x).where(x < low, low + (x - stop_gradient(x)), x)


@overridable
def gaussian_nll(d: Array, variance: Array, eps: Array | float) -> Array:
    """(ln v + d^2 / v) / 2 of an error d, with v the variance, at least eps."""
    v = at_least(variance, eps)
    return namespace(v).log(v) / 2 + (d / 2) * (d / v)


@gaussian_nll.derivative
def _(_: None, d: Array, variance: Array, eps: Array | float) -> Maps:
    v = at_least(variance, eps)

    def by_variance(g: Array) -> Array:
        return g * ((1 - d * (d / v)) / (2 * v))

    return lambda g: g * (d / v), by_variance, lambda g: select(by_variance(g), variance < eps)
