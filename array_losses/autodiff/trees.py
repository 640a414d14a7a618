"""Dicts, lists and tuples of arrays, taken apart and put together again; None holds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Any

from ..sums import PYTREES


def children(node: Any) -> list[tuple[str, Any]] | None:
    """What a container holds, each with the code that leads there; None for what is none, an array."""
    if node is None:
        return []
    if isinstance(node, dict):
        return [(f"[{key!r}]", each) for key, each in node.items()]
    if isinstance(node, list | tuple):
        names = getattr(node, "_fields", None)
        return [(f"[{i}]" if names is None else f".{names[i]}", each) for i, each in enumerate(node)]
    for cls, flatten, _ in PYTREES:
        if isinstance(node, cls):
            return [(f"[{i}]", each) for i, each in enumerate(flatten(node)[0])]
    return None


def remade(node: Any, held: list[Any]) -> Any:
    """A container like this one that holds something else."""
    if node is None:
        return None
    if type(node) is dict:
        return dict(zip(node, held, strict=True))
    if isinstance(node, dict):  # ordered, or with a default
        made = copy(node)
        made.update(zip(node, held, strict=True))
        return made
    if isinstance(node, list):
        return held
    if isinstance(node, tuple):
        return tuple(held) if type(node) is tuple else type(node)(*held)
    flatten, unflatten = next((flatten, unflatten) for cls, flatten, unflatten in PYTREES if isinstance(node, cls))
    return unflatten(held, flatten(node)[1])


def leaves(tree: Any, path: str = "") -> list[tuple[str, Any]]:
    """What is no container in a tree, each with the code that leads there."""
    found = children(tree)
    if found is None:
        return [(path, tree)]
    return [leaf for code, each in found for leaf in leaves(each, path + code)]


def flattened(args: tuple[Any, ...], places: tuple[int, ...]) -> tuple[tuple[Any, ...], dict[int, slice]]:
    """Arguments, those at some places as their leaves; and where each of them is then."""
    flat: list[Any] = []
    spans = {}
    for i, each in enumerate(args):
        start = len(flat)
        flat += [leaf for _, leaf in leaves(each)] if i in places else [each]
        spans[i] = slice(start, len(flat))
    return tuple(flat), spans


def rebuilt(tree: Any, values: Iterator[Any]) -> Any:
    """A tree like this one, of other leaves."""
    found = children(tree)
    return next(values) if found is None else remade(tree, [rebuilt(each, values) for _, each in found])
