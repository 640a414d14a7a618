"""Numerics: written once, in the standard; a library may have a native form, and a numeric a derivative of its own.

The portable body is right by itself, first and second derivative too. A derivative of its own is what the tape and
plain eager torch use in its place: one linear map an argument, in fewer passes than the body's. JAX and compilers
differentiate the body.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from .backends import backend_of
from .backends.numeric import Numeric

Array = Any
Maps = tuple[Callable[[Array], Array] | None, ...]


def overridable(portable: Callable[..., Any]) -> Callable[..., Any]:
    """Let a backend's form of the function stand in; the body stays reachable as `portable`."""
    numeric = Numeric(portable)

    @wraps(portable)
    def call(x: Array, *args: Any) -> Any:
        return backend_of(x).form(numeric)(x, *args)

    def derivative(maps: Callable[..., Maps]) -> Callable[..., Maps]:
        """The function's own derivative: (result or None, *arguments) to one linear map an argument."""
        numeric.derivative = maps
        return maps

    def derivative_of_result(maps: Callable[..., Maps]) -> Callable[..., Maps]:
        """The same of the result, which is kept for it."""
        numeric.keeps_result = True
        return derivative(maps)

    call.numeric, call.portable = numeric, portable  # type: ignore[attr-defined]
    call.derivative, call.derivative_of_result = derivative, derivative_of_result  # type: ignore[attr-defined]
    return call
