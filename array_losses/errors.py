"""The errors of the library: each derives from the builtin a user would catch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn


class ArrayLossesError(Exception):
    """Base of every error that the library raises on purpose.

    .. versionadded:: 0.1
    """


class OptionError(ArrayLossesError, ValueError):
    """An option has a value that it may not have.

    .. versionadded:: 0.1
    """


class ShapeError(ArrayLossesError, ValueError):
    """An array has a shape that does not fit the others.

    .. versionadded:: 0.1
    """


class DomainError(ArrayLossesError, ValueError):
    """An array holds a value outside its domain: a bad label, a probability above 1.

    .. versionadded:: 0.1
    """


class DTypeError(ArrayLossesError, TypeError):
    """An array, or a number, has the wrong type.

    .. versionadded:: 0.1
    """


class NamespaceError(ArrayLossesError, TypeError):
    """Something is not an array, or is one of another library or on another device.

    .. versionadded:: 0.1
    """


class MissingFunctionError(NamespaceError, AttributeError):
    """A library lacks a function of the Array API standard that a formula needs.

    .. versionadded:: 0.1
    """


class ArgumentError(ArrayLossesError, TypeError):
    """An argument is missing, unknown or given twice.

    .. versionadded:: 0.1
    """


class MissingRuleError(ArrayLossesError, NotImplementedError):
    """A function that is to be differentiated has no derivative rule.

    .. versionadded:: 0.1
    """


class GradientError(ArrayLossesError, AssertionError):
    """A gradient and the difference quotient are not the same.

    .. versionadded:: 0.1
    """


class MergeError(ArrayLossesError, ValueError):
    """Two `Sums` of different losses or options cannot become one.

    .. versionadded:: 0.1
    """


def fail(kind: type[ArrayLossesError], function: str, argument: str, expected: object, got: str) -> NoReturn:
    """Raise the one kind of message: function, argument, what was expected, what came."""
    raise kind(f"{function}: `{argument}` must {expected}, got {got}")


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that a misspelt one is fewest edits away from; empty if none is near.

    Written out, as torch.compile cannot trace `difflib`.
    """
    best = min(known, key=lambda other: edits(word.lower(), other.lower()))
    near = edits(word.lower(), best.lower()) <= 0.4 * max(len(word), len(best))
    return best if near else ""


def edits(a: str, b: str) -> int:
    """The number of letters to put in, leave out or change to make `b` of `a`."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y)))
    return row[-1]


def article(noun: str) -> str:
    return f"an {noun}" if noun[:1] in "aeiouAEIOU" else f"a {noun}"


def describe(value: object) -> str:
    """Say what came, in a few words: a number or text as itself, an array by its type and shape."""
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, str):
        return f'"{value}"'
    shape = getattr(value, "shape", None)
    kind = article(type(value).__name__)
    return kind if shape is None else f"{kind} of shape {tuple(shape)}"


def spelled(letters: str, shape: tuple[int, ...]) -> str:
    """A shape in words: "shape (N, C) = (2, 3)", or "the shape of `input`, (2, 3)"."""
    return f"{letters}, {shape}" if letters.startswith("the ") else f"shape {letters} = {shape}"


def remedy(name: str, value: object) -> str:
    """The end of a message: what to write in place of a common near-array; "" where there is nothing to say."""
    if isinstance(value, list | tuple):
        of_arrays = value and hasattr(value[0], "dtype")
        return " of arrays; stack those of one shape, pad others and mask the padding" if of_arrays else ""
    package = type(value).__module__.partition(".")[0]
    return f"; write {name}.to_numpy()" if package in ("pandas", "polars") else ""
