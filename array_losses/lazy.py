"""Packages whose modules load when a name of theirs is first used (PEP 562)."""

from __future__ import annotations

import sys
from _thread import RLock  # `threading` would be one more module to load
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

LOADING = RLock()


def attach(package: str, names: Mapping[str, Sequence[str]]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package, from the names that each of its modules defines.

    Threads that ask at once load one after the other, and get one object: the locks of the import system alone, one for
    each module, deadlock where one thread begins with a package and another with a module of it.
    """
    modules = {name: module for module, defined in names.items() for name in defined}

    def get(name: str) -> Any:
        if name not in modules:
            # the interpreter adds a suggestion of its own where it knows the object
            raise AttributeError(_no_attribute(package, name, modules), name=name, obj=None)
        with LOADING:
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
