"""Host data, which every library takes: Python numbers, nested lists of them, and anything of NumPy's."""

from __future__ import annotations

from math import nan
from typing import Any

from .backends import backend_of
from .backends.base import KINDS

HOST_SCALARS = (bool, int, float, list, tuple)


def is_host(value: object) -> bool:
    """Whether this is host data: a number, nested lists of numbers, or anything of NumPy's."""
    return isinstance(value, HOST_SCALARS) or type(value).__module__ == "numpy"


def host_kind(value: Any) -> str:
    """The kind of dtype that host data has."""
    if isinstance(value, list | tuple):
        kinds = {host_kind(each) for each in value}
        for kind in ("other", "half", "real", "integer"):
            if kind in kinds:
                return kind
        return "bool" if kinds else "real"
    for python, kind in ((bool, "bool"), (int, "integer"), (float, "real")):
        if isinstance(value, python):
            return kind
    if hasattr(value, "dtype"):
        return KINDS.get(getattr(value.dtype, "name", str(value.dtype)).rpartition(".")[2], "other")
    return "other"


def frozen(value: Any) -> Any:
    """Weights that lie in host memory as nested tuples of numbers: constant, comparable, hashable, plain."""
    if isinstance(value, list | tuple):
        return tuple(frozen(each) for each in value)
    if value is None or isinstance(value, str | int | float):
        return nan if value != value else value  # one NaN, which equals itself in a tuple
    backend = backend_of(value)
    view = None if backend.requires_grad(value) else backend.concrete_or_none(value)
    return value if view is None else frozen(view.tolist())
