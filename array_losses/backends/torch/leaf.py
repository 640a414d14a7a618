"""A whole call as one operation of dynamo: it compiles in a fraction of the time, and leaves no guards in our code."""

from __future__ import annotations

from typing import Any

import torch

from ...errors import ArrayLossesError
from ..leaf import LEAVES
from .private import is_observed

CONSTANTS = (bool, int, float, str)


def is_constant(value: Any) -> bool:
    """Whether dynamo can write a value into its graph: plain, or rows of what is."""
    if type(value) is list or type(value) is tuple:
        return all(map(is_constant, value))
    return value is None or type(value) in CONSTANTS


def has_symbol(value: Any) -> bool:
    """Whether a number among these is a symbol."""
    if isinstance(value, list | tuple):
        return any(map(has_symbol, value))
    return isinstance(value, torch.SymInt | torch.SymFloat | torch.SymBool)


@torch.compiler.allow_in_graph  # type: ignore[untyped-decorator]
def operation(key: str, names: tuple[str, ...], *values: Any) -> torch.Tensor | None:
    """The result of a leaf for arguments of these names, "" by position; None where it has to be read."""
    if has_symbol(values):  # a number that differed between calls
        return None
    evaluate, placed = LEAVES[key].evaluate, names.count("")
    try:
        found = evaluate(*values[:placed], **dict(zip(names[placed:], values[placed:], strict=True)))
    except ArrayLossesError:
        if not (torch.compiler.is_compiling() or is_observed()):  # the graph is run as it was read
            raise
        return None
    return found if isinstance(found, torch.Tensor) else None


def call_leaf(key: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> torch.Tensor | None:
    """The result of a leaf, as dynamo reads it; None where it has to read the leaf too, as for an error."""
    values = []
    for each in (*args, *kwargs.values()):
        if type(each).__module__ == "numpy":
            values.append(torch.as_tensor(each))
        elif isinstance(each, torch.Tensor) or is_constant(each):
            values.append(each)
        else:
            return None
    found: torch.Tensor | None = operation(key, ("",) * len(args) + tuple(kwargs), *values)
    return found
