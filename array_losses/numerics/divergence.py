"""Divergences between distributions, entry by entry: of probabilities p and q, or of their logarithms."""

from __future__ import annotations

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
    """p ln(p / q), and 0 where p = 0: there its derivative by p is -ln q, without that of p ln p."""
    return p * log_ratio(log_q, p)


@relative_entropy.derivative
def _(y: None, log_q: Array, p: Array) -> Maps:
    def by_p(g: Array) -> Array:
        present = namespace(p).astype(p != 0, p.dtype)
        return g * (log_ratio(log_q, p) + present)

    return lambda g: -g * p, by_p


@overridable
def relative_entropy_of_logs(log_q: Array, log_p: Array) -> Array:
    """p ln(p / q), and 0, with derivative 0, where p = 0; by the root of p, which vanishes after the product."""
    xp = namespace(log_p)
    root = xp.exp(log_p / 2)
    return root * multiply_no_nan(root, xp.where(root == 0, 0.0, log_p) - log_q, log_q)


@relative_entropy_of_logs.derivative_of_result
def _(y: Array, log_q: Array, log_p: Array) -> Maps:
    return lambda g: -g * namespace(log_p).exp(log_p), lambda g: g * (y + namespace(log_p).exp(log_p))
