"""Numerics along an axis, mostly that of the classes."""

from __future__ import annotations

from ..backends import backend_of, namespace
from ..backends.numeric import Maps
from ..typing import Array
from .dispatch import overridable
from .pointwise import multiply_no_nan, stop_gradient


def detached_max(x: Array, axis: int) -> Array:
    """The maximum along an axis, constant to autodiff; of an empty array the empty sum, as Dask has none."""
    xp = namespace(x)
    return stop_gradient((xp.sum if 0 in x.shape else xp.max)(x, axis=axis, keepdims=True))


def smallest(x: Array, axis: int) -> Array:
    """The minimum along an axis, which stays with length 1; of an empty array the empty sum, as Dask has none."""
    return (namespace(x).sum if 0 in x.shape else namespace(x).min)(x, axis=axis, keepdims=True)


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
def shifted_logsumexp(x: Array, top: Array, axis: int) -> Array:
    """The logarithm of sum e^(x - top) along an axis, which stays with length 1."""
    xp = namespace(x)
    return xp.log(xp.sum(xp.exp(x - top), axis=axis, keepdims=True))


@shifted_logsumexp.derivative_of_result
def _(y: Array, x: Array, top: Array, axis: int) -> Maps:
    return lambda g: g * namespace(x).exp(x - top - y), lambda g: -g, None


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


def unit_vector(x: Array, axis: int) -> Array:
    """The quotient x / |x|; 0, with derivative 0, for the zero vector. The (constant) largest entry goes out first."""
    xp = namespace(x)
    top = detached_max(xp.abs(x), axis)
    nothing = top == 0
    scaled = x / xp.where(nothing, 1.0, top)
    squares = xp.sum(scaled * scaled, axis=axis, keepdims=True)
    return xp.where(nothing, 0.0, scaled / xp.sqrt(xp.where(nothing, 1.0, squares)))


@overridable
def log_softmax_at(x: Array, ids: Array, axis: int) -> Array:
    """`log_softmax` at class `ids` along `axis`, without that of the other classes."""
    xp, top = namespace(x), detached_max(x, axis)
    total = xp.squeeze(shifted_logsumexp(x, top, axis), axis=axis)
    return take_class(x, ids, axis) - xp.squeeze(top, axis=axis) - total


@overridable
def log_softmax_at_and_sum(x: Array, ids: Array, weight: Array | None, axis: int) -> tuple[Array, Array]:
    """`log_softmax` at class `ids`, and its sum over the classes, weighed by a vector.

    The sum as -(sum w (top - x) + (sum w) ln sum e^(x - top)): nothing cancels, and its derivative takes no sum.
    """
    xp, top, w = namespace(x), detached_max(x, axis), broadcast_class_weight(weight, x, axis)
    total = xp.squeeze(shifted_logsumexp(x, top, axis), axis=axis)
    whole = x.shape[axis] if weight is None else xp.sum(weight)
    below = xp.sum(multiply_no_nan(w, top - x), axis=axis)
    return take_class(x, ids, axis) - xp.squeeze(top, axis=axis) - total, -(below + whole * total)


@overridable
def one_hot(ids: Array, count: int, axis: int) -> Array:
    """A boolean mask: True at class `ids` of a new axis of `count` classes."""
    xp = namespace(ids)
    classes = backend_of(ids).arange(count, ids)
    shape = [1] * (ids.ndim + 1)
    shape[axis] = count
    return xp.expand_dims(ids, axis=axis) == xp.reshape(classes, tuple(shape))


@overridable
def indices(ids: Array, count: int, ignored: int | None, valid: bool) -> tuple[Array, Array | None, Array | None]:
    """The ids, all of them made indices of classes; where they are kept, and where valid (None is everywhere)."""
    index = backend_of(ids).xp.clip(ids, 0, max(count - 1, 0))
    return index, None if ignored is None else ids != ignored, None if valid else index == ids


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


def numbers_along(values: tuple[float, ...], like: Array, axis: int) -> Array:
    """Plain numbers along `axis`, shaped to multiply `like`."""
    row = backend_of(like).from_host(list(values), like, like.dtype)
    return namespace(like).reshape(row, (-1,) + (1,) * (like.ndim - 1 - axis))


@overridable
def without_first(x: Array) -> Array:
    """The entries of the last axis but the first."""
    return x[..., 1:]
