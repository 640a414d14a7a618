"""Checks of a function to be differentiated, of its arguments and its result; errors in the user's words."""

from __future__ import annotations

from typing import Any

from ..backends import backend_of
from ..backends.base import Backend
from ..errors import ArgumentError, DTypeError, NamespaceError, OptionError, ShapeError, describe, fail

Argnums = int | tuple[int, ...]


def name_of(f: object) -> str:
    return str(getattr(f, "__name__", type(f).__name__))


def checked_argnums(argnums: object) -> tuple[int, ...]:
    places = argnums if isinstance(argnums, tuple) else (argnums,)
    if not places or any(isinstance(each, bool) or not isinstance(each, int) or each < 0 for each in places):
        fail(OptionError, "value_and_grad", "argnums", "be a number >= 0 or a tuple of them", describe(argnums))
    return places


def check_arguments(name: str, args: tuple[Any, ...], places: tuple[int, ...]) -> Backend:
    for place in places:
        if place >= len(args):
            raise ArgumentError(
                f"grad of {name}: argument {place} is to be differentiated, but {len(args)} positional arguments came"
            )
        label = f"argument {place}"
        try:
            backend = backend_of(args[place])
            kind = backend.kind(args[place].dtype)
        except (TypeError, AttributeError):
            fail(NamespaceError, f"grad of {name}", label, "be an array", describe(args[place]))
        if kind not in ("half", "real"):
            expected = "hold floating-point numbers to be differentiated"
            fail(DTypeError, f"grad of {name}", label, expected, str(args[place].dtype))
    return backend_of(args[places[0]])


def check_scalar(name: str, value: Any) -> Any:
    shape = getattr(value, "shape", None)
    if shape is None:
        fail(NamespaceError, f"grad of {name}", "the result", "be a 0-d array", describe(value))
    if tuple(shape) != ():
        expected = 'be a 0-d array (reduction="mean" or "sum")'
        fail(ShapeError, f"grad of {name}", "the result", expected, f"shape {tuple(shape)}")
    return value
