"""Letters: the names of axes, as in docstrings: ``"N C *S"``.

A letter stands for one size in all arrays of a loss, ``*S`` for any number of axes, a number for itself, and ``N'`` for
a second axis of the size of N.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..backends import backend_of
from ..evaluation.partition import PartitionSpec
from ..typing import Array

Letters = tuple[str, ...]
Axis = tuple[str, int]
"""An axis: its letter, and its place among those of the letter."""


class Sizes(NamedTuple):
    """The sizes of the letters of a call, and where the caller's `axis` puts the last letter of arrays that have it."""

    known: Mapping[str, tuple[int, ...]] = {}
    letter: str = ""
    axis: int = -1

    def of(self, letter: str) -> tuple[int, ...] | None:
        """The sizes that a letter stands for; None where it is new."""
        return (int(letter),) if letter.isdigit() else self.known.get(letter.rstrip("'"))

    def moved(self, letters: Letters) -> bool:
        """Whether the caller may have moved the last axis of an array."""
        return bool(self.letter) and self.letter in letters

    def matched(self, letters: Letters, shape: tuple[int, ...]) -> Sizes | None:
        """These sizes, with those that a shape tells of new letters; None where it does not fit."""
        if self.moved(letters) and shape:
            shape = (*shape[: self.axis], *shape[self.axis + 1 :], *shape[self.axis : self.axis + 1])
        known = [self.of(each) for each in letters]
        free = len(shape) - sum(1 if each is None else len(each) for each in known)
        found, at = dict(self.known), 0
        for letter, own in zip(letters, known, strict=True):
            width = len(own) if own is not None else free + 1 if letter.startswith("*") else 1
            part = shape[at : at + width]
            if len(part) != width or (own is not None and part != own):
                return None
            found.setdefault(letter.rstrip("'"), part)
            at += width
        return self._replace(known=found) if at == len(shape) else None

    def axes(self, letters: Letters) -> tuple[Axis, ...]:
        """The axes of an array, in its order."""
        found = [(each, i) for each in letters for i in range(len(self.of(each) or ()))]
        if self.moved(letters):
            found.insert(self.axis, found.pop())
        return tuple(found)

    def shape(self, letters: Letters) -> tuple[int, ...]:
        """The shape that letters stand for."""
        return tuple([(self.of(letter) or ())[i] for letter, i in self.axes(letters)])


def parse(letters: str) -> Letters:
    """The letters of a text."""
    return tuple(letters.split())


def spell(letters: Letters) -> str:
    """Letters as a shape in a message."""
    named = [each.rstrip("'") for each in letters]
    return f"({', '.join(named)}{',' * (len(named) == 1)})"


def aligned(array: Array, own: Sequence[Axis], others: Sequence[Axis]) -> Array:
    """An array with axes `own`, shaped to go with one with axes `others`: 1 where it has no such axis."""
    sizes = dict(zip(own, array.shape, strict=True))
    return backend_of(array).xp.reshape(array, tuple([sizes.get(axis, 1) for axis in others]))


def all_over(valid: Array | None, own: Sequence[Axis], kept: Sequence[Axis]) -> Array | None:
    """Whether all is valid along the axes that are not kept."""
    if valid is None:
        return None
    gone = tuple([i for i, axis in enumerate(own) if axis not in kept])
    return backend_of(valid).xp.all(valid, axis=gone) if gone else valid


def any_over(mask: Array, own: Sequence[Axis], kept: Sequence[Axis]) -> Array:
    """Whether anything holds along the axes that are not kept."""
    gone = tuple([i for i, axis in enumerate(own) if axis not in kept])
    return backend_of(mask).xp.any(mask, axis=gone) if gone else mask


def spec_of(axes: Sequence[Axis], positions: Sequence[Axis]) -> PartitionSpec:
    """For each axis the position axis that it runs along."""
    return tuple([positions.index(axis) if axis in positions else None for axis in axes])
