"""A whole call as one operation of dynamo: it compiles in a fraction of the time, and leaves no guards in our code."""

from __future__ import annotations

from typing import Any

import torch

from ...errors import ArrayLossesError
from ..leaf import LEAVES
from .private import is_observed

CONSTANTS = (bool, int, float, str)


@torch.compiler.allow_in_graph  # type: ignore[untyped-decorator]
def operation(key: str, names: tuple[str, ...], *values: Any) -> torch.Tensor | None:
    """The result of a leaf for arguments of these names, "" by position; None where it has to be read."""
    if any(isinstance(each, torch.SymInt | torch.SymFloat) for each in values):  # an option that differed between calls
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
    values = (*args, *kwargs.values())
    for each in values:
        if not (each is None or isinstance(each, torch.Tensor) or type(each) in CONSTANTS):
            return None
    found: torch.Tensor | None = operation(key, ("",) * len(args) + tuple(kwargs), *values)
    return found
