"""Entries: the arrays of a call, with what they hold, what of them counts, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..families.letters import Axes
from ..families.roles import Real, Role

SHOWN = 3
"""The number of positions that are named."""


@dataclass(frozen=True)
class Places:
    """The number of entries of some kind, and the positions of the first ones."""

    count: int = 0
    first: tuple[tuple[int, ...], ...] = ()


def places(mask: np.ndarray) -> Places:
    """The entries where a mask is True."""
    found = np.flatnonzero(mask)
    first = [tuple(map(int, np.unravel_index(place, mask.shape))) for place in found[:SHOWN]]
    return Places(len(found), tuple(first))


@dataclass(frozen=True, eq=False)
class Entry:
    """One array of a call."""

    name: str
    role: Role
    values: np.ndarray
    dtype: str
    origin: str
    """The library and the device that it came from."""
    axes: Axes | None = None
    """Its axes by name; None where the shapes do not fit."""
    counts: np.ndarray | None = None
    """The mask of what counts, shaped to go with the values; None is everything."""
    outside: np.ndarray | None = None
    """The mask of what counts and lies outside what the array may hold; None where that cannot be told."""
    allowed: str = ""
    """What it may hold, in words."""

    is_weight: bool = False

    @property
    def is_real(self) -> bool:
        """Whether it holds numbers, not ids, weights or masks."""
        return isinstance(self.role, Real)

    @property
    def is_floating(self) -> bool:
        return self.kind == "f"

    @cached_property
    def kind(self) -> str:
        """The kind of numbers, as NumPy writes it; bfloat16 has none of its own."""
        return "f" if "float" in self.dtype else self.values.dtype.kind

    @cached_property
    def numbers(self) -> np.ndarray:
        """The values as floats, bfloat16 too; of integers as they are."""
        found: np.ndarray = self.values
        return found.astype(np.float32) if found.dtype.name == "bfloat16" else found

    @cached_property
    def counted(self) -> np.ndarray:
        """The finite values that count, in one row, as float64."""
        flat: np.ndarray = self.numbers[self.kept & self.finite].astype(np.float64)
        return flat

    @cached_property
    def kept(self) -> np.ndarray:
        """The mask of what counts, of the shape of the values."""
        return np.broadcast_to(True if self.counts is None else self.counts, self.values.shape)

    @cached_property
    def finite(self) -> np.ndarray:
        return np.isfinite(self.numbers) if self.is_floating else np.ones(self.values.shape, bool)

    @cached_property
    def nan(self) -> np.ndarray:
        return np.isnan(self.numbers) if self.is_floating else np.zeros(self.values.shape, bool)

    @cached_property
    def infinite(self) -> np.ndarray:
        found: np.ndarray = ~self.finite & ~self.nan
        return found

    @cached_property
    def low(self) -> float:
        """The least finite value that counts; NaN where there is none."""
        return float(self.counted.min()) if self.counted.size else float("nan")

    @cached_property
    def high(self) -> float:
        return float(self.counted.max()) if self.counted.size else float("nan")

    def is_within(self, low: float, high: float) -> bool:
        """Whether there are values that count, and all of them that are finite lie within."""
        return bool(low <= self.low and self.high <= high)

    def holds_only(self, *numbers: float) -> bool:
        """Whether there are values that count, all of them one of these."""
        return bool(self.counted.size) and bool(np.isin(self.counted, numbers).all())

    def axis_of(self, letter: str) -> int | None:
        """The place of the axis of a letter."""
        return next((i for i, (each, _) in enumerate(self.axes or ()) if each.rstrip("?") == letter), None)

    def sums(self, axis: int, of: Any = None) -> np.ndarray:
        """The sums of the values, or of a function of them, along an axis wherever all of them count."""
        numbers = self.numbers.astype(np.float64)
        whole = np.all(self.kept & self.finite, axis=axis)
        found: np.ndarray = np.sum(numbers if of is None else of(numbers), axis=axis)[whole]
        return found

    def sums_to_one(self, axis: int, of: Any = None) -> bool:
        """Whether there are such sums, and all of them are 1."""
        sums = self.sums(axis, of)
        return bool(sums.size) and bool(np.all(np.abs(sums - 1) < 2e-2))
