"""A library without an adapter that counts: NumPy behind the standard, and the bytes that its functions move.

Views move nothing, and what is broadcast counts once.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from .cases import cases
from .traffic import ELEMENTS, Line

VIEWS = {"broadcast_to", "expand_dims", "getitem", "moveaxis", "permute_dims", "reshape", "squeeze", "swapaxes"}
UNARY = ("abs", "invert", "neg")
BINARY = ("add", "and", "eq", "ge", "getitem", "gt", "le", "lt", "matmul", "mul", "ne", "or", "pow", "sub", "truediv")
METHODS = ("argmax", "astype", "max", "mean", "min", "sum", "swapaxes")
DTYPES = (
    "bool",
    "float16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
)


class Array:
    """An array of the library."""

    def __init__(self, data: Any) -> None:
        self.data = np.asarray(data)

    shape = property(lambda self: self.data.shape)
    ndim = property(lambda self: self.data.ndim)
    dtype = property(lambda self: self.data.dtype)
    size = property(lambda self: self.data.size)
    T = property(lambda self: Array(self.data.T))

    def __len__(self) -> int:
        return len(self.data)

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        return NAMESPACE


Array.__module__ = "counted"
NAMESPACE = SimpleNamespace(__name__="counted", finfo=np.finfo, iinfo=np.iinfo, inf=np.inf, nan=np.nan, newaxis=None)
MOVED = [0]
"""The bytes since it was last set to 0."""


def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy's on arrays of the library."""

    def call(*args: Any, **options: Any) -> Any:
        with np.errstate(all="ignore"):
            found = function(*map(bare, args), **{key: bare(value) for key, value in options.items()})
        if not isinstance(found, np.ndarray | np.generic):
            return found
        if not (name in VIEWS and any(np.may_share_memory(found, each.data) for each in flat(args))):
            MOVED[0] += sum(map(size, flat((*args, Array(found)))))
        return Array(found)

    return call


def bare(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(map(bare, value))
    return value.data if isinstance(value, Array) else value


def flat(values: Any) -> Iterator[Array]:
    for each in values:
        if isinstance(each, list | tuple):
            yield from flat(each)
        elif isinstance(each, Array):
            yield each


def size(array: Array) -> int:
    """The bytes of an array, what is broadcast counted once."""
    steps = zip(array.data.shape, array.data.strides, strict=True)
    return math.prod(n for n, step in steps if step) * array.data.itemsize


def asarray(value: Any, dtype: Any = None, device: Any = None, copy: Any = None) -> Array:
    return Array(np.array(bare(value), dtype=dtype))


def furnish() -> None:
    """Give the library its functions and its arrays their operators."""
    for name in UNARY + BINARY:
        function = getattr(operator, name, None) or getattr(operator, f"{name}_")
        setattr(Array, f"__{name}__", counting(name, function))
        if name in BINARY:
            setattr(Array, f"__r{name}__", counting(name, lambda a, b, function=function: function(b, a)))
    for name in METHODS:
        setattr(Array, name, counting(name, getattr(np.ndarray, name)))
    for name in dir(np):
        function = getattr(np, name)
        if callable(function) and not isinstance(function, type) and not name.startswith("_"):
            setattr(NAMESPACE, name, counting(name, function))
    for name in DTYPES:
        setattr(NAMESPACE, name, np.dtype(name))
    NAMESPACE.astype = counting("astype", lambda x, dtype, copy=True: x.astype(dtype, copy=copy))
    NAMESPACE.asarray = asarray


furnish()


def lines() -> list[Line]:
    """A line for each loss that has a textbook formula: the bytes of a mean, forward, for each number."""
    found = []
    for case in cases():
        textbook = next((each for each in case.rivals if each.against == "numpy"), None)
        ours = case.ours()
        if textbook is None or ours is None or case.heavy:
            continue
        arrays = [Array(each) for each in case.draw(np.random.default_rng(0), ELEMENTS)]
        per = max(each.size for each in arrays)
        theirs = moved(textbook.make(NAMESPACE), arrays) / per
        found.append(Line(case.name, moved(ours, arrays) / per, textbook.label, theirs))
    return found


def moved(loss: Callable[..., Any], arrays: list[Array]) -> int:
    """The bytes that a loss moves; once before, what is kept for later calls is made."""
    loss(*arrays)
    MOVED[0] = 0
    loss(*arrays)
    return MOVED[0]
