"""Tensors that only look plain: masked, nested and sparse ones, and subclasses that do not know each other."""

from __future__ import annotations

import torch

PLAIN = (torch.Tensor, torch.nn.Parameter)


def is_plain(array: torch.Tensor) -> bool:
    """Whether this is a dense tensor of torch's own type."""
    return type(array) in PLAIN and array.layout is torch.strided and not array.is_nested


def objection(array: torch.Tensor) -> tuple[str, str] | None:
    """The objection to a tensor: what it must be, and what it is ("" where that shows); None for a usual one."""
    if array.is_nested:
        text = "be padded: write torch.nested.to_padded_tensor({}, 0.0), and what is no padding as `where`"
        return text, "a nested tensor"
    if array.layout is not torch.strided:
        return "be a dense tensor: write {}.to_dense()", f"a tensor of layout {array.layout}"
    if type(array) not in PLAIN and type(array).__module__.startswith("torch.masked"):
        return "be a plain tensor: write {0}.get_data(), and the mask as `where={0}.get_mask()`", ""
    return None


def estranged(first: torch.Tensor, other: torch.Tensor) -> str | None:
    """Code that converts a tensor that torch's functions refuse together with the first; None where they take both."""
    if type(first) is type(other) or (type(first) in PLAIN and type(other) in PLAIN):
        return None
    if is_distributed(first) != is_distributed(other):
        if is_distributed(other):
            return "{0}.full_tensor()"
        return "torch.distributed.tensor.distribute_tensor({0}, {1}.device_mesh), or DTensor.from_local of a shard"
    try:
        torch.result_type(first, other)  # looks at no value, and asks both types
    except TypeError:
        return "{0}.as_subclass(torch.Tensor)"
    return None


def is_distributed(array: torch.Tensor) -> bool:
    """Whether this is a DTensor."""
    return hasattr(array, "device_mesh") and hasattr(array, "placements")


def on_mesh_of(value: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """A new tensor, on every device of the mesh of `like` where that is a DTensor."""
    if type(like) in PLAIN or not is_distributed(like):
        return value
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(value, like.device_mesh)  # type: ignore[attr-defined]
