"""Numerics of binary losses: of a logit x or a probability p, and of the weights of the two labels.

`b`, the weight of label 0, is None where it is 1 - a: that is then computed where it is needed.
"""

from __future__ import annotations

from math import inf

from ..backends import namespace
from ..backends.numeric import Maps
from ..constants import E_MINUS_100
from ..typing import Array
from .dispatch import overridable
from .pointwise import drop_infinite, exp_neg_abs, log1m_clamped, log1p, log_clamped, multiply_no_nan, relu, sigmoid


def complement(a: Array, b: Array | None) -> Array:
    """The weight of label 0."""
    return 1 - a if b is None else b


@overridable
def softplus(x: Array) -> Array:
    """ln(1 + e^x) as relu(x) and ln(1 + e^-|x|): neither overflows."""
    return relu(x) + log1p(exp_neg_abs(x))


@softplus.derivative
def _(y: None, x: Array) -> Maps:
    return (lambda g: g * sigmoid(x),)


@overridable
def softplus_sum(x: Array, a: Array, b: Array | None) -> Array:
    """The sum a ln(1 + e^-x) + b ln(1 + e^x), with 0 * inf = 0: each is relu(-x) or relu(x), and ln(1 + e^-|x|)."""
    xp, positive = namespace(x), x > 0
    wrong, less = xp.where(positive, complement(a, b), a), xp.where(positive, -x, x)  # -|x|
    tail = log1p(xp.exp(less))
    return (tail if b is None else (a + b) * tail) - multiply_no_nan(wrong, less, x)


@overridable
def softplus_sum_slope(x: Array, a: Array, b: Array | None) -> Array:
    """The derivative of `softplus_sum` by x."""
    return sigmoid(x) - a if b is None else (a + b) * sigmoid(x) - a


@softplus_sum.derivative
def _(y: None, x: Array, a: Array, b: Array | None) -> Maps:
    def weighing(x: Array, weight: Array) -> Array:
        return drop_infinite(softplus(x), weight, x)

    def slope(g: Array) -> Array:
        return g * softplus_sum_slope(x, a, b)

    if b is None:
        return slope, lambda g: g * (weighing(-x, a) - weighing(x, 1 - a)), None
    return slope, lambda g: g * weighing(-x, a), lambda g: g * weighing(x, b)


@overridable
def miss_probability(x: Array, a: Array, b: Array | None) -> Array:
    """The sum a / (1 + e^x) + b / (1 + e^-x), what the probability of the true label lacks: nothing cancels."""
    b, decay = complement(a, b), exp_neg_abs(x)
    return namespace(x).where(x > 0, a * decay + b, a + b * decay) / (1 + decay)


@miss_probability.derivative
def _(y: None, x: Array, a: Array, b: Array | None) -> Maps:
    def slope(g: Array) -> Array:
        return g * ((complement(a, b) - a) * (sigmoid(x) * sigmoid(-x)))

    if b is None:
        return slope, lambda g: g * (sigmoid(-x) - sigmoid(x)), None
    return slope, lambda g: g * sigmoid(-x), lambda g: g * sigmoid(x)


@overridable
def log_loss(p: Array, a: Array, b: Array | None) -> Array:
    """-(a ln p + b ln(1 - p)), both logarithms not below -100, where their derivative is 0."""
    return -(a * log_clamped(p) + complement(a, b) * log1m_clamped(p))


@overridable
def log_loss_slope(p: Array, a: Array, b: Array | None) -> Array:
    """The derivative of `log_loss` by p, in two quotients: that of one, (p - a) / (p (1 - p)), would cancel."""
    xp, not_p = namespace(p), 1 - p
    rest, own = (xp.where(each <= E_MINUS_100, inf, each) for each in (not_p, p))
    return complement(a, b) / rest - a / own


@log_loss.derivative
def _(y: None, p: Array, a: Array, b: Array | None) -> Maps:
    def slope(g: Array) -> Array:
        return g * log_loss_slope(p, a, b)

    if b is None:
        return slope, lambda g: g * (log1m_clamped(p) - log_clamped(p)), None
    return slope, lambda g: -g * log_clamped(p), lambda g: -g * log1m_clamped(p)
