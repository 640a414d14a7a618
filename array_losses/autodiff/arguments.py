"""Checks of a function to be differentiated, of its arguments and its result; errors in the user's words."""

from __future__ import annotations

from typing import Any

from ..backends import backend_of
from ..backends.base import Backend
from ..errors import ArgumentError, DTypeError, NamespaceError, OptionError, ShapeError, describe, fail
from .trees import leaves

Argnums = int | tuple[int, ...]


def name_of(f: object) -> str:
    return str(getattr(f, "__name__", type(f).__name__))


def checked_argnums(argnums: object) -> tuple[int, ...]:
    places = argnums if isinstance(argnums, tuple) else (argnums,)
    if not places or any(isinstance(each, bool) or not isinstance(each, int) or each < 0 for each in places):
        fail(OptionError, "value_and_grad", "argnums", "be a number >= 0 or a tuple of them", describe(argnums))
    return places


def check_argument(name: str, args: tuple[Any, ...], place: int) -> Backend:
    """The adapter of an argument that must be one array."""
    check_place(name, args, place)
    return check_array(name, f"argument {place}", args[place])


def check_place(name: str, args: tuple[Any, ...], place: int) -> None:
    if place >= len(args):
        raise ArgumentError(
            f"grad of {name}: argument {place} is to be differentiated, but {len(args)} positional arguments came"
        )


def check_array(name: str, label: str, value: Any) -> Backend:
    """The adapter of an array of floating-point numbers."""
    try:
        backend = backend_of(value)
        kind = backend.kind(value.dtype)
    except (TypeError, AttributeError):
        fail(NamespaceError, f"grad of {name}", label, "be an array", describe(value))
    if kind not in ("half", "real"):
        expected = "hold floating-point numbers to be differentiated"
        fail(DTypeError, f"grad of {name}", label, expected, str(value.dtype))
    return backend


def check_trees(name: str, args: tuple[Any, ...], places: tuple[int, ...]) -> Backend:
    """The adapter of the arrays that the arguments to differentiate hold: floating-point ones, of one library."""
    first: tuple[str, Backend] | None = None
    for place in places:
        check_place(name, args, place)
        for label, each in leaves(args[place], f"argument {place}"):
            backend = check_array(name, label, each)
            first = first or (label, backend)
            if backend.name != first[1].name:
                fail(
                    NamespaceError,
                    f"grad of {name}",
                    label,
                    f"be a {first[1].noun}, as `{first[0]}` is",
                    describe(each),
                )
    if first is None:
        fail(NamespaceError, f"grad of {name}", f"argument {places[0]}", "hold an array", describe(args[places[0]]))
    return first[1]


def check_pair(name: str, result: Any) -> tuple[Any, Any]:
    """The value and the rest that a function with `has_aux` returns."""
    if not isinstance(result, tuple) or len(result) != 2:
        fail(
            ArgumentError, f"grad of {name}", "the result", "be a pair (value, aux) for has_aux=True", describe(result)
        )
    return check_scalar(name, result[0]), result[1]


def check_scalar(name: str, value: Any) -> Any:
    shape = getattr(value, "shape", None)
    if shape is None:
        pair = isinstance(value, tuple) and len(value) == 2 and getattr(value[0], "shape", None) == ()
        hint = "; write has_aux=True for (value, aux)" if pair else ""
        fail(NamespaceError, f"grad of {name}", "the result", "be a 0-d array", describe(value) + hint)
    if tuple(shape) != ():
        expected = 'be a 0-d array (reduction="mean" or "sum")'
        fail(ShapeError, f"grad of {name}", "the result", expected, f"shape {tuple(shape)}")
    return value
