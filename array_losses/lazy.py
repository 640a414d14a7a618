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
            hint = _hint(name, modules)
            if hint and sys._getframe(1).f_code.co_name == "_handle_fromlist" and not _is_module(f"{package}.{name}"):
                # of `from package import name`: Python would make an ImportError of its own, without the hint
                raise ImportError(f"cannot import name {name!r} from {package!r}{hint}", name=package)
            # the interpreter adds a suggestion of its own where it knows the object
            raise AttributeError(f"module {package!r} has no attribute {name!r}{hint}", name=name, obj=None)
        with LOADING:
            value = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)  # not asked for again
        return value

    def directory() -> list[str]:
        return sorted({*vars(sys.modules[package]), *modules})

    return get, directory


def _hint(name: str, known: Mapping[str, str]) -> str:
    """What a wrong name may have meant, to stand behind the error."""
    from .errors import closest
    from .other_names import NAMES

    if name.startswith("_"):
        return ""
    close = _written_otherwise(name, known)
    if not close and plain(name) in NAMES:
        return f"; {NAMES[plain(name)]}"
    close = close or closest(name, known)
    return f"; did you mean `{close}`?" if close else ""


def _is_module(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


def _written_otherwise(name: str, known: Mapping[str, str]) -> str:
    """The known name that differs in capitals, underscores and the word "loss" alone: a class for one with capitals."""
    same = [other for other in known if plain(other) == plain(name)]
    return max(same, key=lambda other: other[0].isupper() is not name.islower(), default="")


def plain(name: str) -> str:
    """A name without capitals, underscores and a last "loss"."""
    return name.lower().replace("_", "").removesuffix("loss")
