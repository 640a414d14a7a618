"""Calls that a compiler which reads Python need not read: it makes them with traced arrays, and keeps what they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakValueDictionary


class Leaf(Protocol):
    """What may be called so."""

    @property
    def evaluate(self) -> Callable[..., Any]:
        """The call itself."""


LEAVES: WeakValueDictionary[str, Leaf] = WeakValueDictionary()
"""Key -> leaf: a text is a constant to every compiler."""


def keep_leaf(name: str, leaf: Leaf) -> str:
    """The key under which a leaf of this name is kept from now on."""
    key = name
    while key in LEAVES:
        key = f"{name} {len(LEAVES)}"
    LEAVES[key] = leaf
    return key
