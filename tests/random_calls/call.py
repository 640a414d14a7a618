"""One random call: which loss, on which arrays, with which options, given how, and how it is made on a library."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import array_losses as al

CLASSES = {record.name: record.cls.__name__ for record in al.catalog()}
PER_CALL = ("sample_weight", "where", "gt_valid")


@dataclass(frozen=True)
class RandomCall:
    """A call, with its arrays in NumPy, in the dtypes they are given in."""

    loss: str
    positional: tuple[str, ...]
    arrays: dict[str, np.ndarray]
    """Those of `positional`, then those given by keyword."""
    options: dict[str, Any] = field(default_factory=dict)
    """What is no array, without the reduction."""
    reduction: str = "mean"
    """A reduction of the library, "sums:mean" or "sums:sum", or "halves": the sums of two halves, merged."""
    forms: dict[str, str] = field(default_factory=dict)
    """How an array is given, where that is not as a plain array of the library (see `libraries.py`)."""
    wanted: tuple[str, ...] = ()
    """The arrays to differentiate."""
    batched: frozenset[str] = frozenset()
    """The arrays whose first axis is that of the samples."""
    route: str = "function"
    """Or "object", or "composition"."""
    second: tuple[str, dict[str, Any]] = ("", {})
    """The other loss of a composition, with its options."""
    seed: int = 0
    """Of the directions of derivatives, and of what multiplies an unreduced loss."""

    @property
    def terms(self) -> tuple[tuple[float, str, dict[str, Any]], ...]:
        """The factors, losses and options that are added up."""
        first = (self.loss, self.options)
        if self.route == "object":
            return ((0.5, *first),)
        return ((0.5, *first), (0.25, *self.second)) if self.route == "composition" else ((1.0, *first),)

    @property
    def plain_reduction(self) -> str:
        """What the reduction comes to: "mean", "sum" or "none"."""
        return {"sums:sum": "sum", "sums:mean": "mean", "halves": "mean"}.get(self.reduction, self.reduction)

    @property
    def first(self) -> str:
        return self.positional[0]

    @property
    def dtype(self) -> np.dtype:
        return self.arrays[self.first].dtype

    @property
    def size(self) -> int:
        """Of the first array, along its first axis."""
        shape = self.arrays[self.first].shape
        return shape[0] if shape else 0

    def with_arrays(self, **arrays: np.ndarray) -> RandomCall:
        return replace(self, arrays={**self.arrays, **arrays})

    def __call__(self, given: dict[str, Any]) -> Any:
        """The result on the arrays of a library."""
        name = self.reduction.partition(":")[0]
        if name == "halves":
            cut = self.size // 2
            return (self.part(given, slice(None, cut)) + self.part(given, slice(cut, None))).loss()
        if name == "sums":
            return self.evaluate(given, "sums").loss(self.plain_reduction)
        return self.evaluate(given, name)

    def part(self, given: dict[str, Any], rows: slice) -> Any:
        halves = {
            n: each[rows if isinstance(each, list) else (rows, ...)] for n, each in given.items() if n in self.batched
        }
        return self.evaluate({**given, **halves}, "sums")

    def evaluate(self, given: dict[str, Any], reduction: str) -> Any:
        args = [given[name] for name in self.positional]
        named = {name: each for name, each in given.items() if name not in self.positional}
        if self.route == "function":
            return getattr(al, self.loss)(*args, **named, **self.options, reduction=reduction)
        both = {k: self.options[k] for k in ("normalizer",) if k in self.options}
        made = [
            factor * getattr(al, CLASSES[loss])(**{k: v for k, v in options.items() if k not in both})
            for factor, loss, options in self.terms
        ]
        return sum(made[1:], start=made[0])(*args, **named, **both, reduction=reduction)
