"""What is asked of tensors: whether they are plain, may be read, how large they are and what they hold."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch

from .lookalikes import is_plain
from .private import is_observed, is_transformed

Tensor = torch.Tensor
Tensors = tuple[Tensor | None, ...]


def concrete_or_none(array: torch.Tensor) -> torch.Tensor | None:
    """The tensor where its values can be read at no cost, else None."""
    plain = type(array) is torch.Tensor or type(array) is torch.nn.Parameter
    if not plain or array.device.type != "cpu" or torch.compiler.is_compiling():
        return None
    if is_transformed(array):
        return None
    return array.detach()


def has_few_classes(x: Tensor, axis: int) -> bool:
    """Whether many rows have few classes side by side: torch's softmax is slow where a vector holds more."""
    return axis == x.ndim - 1 > 0 and x.shape[axis] * x.element_size() < VECTOR_BYTES and x.numel() >= MIN_COPY_ELEMENTS


VECTOR_BYTES = 64 if torch.backends.cpu.get_cpu_capability() == "AVX512" else 32
"""Bytes of the widest registers that torch uses."""
MIN_COPY_ELEMENTS = 1 << 13
"""Elements from which a copy pays."""


def no_autocast(x: Tensor) -> AbstractContextManager[object]:
    """A context in which matrix products have the dtype of their arguments, whatever autocast says."""
    kind = x.device.type
    return torch.autocast(kind, enabled=False) if torch.amp.is_autocast_available(kind) else nullcontext()


def extremes(x: Tensor) -> tuple[float, float]:
    """The least and the largest value; NaN if there is one."""
    low, high = torch.aminmax(x)
    return low.item(), high.item()


def is_plain_eager(arrays: Tensors, anywhere: bool = False) -> bool:
    """Whether these are plain tensors in host memory (or anywhere) in eager mode: nothing traces or transforms them."""
    if torch.compiler.is_compiling() or is_observed():
        return False
    for each in arrays:  # noqa: SIM110, `all` of a generator takes twice as long
        if each is not None and not (is_plain(each) and (anywhere or each.is_cpu)):
            return False
    return True
