"""The options that a loss object keeps: checked, as plain data where they lie in host memory, compared and shown."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Any

from .backends import backend_of
from .errors import DTypeError, NamespaceError, OptionError, ShapeError, describe, fail
from .host import HOST_SCALARS, frozen, host_kind
from .options import Checker, check_option, is_0d_array
from .reduction import check_reduction


def lists(value: Any) -> Any:
    """Nested tuples as nested lists."""
    return [lists(each) for each in value] if isinstance(value, tuple) else value


def leaves(value: object) -> Iterator[Any]:
    """What nested lists or tuples hold."""
    for each in value if isinstance(value, list | tuple) else ():
        yield from leaves(each) if isinstance(each, list | tuple) else (each,)


def sizes(value: object) -> tuple[int, ...] | None:
    """The shape of nested tuples; None where rows differ in length."""
    if not isinstance(value, tuple):
        return ()
    rows = {sizes(each) for each in value} or {()}
    row = rows.pop()
    return None if rows or row is None else (len(value), *row)


def shown(value: Any) -> str:
    """An option in a few characters: of many numbers the first and the last, of an array on a device its shape."""
    if hasattr(value, "shape"):
        return f"<{describe(value)}>"
    numbers = list(leaves(value))
    if len(numbers) <= FEW:
        return repr(value)
    return f"<{' x '.join(map(str, sizes(value) or ()))} numbers: {numbers[0]!r}, {numbers[1]!r}, ..., {numbers[-1]!r}>"


FEW = 10
"""As many numbers are shown whole."""


def identity(value: Any) -> Any:
    """What a value is compared by: plain data by itself, an array on a device by which object it is."""
    return value if value is None or isinstance(value, str | int | float | bool | tuple) else id(value)


def checked_array(name: str, key: str, value: Any) -> Any:
    """An option that is an array: in host memory as nested tuples of numbers, elsewhere as it is."""
    if value is None:
        return None
    for each in leaves(value) if isinstance(value, list | tuple) else (value,):
        if not hasattr(each, "dtype") and host_kind(each) == "other":
            fail(DTypeError, name, key, "be an array or numbers", describe(each))
    try:
        objection = None if isinstance(value, HOST_SCALARS) else backend_of(value).objection(value)
        plain = frozen(value) if objection is None else value
    except TypeError:  # of no library
        fail(DTypeError, name, key, "be an array or numbers", describe(value))
    if objection is not None:
        fail(NamespaceError, name, key, objection[0].format(key), objection[1] or describe(value))
    if sizes(plain) is None:
        fail(ShapeError, name, key, "be rectangular (every row of one length)", describe(value))
    return plain


def checked_hyperparameter(name: str, key: str, check: Checker, value: Any) -> Any:
    """A hyperparameter: plain data, but for a 0-d array that is on a device, or is learned."""
    found = frozen(value) if is_0d_array(value, check) else value
    return found if is_0d_array(found, check) else check_option(name, key, check, found)


def checked_normalizer(name: str, reduction: object, normalizer: object) -> Any:
    """The normalizer as plain data where it is a number in host memory."""
    check_reduction(name, reduction)
    expected = 'be None, "weights", "count" or a number'
    if isinstance(normalizer, str) and normalizer not in ("weights", "count"):
        fail(OptionError, name, "normalizer", expected, describe(normalizer))
    try:
        plain = frozen(normalizer)
    except TypeError:  # of no library
        fail(DTypeError, name, "normalizer", expected, describe(normalizer))
    if isinstance(plain, bool):
        fail(DTypeError, name, "normalizer", expected, describe(normalizer))
    if isinstance(plain, tuple) or (isinstance(plain, int | float) and not 0 <= plain < inf):
        fail(OptionError, name, "normalizer", "be a finite number >= 0", describe(normalizer))
    return plain
