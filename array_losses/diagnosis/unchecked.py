"""NumPy arrays whose values no loss checks: bad ones make it NaN, as on a GPU, and each part of a call can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np

from ..backends import BY_MODULE
from ..backends.base import Backend
from ..backends.numpy import NumPyBackend
from ..evaluation.plan import Prepared
from ..families.base import Family
from ..reduction import Elements, check_options, divide, divisor_of


class Unchecked(np.ndarray):
    """An array in host memory into which losses do not look."""


class Part(NamedTuple):
    """The losses of a call, or of one of the losses that a call is made of, before any reduction."""

    loss: str
    losses: np.ndarray
    """Weighted, 0 where masked, NaN where a value is bad."""
    kept: np.ndarray
    """The mask of those that count."""
    divisor: float
    """The divisor of the mean, and what it is."""
    divided_by: str
    value: np.ndarray


class UncheckedBackend(NumPyBackend):
    """NumPy, but values are not looked at, and each call leaves its parts behind."""

    def __init__(self) -> None:
        super().__init__()
        self.key = __name__

    def concrete_or_none(self, array: object) -> None:  # type: ignore[override]  # noqa: ARG002
        return None

    def lift(self, array: Any, backend: Backend) -> Any:  # noqa: ARG002
        return array if isinstance(array, np.ndarray | np.generic) else None

    def allows_caching(self, input: object) -> bool:  # noqa: ARG002
        return False

    @staticmethod
    def jit_call(function: Callable[..., Any], fixed: tuple[tuple[str, Any], ...], arrays: dict[str, Any]) -> Any:
        """The result of a call, whose losses are kept on the way."""
        part = part_of(function.__self__, {**dict(fixed), **arrays})  # type: ignore[attr-defined]
        PARTS.get().append(part)
        return part.value


DIVISORS = {
    "count": "the number that counts",
    "weights": "the sum of the weights",
    "own": "what the loss itself counts",
}
BACKEND = BY_MODULE[__name__] = UncheckedBackend()
PARTS: ContextVar[list[Part]] = ContextVar("parts of the call that is looked into")


@contextmanager
def parts_of_calls() -> Iterator[list[Part]]:
    """A list of the parts of all calls within the context."""
    found: list[Part] = []
    token = PARTS.set(found)
    try:
        yield found
    finally:
        PARTS.reset(token)


def unchecked(array: Any) -> Any:
    """An array, or nested lists, without a check of values; anything else as it is."""
    return np.asarray(array).view(Unchecked) if isinstance(array, np.ndarray | np.generic) else array


def part_of(family: Family, values: dict[str, Any]) -> Part:
    """The losses of one call, and their reduction."""
    call = family.arguments_of(values)
    normalizer = check_options(call, values["reduction"], values["normalizer"])
    prepared = family.prepare(call, {**values, "reduction": "none"})
    plan = family.plan(call, values, normalizer)
    mean = values["reduction"] == "mean"
    found = elements_of(by_size_of(prepared) if mean else prepared)
    losses = np.asarray(found.loss)
    kept = np.broadcast_to(True if found.kept is None else np.asarray(found.kept), losses.shape)
    named = "count" if plan.normalizer == "weights" and found.weight is None else plan.normalizer
    divisor, least = np.asarray(divisor_of(found, named), losses.dtype), plan.finish.min_divisor
    total = np.sum(losses, dtype=losses.dtype)
    value = np.asarray(divide(total, divisor, least) if mean else total)
    label = DIVISORS[named] if isinstance(named, str) else "the normalizer"
    return Part(family.name, losses, kept, float(np.maximum(divisor, least)) if mean else 1.0, label * mean, value)


def by_size_of(prepared: Prepared) -> Prepared:
    return prepared.divided() if prepared.sized else prepared


def elements_of(prepared: Prepared) -> Elements:
    """The elements of a call, chunk by chunk where the formula makes more than is to be held at once."""
    arrays = tuple([None if each is None else np.asarray(each) for each in prepared.arrays])
    if not prepared.chunked or prepared.partition is None:
        return prepared.elements(*arrays)
    partition = prepared.partition()
    found = [prepared.elements(*partition.slice_block(arrays, block)) for block in partition.chunks()]
    joined = {
        name: np.concatenate([np.broadcast_to(getattr(each, name), each.loss.shape) for each in found])
        for name in ("loss", "weight", "kept")
        if getattr(found[0], name) is not None
    }
    return Elements(**joined)
