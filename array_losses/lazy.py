"""Packages whose modules load when a name of theirs is first used (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def attach(package: str, names: Mapping[str, Sequence[str]]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package, from the names that each of its modules defines.

    Threads that ask for one name at once wait for the lock of the import, and get one object.
    """
    modules = {name: module for module, defined in names.items() for name in defined}

    def get(name: str) -> Any:
        if name not in modules:
            # the interpreter adds a suggestion of its own where it knows the object
            raise AttributeError(_no_attribute(package, name, modules), name=name, obj=None)
        value = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)  # not asked for again
        return value

    def directory() -> list[str]:
        return sorted({*vars(sys.modules[package]), *modules})

    return get, directory


def _no_attribute(package: str, name: str, known: Mapping[str, str]) -> str:
    from .errors import closest

    text = f"module {package!r} has no attribute {name!r}"
    close = "" if name.startswith("_") else closest(name, known)
    return f"{text}; did you mean `{close}`?" if close else text
