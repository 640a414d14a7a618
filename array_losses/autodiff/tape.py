"""The tape: an array class that remembers how each value came to be, and the walk back.

There is one class for each wrapped library, made by `TapeBackend`. Wrapping the arrays of such a class gives another
class, so that gradients of gradients need no global state. A node refers to its parents only: without a cycle, a long
chain is freed as it goes.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Any, ClassVar

from ..typing import Array

Pullback = Callable[[Array], Array]

ORDER = count()
"""Numbers the nodes: a parent is always older than its child."""


class Traced:
    """An array and its pull-backs: one for each parent whose derivative is wanted. A constant has none."""

    __slots__ = ("__weakref__", "active", "order", "parents", "value")

    xp: ClassVar[Any]
    """The differentiable namespace of this class."""
    tape_level: ClassVar[int] = 0
    """How many wrappings deep this class is."""

    def __init__(self, value: Array, parents: tuple[tuple[Traced, Pullback], ...] = (), active: bool = False) -> None:
        self.value, self.parents, self.active = value, parents, active or bool(parents)
        self.order = next(ORDER) if self.active else -1

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        return self.xp

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """NumPy's ufuncs on traced arrays are the namespace's functions."""
        if method != "__call__" or kwargs:
            raise self.xp.missing(f"{ufunc.__name__}.{method} with options")
        return getattr(self.xp, UFUNCS.get(ufunc.__name__, ufunc.__name__))(*inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """NumPy's functions on traced arrays are the namespace's functions."""
        if not getattr(function, "__module__", "numpy").endswith("numpy"):
            raise self.xp.missing(f"{function.__module__}.{function.__name__}")
        return getattr(self.xp, FUNCTIONS.get(function.__name__, function.__name__))(*args, **kwargs)

    shape = property(lambda self: self.value.shape)
    dtype = property(lambda self: self.value.dtype)
    ndim = property(lambda self: self.value.ndim)
    size = property(lambda self: self.value.size)
    device = property(lambda self: self.value.device)
    T = property(lambda self: self.xp.permute_dims(self, (1, 0)))
    mT = property(lambda self: self.xp.matrix_transpose(self))  # noqa: N815, the standard's name

    def __repr__(self) -> str:
        return f"traced {self.value!r}"

    def __len__(self) -> int:
        return len(self.value)  # type: ignore[arg-type]  # TypeError where there are no axes

    def __bool__(self) -> bool:
        raise TypeError(
            "the value of a traced array is not to be looked at: use xp.where(condition, a, b) in place of `if`"
        )

    def __float__(self) -> float:
        raise TypeError("a traced array is no Python number: leave it an array, or its derivative would be lost")

    __int__ = __index__ = __complex__ = __float__

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError("a traced array cannot be written to: use xp.where")

    def __hash__(self) -> int:
        return id(self)

    def __getitem__(self, key: Any) -> Traced:
        return self.xp.getitem(self, key)  # type: ignore[no-any-return]


UFUNCS = {
    "true_divide": "divide",
    "power": "pow",
    "absolute": "abs",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "arctan2": "atan2",
    "invert": "bitwise_invert",
}
"""NumPy's names of ufuncs that the standard calls otherwise."""

FUNCTIONS = {"concatenate": "concat", "transpose": "permute_dims", "cumsum": "cumulative_sum", "absolute": "abs"}
"""NumPy's names of functions that the standard calls otherwise."""

UNARY = {"neg": "negative", "abs": "abs", "pos": "positive", "invert": "bitwise_invert"}
BINARY = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "pow": "pow",
    "matmul": "matmul",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "floordiv": "floor_divide",
    "mod": "remainder",
}
COMPARISONS = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}


def _operator(name: str, reflected: bool = False) -> Callable[..., Any]:
    """An operator; an array that is traced more deeply does it in its own namespace."""
    if reflected:
        return lambda self, other: getattr(self.xp, name)(other, self)

    def apply(self: Traced, *other: Any) -> Any:
        if other and getattr(type(other[0]), "tape_level", 0) > self.tape_level:
            return NotImplemented
        return getattr(self.xp, name)(self, *other)

    return apply


for _short, _name in {**UNARY, **BINARY, **COMPARISONS}.items():
    setattr(Traced, f"__{_short}__", _operator(_name))
for _short, _name in BINARY.items():
    setattr(Traced, f"__r{_short}__", _operator(_name, reflected=True))


def pull_back(output: Traced, seed: Array, inputs: tuple[Traced, ...]) -> list[Array | None]:
    """The derivatives of `output` along `seed` with respect to the inputs; None where it does not depend on one."""
    gradients: dict[int, Array] = {id(output): seed}
    heap = [(-output.order, output)]
    wanted = {id(each) for each in inputs}
    while heap:
        _, node = heappop(heap)
        gradient = gradients[id(node)] if id(node) in wanted else gradients.pop(id(node))
        for parent, pull in node.parents:
            part, key = pull(gradient), id(parent)
            if key in gradients:
                gradients[key] = gradients[key] + part
            else:
                gradients[key] = part
                heappush(heap, (-parent.order, parent))
    return [gradients.get(id(each)) for each in inputs]
