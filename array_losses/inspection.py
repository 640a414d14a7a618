"""Values of arrays, looked at where that is free: whether they are allowed, and which is the first that is not."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

from .backends import backend_of
from .backends.base import Backend
from .errors import DomainError, fail
from .intervals import Domain
from .typing import Array


def all_concrete(backend: Backend, *arrays: Array | None) -> list[Any] | None:
    """The arrays where their values can be read at no cost; None where those of one cannot."""
    views = [None if each is None else backend.concrete_or_none(each) for each in arrays]
    seen = all(view is not None for view, each in zip(views, arrays, strict=True) if each is not None)
    return views if seen else None


def all_finite(x: Array) -> bool:
    """Whether all values of an array are finite, as their sum tells; False where that cannot be seen for free."""
    backend = backend_of(x)
    view = backend.concrete_or_none(x)
    if view is None:
        return False
    backend = backend_of(view)
    return isfinite(backend.run(backend.xp.sum, (view,)))


def within(view: Array, domain: Domain) -> bool:
    """Whether the extremes of an array that may be read tell that every value lies in a domain."""
    if 0 in view.shape:
        return True
    backend = backend_of(view)

    def compared(view: Array) -> bool:
        return domain.encloses(view, backend.extremes)

    return bool(backend.run(compared, (view,)))


def all_within(x: Array, domain: Domain) -> bool:
    """Whether all values of an array are seen to lie in a domain; False where that cannot be seen for free."""
    view = backend_of(x).concrete_or_none(x)
    return view is not None and within(view, domain)


def first_bad(view: Array, valid: Callable[[Array], Array], kept: Array | None) -> tuple[int, ...] | None:
    """The position of the first kept value that is not valid; None where there is none."""
    backend = backend_of(view)
    ok = backend.run(valid, (view,))
    bad = ~ok if kept is None else ~ok & kept
    xp = backend.xp
    if not bool(xp.any(bad)):
        return None
    place = int(xp.argmax(xp.astype(xp.reshape(bad, (-1,)), xp.int32)))
    position: list[int] = []
    for size in reversed(bad.shape):
        place, index = divmod(place, size)
        position.insert(0, index)
    return tuple(position)


def refuse_value(
    function: str, name: str, expected: object, position: tuple[int, ...], shown: str, hint: str = ""
) -> None:
    """Raise the error of one bad value; `expected` may be a function, as a compiler cannot write unknown sizes."""
    place = f" at position ({', '.join(map(str, position))})" if position else ""
    fail(DomainError, function, name, expected() if callable(expected) else expected, shown + place + hint)


def entry(given: Any, view: Array, position: tuple[int, ...], whole: bool) -> str:
    """One value as the user gave it: the view of an id too large for the library's integers holds the largest one."""
    number = int if whole else float
    for each in (given, view):
        try:
            for index in position:
                each = each[index]
            return str(number(each.item() if hasattr(each, "item") else each))
        except (TypeError, ValueError, IndexError, AttributeError):
            continue
    return "another value"
