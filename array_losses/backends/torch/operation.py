"""A leaf as dynamo holds it: imported when it first reads one, as marking the function imports dynamo."""

from __future__ import annotations

from typing import Any

import torch

from ...errors import ArrayLossesError
from ..leaf import LEAVES
from .leaf import IS_LEAF, MustBeReadError
from .private import is_observed


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
    token = IS_LEAF.set(True)
    try:
        found = evaluate(*values[:placed], **dict(zip(names[placed:], values[placed:], strict=True)))
    except MustBeReadError:
        return None
    except ArrayLossesError:
        if not (torch.compiler.is_compiling() or is_observed()):  # the graph is run as it was read
            raise
        return None
    finally:
        IS_LEAF.reset(token)
    return found if isinstance(found, torch.Tensor) else None
