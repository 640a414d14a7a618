"""The derivative of each primitive: from the result and the arguments to one pull-back an argument.

Written in the wrapped library's own functions, so that they run on any library and can be differentiated again.
`xp` is the wrapped namespace, `y` the result, `g` the derivative of the output with respect to `y`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from math import log
from typing import Any

from .. import numerics
from ..typing import Array, Namespace
from .indexing import getitem, place_rows

Rule = Callable[..., tuple[Callable[[Array], Array] | None, ...]]


def fit(xp: Namespace, g: Array, like: Array) -> Array:
    """Sum `g` over the axes along which `like` was broadcast."""
    shape = tuple(like.shape)
    if tuple(g.shape) == shape:
        return g
    lead = g.ndim - len(shape)
    axes = (*range(lead), *(lead + i for i, size in enumerate(shape) if size == 1 and g.shape[lead + i] != 1))
    return xp.reshape(xp.sum(g, axis=axes), shape) if axes else g


def broadcast_cotangent(xp: Namespace, g: Array, x: Array, axis: Any, keepdims: bool) -> Array:
    """The cotangent `g` of a reduction of `x`, broadcast back to x's shape."""
    if not keepdims and axis is not None:
        axes = (axis,) if isinstance(axis, int) else axis
        kept = {each % x.ndim for each in axes}
        g = xp.reshape(g, tuple(1 if i in kept else size for i, size in enumerate(x.shape)))
    return xp.broadcast_to(g, x.shape)


def size_along(x: Array, axis: Any) -> int:
    axes = range(x.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    size = 1
    for each in axes:
        size *= x.shape[each]
    return size


def chain(derivative: Callable[..., Array]) -> Rule:
    """The rule of an elementwise function from its derivative."""
    return lambda xp, y, x: (lambda g: g * derivative(xp, y, x),)


def extremum(xp: Namespace, y: Array, x: Array, axis: Any = None, keepdims: bool = False) -> Any:
    """The rule of max and min: ties share evenly."""

    def pull(g: Array) -> Array:
        best = xp.astype(x == broadcast_cotangent(xp, y, x, axis, keepdims), x.dtype)
        ties = xp.sum(best, axis=axis, keepdims=True)
        return best / ties * broadcast_cotangent(xp, g, x, axis, keepdims)

    return (pull,)


def larger(xp: Namespace, a: Array, b: Array, one: Any, g: Array) -> Array:
    """The share of `g` that goes to `a` where it beats `b`; half of it at a tie."""
    return xp.where(one, g, xp.where(a == b, g / 2, xp.zeros_like(g)))


def permuted(xp: Any, y: Array, x: Array, axes: tuple[int, ...]) -> Any:
    back = tuple(sorted(range(len(axes)), key=lambda i: axes[i] % len(axes)))
    return (lambda g: xp.permute_dims(g, back),)


def moved(xp: Any, y: Array, x: Array, source: Any, destination: Any) -> Any:
    return (lambda g: xp.moveaxis(g, destination, source),)


def power(xp: Namespace, y: Array, x: Any, exponent: Any) -> Any:
    def pull_exponent(g: Array) -> Array:
        positive = x > 0
        return fit(xp, g * y * xp.where(positive, xp.log(xp.where(positive, x, 1.0)), 0.0), exponent)

    if isinstance(x, int | float):
        return (None, lambda g: g * (y * log(x)))
    if isinstance(exponent, int | float):
        return (lambda g: g * (exponent * x ** (exponent - 1)) if exponent else xp.zeros_like(g), None)
    return (lambda g: fit(xp, g * exponent * x ** (exponent - 1), x), pull_exponent)


def matmul(xp: Any, y: Array, a: Array, b: Array) -> Any:
    """The rule of matrix products; vectors are one row or one column."""
    row = a if a.ndim > 1 else xp.expand_dims(a, axis=0)
    column = b if b.ndim > 1 else xp.expand_dims(b, axis=-1)

    def whole(g: Array) -> Array:
        g = g if a.ndim > 1 else xp.expand_dims(g, axis=-2 if b.ndim > 1 else -1)
        return g if b.ndim > 1 else xp.expand_dims(g, axis=-1)

    return (
        lambda g: xp.reshape(fit(xp, whole(g) @ xp.matrix_transpose(column), row), a.shape),
        lambda g: xp.reshape(fit(xp, xp.matrix_transpose(row) @ whole(g), column), b.shape),
    )


def joined(xp: Any, y: Array, arrays: Any, axis: int | None = 0) -> Any:
    """The rule of concat: each part gets its slice."""
    lead = () if axis is None else (slice(None),) * (axis % y.ndim)
    stops = list(accumulate(size_along(each, axis) for each in arrays))

    def part(x: Array, stop: int) -> Callable[[Array], Array]:
        key = (*lead, slice(stop - size_along(x, axis), stop), ...)
        return lambda g: xp.reshape(g[key], x.shape)

    return tuple(part(each, stop) for each, stop in zip(arrays, stops, strict=True))


def stacked(xp: Any, y: Array, arrays: Any, axis: int = 0) -> Any:
    lead = (slice(None),) * (axis % y.ndim)
    return tuple(lambda g, i=i: g[(*lead, i, ...)] for i in range(len(arrays)))


def variance(xp: Any, y: Array, x: Array, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Any:
    centred = x - xp.mean(x, axis=axis, keepdims=True)
    scale = 2 / (size_along(x, axis) - correction)
    return (lambda g: broadcast_cotangent(xp, g, x, axis, keepdims) * (scale * centred),)


def deviation(xp: Any, y: Array, x: Array, axis: Any = None, correction: float = 0.0, keepdims: bool = False) -> Any:
    (pull,) = variance(xp, y, x, axis=axis, correction=correction, keepdims=keepdims)
    half = numerics.divide_no_nan(xp.ones_like(y), 2 * y)  # 0 for a constant vector
    return (lambda g: pull(g * half),)


def cumulated(xp: Any, y: Array, x: Array, axis: int = 0) -> Any:
    return (lambda g: xp.flip(xp.cumulative_sum(xp.flip(g, axis=axis), axis=axis), axis=axis),)


def ordered(xp: Any, y: Array, x: Array, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    order = xp.argsort(-x if descending else x, axis=axis, stable=True)
    back = xp.argsort(order, axis=axis)
    return (lambda g: xp.take_along_axis(g, back, axis=axis),)


RULES: dict[str, Rule] = {
    # arithmetic
    "add": lambda xp, y, a, b: (lambda g: fit(xp, g, a), lambda g: fit(xp, g, b)),
    "subtract": lambda xp, y, a, b: (lambda g: fit(xp, g, a), lambda g: fit(xp, -g, b)),
    "multiply": lambda xp, y, a, b: (lambda g: fit(xp, g * b, a), lambda g: fit(xp, g * a, b)),
    "divide": lambda xp, y, a, b: (lambda g: fit(xp, g / b, a), lambda g: fit(xp, -g * y / b, b)),
    "pow": power,
    "negative": lambda xp, y, x: (lambda g: -g,),
    "positive": lambda xp, y, x: (lambda g: g,),
    "reciprocal": chain(lambda xp, y, x: -y * y),
    "square": chain(lambda xp, y, x: 2 * x),
    "sqrt": chain(lambda xp, y, x: 0.5 / y),
    "abs": chain(lambda xp, y, x: xp.sign(x)),
    "matmul": matmul,
    "vecdot": lambda xp, y, a, b, axis=-1: (
        lambda g: fit(xp, xp.expand_dims(g, axis=axis) * b, a), lambda g: fit(xp, xp.expand_dims(g, axis=axis) * a, b),
    ),
    # elementwise functions
    "exp": chain(lambda xp, y, x: y),
    "expm1": chain(lambda xp, y, x: y + 1),
    "log": lambda xp, y, x: (lambda g: g / x,),  # 1 / x would overflow, 0 * inf be NaN
    "log1p": chain(lambda xp, y, x: 1 / (1 + x)),
    "log2": chain(lambda xp, y, x: 1.4426950408889634 / x),
    "log10": chain(lambda xp, y, x: 0.4342944819032518 / x),
    "sin": chain(lambda xp, y, x: xp.cos(x)),
    "cos": chain(lambda xp, y, x: -xp.sin(x)),
    "tan": chain(lambda xp, y, x: 1 + y * y),
    "sinh": chain(lambda xp, y, x: xp.cosh(x)),
    "cosh": chain(lambda xp, y, x: xp.sinh(x)),
    "tanh": chain(lambda xp, y, x: 1 - y * y),
    "asin": chain(lambda xp, y, x: 1 / xp.sqrt(1 - x * x)),
    "acos": chain(lambda xp, y, x: -1 / xp.sqrt(1 - x * x)),
    "atan": chain(lambda xp, y, x: 1 / (1 + x * x)),
    "asinh": chain(lambda xp, y, x: 1 / xp.sqrt(x * x + 1)),
    "acosh": chain(lambda xp, y, x: 1 / xp.sqrt(x * x - 1)),
    "atanh": chain(lambda xp, y, x: 1 / (1 - x * x)),
    "logaddexp": lambda xp, y, a, b: (
        lambda g: fit(xp, g * numerics.sigmoid(a - b), a), lambda g: fit(xp, g * numerics.sigmoid(b - a), b),
    ),
    "hypot": lambda xp, y, a, b: (
        lambda g: fit(xp, g * numerics.divide_no_nan(a, y), a), lambda g: fit(xp, g * numerics.divide_no_nan(b, y),
        b),
    ),
    "atan2": lambda xp, y, a, b: (
        lambda g: fit(xp, g * numerics.divide_no_nan(b, a * a + b * b), a),
        lambda g: fit(xp, -g * numerics.divide_no_nan(a, a * a + b * b), b),
    ),
    # pieces
    "where": lambda xp, y, c, a, b: (
        None,
        lambda g: fit(xp, xp.where(c, g, xp.zeros_like(g)), a), lambda g: fit(xp, xp.where(c, xp.zeros_like(g), g), b),
    ),
    "maximum": lambda xp, y, a, b: (
        lambda g: fit(xp, larger(xp, a, b, a > b, g), a), lambda g: fit(xp, larger(xp, a, b, b > a, g), b),
    ),
    "minimum": lambda xp, y, a, b: (
        lambda g: fit(xp, larger(xp, a, b, a < b, g), a), lambda g: fit(xp, larger(xp, a, b, b < a, g), b),
    ),
    "clip": lambda xp, y, x, min=None, max=None: (lambda g: xp.where(x == y, g, xp.zeros_like(g)),),
    # reductions
    "sum": lambda xp, y, x, axis=None, keepdims=False, dtype=None: (
        lambda g: broadcast_cotangent(xp, xp.astype(g, x.dtype), x, axis, keepdims),
    ),
    "mean": lambda xp, y, x, axis=None, keepdims=False: (
        lambda g: broadcast_cotangent(xp, g, x, axis, keepdims) / max(size_along(x, axis), 1),
    ),
    "max": extremum,
    "min": extremum,
    "var": variance,
    "std": deviation,
    "cumulative_sum": cumulated,
    # shapes
    "reshape": lambda xp, y, x, shape, copy=None: (lambda g: xp.reshape(g, x.shape),),
    "expand_dims": lambda xp, y, x, axis: (lambda g: xp.reshape(g, x.shape),),
    "squeeze": lambda xp, y, x, axis: (lambda g: xp.reshape(g, x.shape),),
    "broadcast_to": lambda xp, y, x, shape: (lambda g: fit(xp, g, x),),
    "permute_dims": permuted,
    "moveaxis": moved,
    "matrix_transpose": lambda xp, y, x: (lambda g: xp.matrix_transpose(g),),
    "flip": lambda xp, y, x, axis=None: (lambda g: xp.flip(g, axis=axis),),
    "concat": joined,
    "stack": stacked,
    "astype": lambda xp, y, x, dtype, copy=True: (lambda g: xp.astype(g, x.dtype),),
    # places
    "getitem": getitem,
    "sort": ordered,
    "take": lambda xp, y, x, ids, axis=0: (lambda g: place_rows(xp, g, x, ids, axis),),
    "take_along_axis": lambda xp, y, x, ids, axis=-1: (lambda g: place_rows(xp, g, x, ids, axis, along=True),),
}  # fmt: skip

CONSTANT = frozenset({
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isnan", "isinf", "isfinite", "signbit",
    "logical_and", "logical_or", "logical_not", "logical_xor", "any", "all", "argmax", "argmin", "argsort",
    "searchsorted", "count_nonzero", "nonzero", "sign", "floor", "ceil", "round", "trunc", "zeros_like", "ones_like",
    "empty_like", "stop_gradient", "isdtype", "result_type", "can_cast", "finfo", "iinfo", "isin",
    "unique_values",
})  # fmt: skip
"""The functions without a derivative, or with a zero one: their results are constants."""
