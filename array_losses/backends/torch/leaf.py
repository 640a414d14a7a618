"""A whole call as one operation of dynamo: it compiles in a fraction of the time, and leaves no guards in our code."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import torch

IS_LEAF: ContextVar[bool] = ContextVar("array_losses.is_leaf", default=False)
"""Whether a leaf is evaluated."""


class MustBeReadError(Exception):
    """A leaf that dynamo has to read after all: as one operation it would hold what it is to make again."""


CONSTANTS = (bool, int, float, str)


def is_constant(value: Any) -> bool:
    """Whether dynamo can write a value into its graph: plain, or rows of what is."""
    if type(value) is list or type(value) is tuple:
        return all(map(is_constant, value))
    return value is None or type(value) in CONSTANTS


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
    from .operation import operation  # where dynamo is there already, whose import takes seconds

    found: torch.Tensor | None = operation(key, ("",) * len(args) + tuple(kwargs), *values)
    return found
