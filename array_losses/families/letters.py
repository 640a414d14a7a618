"""Letters: the axes of the arrays of a loss, named as in docstrings, ``"N C *S"``.

A letter stands for one size in all arrays of a loss, ``*S`` for any number of axes, ``N?`` for an axis that may be
absent, a number for itself, and ``N'`` for a second axis of the size of N. A role writes ``~`` before the letters of an
array that may broadcast to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..backends import backend_of
from ..evaluation.partition import PartitionSpec
from ..typing import Array

Letters = tuple[str, ...]
Axis = tuple[str, int]
"""An axis: its letter, and its place among those of the letter."""
Axes = tuple[Axis, ...]


def parse(letters: str) -> Letters:
    """The letters of a text."""
    return tuple(letters.split())


def spell(letters: Letters) -> str:
    """Letters as a shape in a message."""
    named = [each.rstrip("'?") for each in letters]
    return f"({', '.join(named)}{',' * (len(named) == 1)})"


def spell_each(letters: Letters) -> str:
    """Letters as a shape in a message, and the shortest where an axis may be absent."""
    least = tuple([each for each in letters if each[0] != "*" and each[-1] != "?"])
    return f"{spell(letters)} or {spell(least)}" if any(each[-1] == "?" for each in letters) else spell(letters)


def fewest(letter: str) -> int:
    """The least number of axes that a letter stands for."""
    return 0 if letter[0] == "*" or letter[-1] == "?" else 1


class Sizes(NamedTuple):
    """The sizes of the letters of a call, and where the caller's `axis` puts the letter whose place may be chosen."""

    known: Mapping[str, tuple[int, ...]] = {}
    letter: str = ""
    axis: int = 0

    def of(self, letter: str) -> tuple[int, ...] | None:
        """The sizes that a letter stands for; None where it is new."""
        return (int(letter),) if letter.isdigit() else self.known.get(letter.rstrip("'?"))

    def split(self, letters: Letters, shape: tuple[int, ...]) -> tuple[Letters, tuple[int, ...]]:
        """The letters and the shape of an array, with the axis of which the caller chose the place as the last."""
        if not self.letter or self.letter not in letters:
            return letters, shape
        axis = self.axis
        letters = (*[each for each in letters if each != self.letter], self.letter)
        return letters, (*shape[:axis], *shape[axis + 1 :], *shape[axis : axis + 1])

    def matched(self, letters: Letters, shape: tuple[int, ...]) -> Sizes | None:
        """These sizes, with those that a shape tells of new letters; None where it does not fit."""
        letters, shape = self.split(letters, shape)
        pairs = [(each, self.of(each)) for each in letters]
        spare = len(shape) - sum([fewest(each) if own is None else len(own) for each, own in pairs])
        if spare < 0:
            return None
        found, at = self.known, 0
        for letter, own in pairs:
            if own is None:
                more = 0 if fewest(letter) else spare if letter[0] == "*" else min(spare, 1)
                own = shape[at : at + fewest(letter) + more]
                found, spare = {**found, letter.rstrip("'?"): own}, spare - more
            elif shape[at : at + len(own)] != own:
                return None
            at += len(own)
        return Sizes(found, self.letter, self.axis) if at == len(shape) else None

    def axes(self, letters: Letters) -> Axes:
        """The axes of an array, in its order."""
        found = [(each, i) for each in letters for i in range(len(self.of(each) or ())) if each != self.letter]
        if self.letter and self.letter in letters:
            found.insert(self.axis, (self.letter, 0))
        return tuple(found)

    def shape(self, letters: Letters) -> tuple[int, ...]:
        """The shape that letters stand for."""
        return tuple([(self.of(letter) or ())[i] for letter, i in self.axes(letters)])


def aligned(array: Array, own: Axes, others: Axes) -> Array:
    """An array with axes `own`, shaped to go with one with axes `others`, which are in that order: 1 where it has none.

    The array may lack the first of its axes, as what broadcasts.
    """
    if own == others or array.ndim == 0:
        return array
    sizes = dict(zip(own[len(own) - array.ndim :], array.shape, strict=True))
    return backend_of(array).xp.reshape(array, tuple([sizes.get(axis, 1) for axis in others]))


def any_aligned(mask: Array, own: Axes, others: Axes) -> Array:
    """Whether anything holds of what belongs to an entry of an array with axes `others`, shaped to go with it."""
    return mask if own == others else _over(mask, own, others, "any")


def all_aligned(mask: Array, own: Axes, others: Axes) -> Array:
    """Whether all holds of what belongs to an entry of an array with axes `others`, shaped to go with it."""
    return mask if own == others else _over(mask, own, others, "all")


def _over(mask: Array, own: Axes, others: Axes, reduce: str) -> Array:
    gone = tuple([i for i, axis in enumerate(own) if axis not in others])
    mask = getattr(backend_of(mask).xp, reduce)(mask, axis=gone) if gone else mask
    return aligned(mask, tuple([axis for axis in own if axis in others]), others)


def spec_of(array: Array | None, axes: Axes, positions: Axes, broadcasts: bool) -> PartitionSpec | None:
    """For each axis of an array the position axis that it runs along; None where it is never cut."""
    if array is None:
        return None
    own = axes[len(axes) - array.ndim :]
    return tuple(
        [
            None if axis not in positions or (broadcasts and n == 1) else positions.index(axis)
            for axis, n in zip(own, array.shape, strict=True)
        ]
    )
