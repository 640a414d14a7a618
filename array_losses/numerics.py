"""The stable functions that formulas are written in and the standard lacks.

Each is written once in the standard; a backend may name a native twin, which must equal it. Every form here has the
same value *and the same derivative* on every library, at kinks and at infinity too.
"""

from __future__ import annotations

from .backends import backend_of, namespace
from .backends.numeric import Maps
from .constants import E_MINUS_100
from .dispatch import overridable
from .typing import Array


@overridable
def stop_gradient(x: Array) -> Array:
    """x, a constant to autodiff."""
    return x


@overridable
def select(g: Array, keep: Array) -> Array:
    """`g` where `keep`, else 0, also where g is infinite or NaN."""
    return namespace(g).where(keep, g, 0.0)


@select.derivative
def _(y: None, g: Array, keep: Array) -> Maps:
    return lambda cotangent: select(cotangent, keep), None


# --- pointwise ------------------------------------------------------------------------------------------------------


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
    return (lambda g: select(g, x > 0),)


@overridable
def clip(x: Array, low: Array | float, high: Array | float) -> Array:
    """x, at least `low` and at most `high`; derivative 1 at the bounds, as within.

    By selection: JAX's clip multiplies by its derivative, and 0 * inf is NaN for an infinite x.
    """
    xp = namespace(x)
    return xp.where(x < low, low, xp.where(x > high, high, x))


@clip.derivative_of_result
def _(y: Array, x: Array, low: float, high: float) -> Maps:
    return lambda g: select(g, x == y), None, None


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
    return x if weight is None else weight * drop_infinite(x, weight, source)


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


# --- along an axis --------------------------------------------------------------------------------------------------


def detached_max(x: Array, axis: int) -> Array:
    """The maximum along an axis, constant to autodiff; of an empty array the empty sum, as Dask has none."""
    xp = namespace(x)
    return stop_gradient((xp.sum if 0 in x.shape else xp.max)(x, axis=axis, keepdims=True))


@overridable
def log_softmax(x: Array, axis: int) -> Array:
    """The log-softmax x - ln sum e^x, the (constant) maximum taken out first."""
    xp = namespace(x)
    shifted = x - detached_max(x, axis)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=axis, keepdims=True))


@log_softmax.derivative_of_result
def _(y: Array, x: Array, axis: int) -> Maps:
    xp = namespace(y)
    return lambda g: g - xp.exp(y) * xp.sum(g, axis=axis, keepdims=True), None


@overridable
def softmax(x: Array, axis: int) -> Array:
    """The softmax e^x / sum e^x, the (constant) maximum taken out first."""
    xp = namespace(x)
    shifted = xp.exp(x - detached_max(x, axis))
    return shifted / xp.sum(shifted, axis=axis, keepdims=True)


@softmax.derivative_of_result
def _(y: Array, x: Array, axis: int) -> Maps:
    return lambda g: y * (g - namespace(y).sum(g * y, axis=axis, keepdims=True)), None


def logsumexp(x: Array, axis: int) -> Array:
    """The logarithm of sum e^x, the (constant) maximum taken out first."""
    xp, top = namespace(x), detached_max(x, axis)
    return xp.squeeze(top + xp.log(xp.sum(xp.exp(x - top), axis=axis, keepdims=True)), axis=axis)


@overridable
def take_class(x: Array, ids: Array, axis: int) -> Array:
    """The entries of x at class `ids` along `axis`; by a mask where the library has no gather."""
    xp = namespace(x)
    if not hasattr(xp, "take_along_axis"):
        return xp.sum(xp.where(one_hot(ids, x.shape[axis], axis), x, 0.0), axis=axis)
    return xp.squeeze(xp.take_along_axis(x, xp.expand_dims(ids, axis=axis), axis=axis), axis=axis)


@take_class.derivative
def _(y: None, x: Array, ids: Array, axis: int) -> Maps:
    return lambda g: scatter_class(g, ids, x.shape[axis], axis), None, None


@overridable
def scatter_class(g: Array, ids: Array, count: int, axis: int) -> Array:
    """`g` at class `ids` of a new axis of `count` classes, 0 at the others."""
    xp = namespace(g)
    return xp.where(one_hot(ids, count, axis), xp.expand_dims(g, axis=axis), 0.0)


@scatter_class.derivative
def _(y: None, g: Array, ids: Array, count: int, axis: int) -> Maps:
    return lambda cotangent: take_class(cotangent, ids, axis), None, None, None


@overridable
def log_softmax_at(x: Array, ids: Array, axis: int) -> Array:
    """`log_softmax` at class `ids` along `axis`."""
    return take_class(log_softmax(x, axis), ids, axis)


@log_softmax_at.derivative
def _(y: None, x: Array, ids: Array, axis: int) -> Maps:
    def vjp(g: Array) -> Array:
        return scatter_class(g, ids, x.shape[axis], axis) - namespace(g).expand_dims(g, axis=axis) * softmax(x, axis)

    return vjp, None, None


@overridable
def log_softmax_and_at(x: Array, ids: Array, axis: int) -> tuple[Array, Array]:
    """`log_softmax`, and of it the entry at class `ids`."""
    log_p = log_softmax(x, axis)
    return log_p, take_class(log_p, ids, axis)


def one_hot(ids: Array, count: int, axis: int) -> Array:
    """A boolean mask: True at class `ids` of a new axis of `count` classes."""
    xp = namespace(ids)
    classes = backend_of(ids).arange(count, ids)
    shape = [1] * (ids.ndim + 1)
    shape[axis] = count
    return xp.expand_dims(ids, axis=axis) == xp.reshape(classes, tuple(shape))


def broadcast_class_weight(values: Array | None, like: Array, axis: int) -> Array | None:
    """A vector over the classes, shaped to multiply `like`."""
    if values is None:
        return None
    return namespace(like).reshape(values, (-1,) + (1,) * (like.ndim - 1 - axis))


def class_weight_or_none(values: Array | None, ids: Array) -> Array | None:
    """The entry of a vector over the classes for each id; None where there is no vector."""
    return None if values is None else take_class_weight(values, ids)


@overridable
def take_class_weight(values: Array, ids: Array) -> Array:
    """The entry of a vector over the classes for each id."""
    xp = namespace(values)
    if 0 in ids.shape:  # of which Dask takes none from several chunks
        return xp.astype(ids, values.dtype)
    return xp.reshape(xp.take(values, xp.reshape(ids, (-1,)), axis=0), ids.shape)


@overridable
def without_first(x: Array) -> Array:
    """The entries of the last axis but the first."""
    return x[..., 1:]
