"""The Array API namespace of a nearly standard library: what it lacks is made of what it has.

A function is made when it is first asked for, once for each library, and found without a question afterwards.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

from ..errors import MissingFunctionError
from ..typing import Array, DType, Namespace, ReducedAxes

Function = Callable[..., Any]
Operation = Callable[..., Array]


class PolyfilledNamespace:
    """A library's namespace, completed. What it lacks and cannot be made is a `MissingFunctionError`."""

    def __init__(self, library: Any, name: str) -> None:
        self._library, self.__name__ = library, name

    def __getattr__(self, name: str) -> Any:
        names = (name, RENAMED.get(name, name))
        found = [getattr(self._library, each) for each in names if hasattr(self._library, each)][:1]
        function = found[0] if found and self._passes(name, *found) else self._made(name, *found)
        setattr(self, name, function)
        return function

    def _passes(self, name: str, function: Function) -> bool:
        """Whether a function takes what the standard says, tried on two numbers."""
        if name not in PROBES:
            return True
        try:
            make = getattr(self._library, "asarray", None) or self._library.array
            return bool(PROBES[name](function, make([1.0, 2.0], dtype=self._library.float32)))
        except Exception:  # whatever a library raises: it does not take this
            return False

    def _made(self, name: str, *narrow: Function) -> Function:
        """A function of other functions, or of one that takes less."""
        if name in OPERATORS:
            return OPERATORS[name]
        if name in MISSING:
            return partial(MISSING[name], self)
        if name in EXTENDED and narrow:
            return partial(EXTENDED[name], self, *narrow)
        raise MissingFunctionError(f"{self.__name__} has no `{name}` of the Array API standard, which is needed here")


def dtype_name(dtype: DType) -> str:
    """A dtype's name in the standard, however the library writes it."""
    return str(getattr(dtype, "name", getattr(dtype, "__name__", dtype))).rpartition(".")[2]


# --- what a library may call otherwise, or have as an operator only -------------------------------------------------

RENAMED = {
    "asarray": "array",
    "bool": "bool_",
    "concat": "concatenate",
    "permute_dims": "transpose",
    "cumulative_sum": "cumsum",
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atanh": "arctanh",
    "atan2": "arctan2",
}

ARITHMETIC: dict[str, Function] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "pow": operator.pow,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
}
"""Operators that take a number on either side, as their functions must."""

OPERATORS: dict[str, Function] = {
    **ARITHMETIC,
    "negative": operator.neg,
    "positive": operator.pos,
    "abs": operator.abs,
    "matmul": operator.matmul,
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor,
    "bitwise_invert": operator.invert,
}

# --- what it may lack -----------------------------------------------------------------------------------------------

SMALLEST_NORMAL = {"float16": 2.0**-14, "bfloat16": 2.0**-126, "float32": 2.0**-126, "float64": 2.0**-1022}


def moveaxis(xp: Namespace, x: Array, source: int, destination: int) -> Array:
    axes = list(range(x.ndim))
    axes.insert(destination % x.ndim, axes.pop(source % x.ndim))
    return xp.permute_dims(x, tuple(axes))


def clip(xp: Namespace, x: Array, min: float | None = None, max: float | None = None) -> Array:
    x = x if min is None else xp.where(x < min, min, x)
    return x if max is None else xp.where(x > max, max, x)


MISSING: dict[str, Function] = {
    "astype": lambda xp, x, dtype: x.astype(dtype),
    "finfo": lambda xp, dtype: SimpleNamespace(smallest_normal=SMALLEST_NORMAL[dtype_name(dtype)]),
    "square": lambda xp, x: x * x,
    "isnan": lambda xp, x: x != x,
    "isinf": lambda xp, x: abs(x) == math.inf,
    "sign": lambda xp, x: xp.where(x > 0, 1, xp.where(x < 0, -1, x)),
    "maximum": lambda xp, a, b: xp.where((a > b) | (a != a), a, b),
    "minimum": lambda xp, a, b: xp.where((a < b) | (a != a), a, b),
    "logaddexp": lambda xp, a, b: xp.where(a == b, a + math.log(2), xp.maximum(a, b) + xp.log1p(xp.exp(-abs(a - b)))),
    "clip": clip,
    "moveaxis": moveaxis,
    "matrix_transpose": lambda xp, x: xp.moveaxis(x, -1, -2),
}
"""Made of others: `xp` is the completed namespace."""

# --- what it may have with less -------------------------------------------------------------------------------------

PROBES: dict[str, Callable[[Function, Array], Any]] = {
    **dict.fromkeys(ARITHMETIC, lambda f, x: f(1.0, x) is not None),
    "asarray": lambda f, x: f(x, copy=True) is not None,
    "finfo": lambda f, x: f(x.dtype).smallest_normal > 0,
    "where": lambda f, x: f(x > 1, 0.0, x).dtype == x.dtype,
    "clip": lambda f, x: f(x, min=0.0, max=1.0) is not None,
    "sum": lambda f, x: f(x, dtype=x.dtype) is not None,
    "argsort": lambda f, x: f(x, descending=True, stable=True) is not None,
    "sort": lambda f, x: f(x, stable=False) is not None,
}
"""Calls that the standard knows and not every library takes: `f` is the library's function."""


def asarray(xp: Namespace, f: Function, value: object, dtype: DType = None, copy: bool | None = None) -> Array:
    array = f(value, dtype=dtype)
    return xp.stack([array])[0, ...] if copy else array


def as_array_like(xp: Namespace, a: Array | float, b: Array) -> Array:
    """The number `a` as an array of the dtype of `b`; an array as it is."""
    return xp.asarray(a, dtype=b.dtype) if isinstance(a, bool | int | float) else a


def total(
    xp: Namespace, f: Operation, x: Array, axis: ReducedAxes = None, dtype: DType = None, keepdims: bool = False
) -> Array:
    return f(x if dtype is None else xp.astype(x, dtype), axis=axis, keepdims=keepdims)


EXTENDED: dict[str, Function] = {
    "asarray": asarray,
    "where": lambda xp, f, c, a, b: f(c, as_array_like(xp, a, b), as_array_like(xp, b, a)),
    "sum": total,
    # equal numbers then lie as the library lets them
    "argsort": lambda xp, f, x, axis=-1, descending=False, stable=True: f(-x if descending else x, axis=axis),
    "sort": lambda xp, f, x, axis=-1, descending=False, stable=True: (
        -f(-x, axis=axis) if descending else f(x, axis=axis)
    ),
}
"""Made of a function that takes less, and of others."""
