"""Divergences between distributions, entry by entry: of probabilities p and q, or of their logarithms."""

from __future__ import annotations

from math import inf

from ..backends import namespace
from ..backends.numeric import Maps
from ..typing import Array
from .dispatch import overridable
from .pointwise import drop_infinite, log1p, multiply_no_nan


def log_ratio(log_q: Array, p: Array) -> Array:
    """The logarithm of p / q; of p = 0 that of 1 / q, or 0 where this is infinite."""
    xp = namespace(p)
    return drop_infinite(xp.log(xp.where(p == 0, 1.0, p)) - log_q, p, log_q)


@overridable
def relative_entropy(log_q: Array, p: Array) -> Array:
    """P ln(p / q), and 0 where p = 0: there its derivative by p is -ln q, without that of p ln p."""
    return p * log_ratio(log_q, p)


@relative_entropy.derivative
def _(y: None, log_q: Array, p: Array) -> Maps:
    def by_p(g: Array) -> Array:
        present = namespace(p).astype(p != 0, p.dtype)
        return g * (log_ratio(log_q, p) + present)

    return lambda g: -g * p, by_p


@overridable
def relative_entropy_of_logs(log_q: Array, log_p: Array) -> Array:
    """P ln(p / q), and 0, with derivative 0, where p = 0; by the root of p, which vanishes after the product."""
    xp = namespace(log_p)
    root = xp.exp(log_p / 2)
    return root * multiply_no_nan(root, xp.where(root == 0, 0.0, log_p) - log_q, log_q)


@relative_entropy_of_logs.derivative_of_result
def _(y: Array, log_q: Array, log_p: Array) -> Maps:
    return lambda g: -g * namespace(log_p).exp(log_p), lambda g: g * (y + namespace(log_p).exp(log_p))


@overridable
def entropy_of_logs(log_p: Array, axis: int) -> Array:
    """The entropy -sum p ln p along an axis, to which p = 0 adds nothing, in no derivative."""
    xp = namespace(log_p)
    p = xp.exp(log_p)
    return -xp.sum(p * xp.where(p == 0, 0.0, log_p), axis=axis)


@entropy_of_logs.derivative
def _(y: None, log_p: Array, axis: int) -> Maps:
    def by_log_p(g: Array) -> Array:
        xp = namespace(log_p)
        p = xp.exp(log_p)
        return xp.expand_dims(-g, axis=axis) * (p * (xp.where(p == 0, 0.0, log_p) + 1))

    return by_log_p, None


@overridable
def mixture_shares(log_q: Array, log_p: Array, beta: Array | float) -> tuple[Array, Array, Array, Array]:
    """p, q, and p ln(p / m), q ln(q / m) of their mixture m = beta p + (1 - beta) q, 0 < beta < 1.

    By ln(q / p), the larger of the two taken out: where they are nearly equal, so are they and m.
    """
    xp = namespace(log_p)
    p, q = xp.exp(log_p), xp.exp(log_q)
    ratio = xp.where((log_p == -inf) & (log_q == -inf), 0.0, log_q - log_p)
    below = ratio <= 0
    less = xp.where(below, ratio, -ratio)
    mixed = log1p(xp.where(below, (1 - beta) * xp.ones_like(ratio), beta) * xp.expm1(less))
    of_p, of_q = xp.where(below, 0.0, less) - mixed, xp.where(below, less, 0.0) - mixed
    return p, q, multiply_no_nan(p, of_p), multiply_no_nan(q, of_q)


@overridable
def jensen_shannon(log_q: Array, log_p: Array, beta: Array | float) -> Array:
    """Beta p ln(p / m) + (1 - beta) q ln(q / m), with the mixture m = beta p + (1 - beta) q, 0 < beta < 1."""
    _, _, of_p, of_q = mixture_shares(log_q, log_p, beta)
    return beta * of_p + (1 - beta) * of_q


@jensen_shannon.derivative
def _(y: None, log_q: Array, log_p: Array, beta: Array | float) -> Maps:
    p, q, of_p, of_q = mixture_shares(log_q, log_p, beta)
    return (
        lambda g: g * ((1 - beta) * of_q),
        lambda g: g * (beta * of_p),
        lambda g: g * (of_p - of_q - (p - q)),
    )
