"""Numerics: written once, in the standard; a library may have a native form, and a numeric a derivative of its own.

The portable body is right by itself, first and second derivative too. A derivative of its own is what the tape and
plain eager torch use in its place, torch where it compiles a loss as one operation, and JAX where that is faster: one
linear map an argument, in fewer passes than the body's. Transforms of torch differentiate the body.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from ..backends import backend_of
from ..backends.numeric import Maps, Numeric
from ..typing import Array

P = ParamSpec("P")
R = TypeVar("R", covariant=True)


class Overridable(Protocol[P, R]):
    """A numeric, as formulas call it."""

    numeric: Numeric
    portable: Callable[..., Any]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

    def derivative(self, maps: Callable[..., Maps]) -> Callable[..., Maps]:
        """The function's own derivative: (None, *arguments) to one linear map an argument."""

    def derivative_of_result(self, maps: Callable[..., Maps]) -> Callable[..., Maps]:
        """The function's own derivative, of (result, *arguments): the result is kept for it."""


def overridable(portable: Callable[P, R]) -> Overridable[P, R]:
    """Let a backend's form of the function stand in; the body stays reachable as `portable`."""
    numeric = Numeric(portable)

    @wraps(portable)
    def call(x: Array, *args: Any) -> Any:
        return backend_of(x).form(numeric)(x, *args)

    def derivative(maps: Callable[..., Maps]) -> Callable[..., Maps]:
        numeric.derivative = maps
        return maps

    def derivative_of_result(maps: Callable[..., Maps]) -> Callable[..., Maps]:
        numeric.keeps_result = True
        return derivative(maps)

    call.numeric, call.portable = numeric, portable  # type: ignore[attr-defined]
    call.derivative, call.derivative_of_result = derivative, derivative_of_result  # type: ignore[attr-defined]
    return call  # type: ignore[return-value]
