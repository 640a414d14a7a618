"""Roles: what each array of a loss holds, and along which axes it lies.

Axes are named by letters, as in docstrings: ``"N C *S"``. A letter stands for one size in all arrays of a loss, ``*S``
for any number of axes, a number for itself, and ``N'`` for a second axis of the size of N.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from ..arguments import Arguments
from ..backends import backend_of
from ..constants import NEUTRAL
from ..domains import INSIDE, Domain, DomainCheck
from ..errors import DTypeError, OptionError, ShapeError, fail
from ..evaluation.partition import PartitionSpec, broadcast_spec
from ..numerics import and_, snap
from ..typing import Array

Letters = tuple[str, ...]
Sizes = dict[str, tuple[int, ...]]
"""Letter -> the sizes of the axes that it stands for."""


def parse(letters: str) -> Letters:
    """The letters of a text."""
    return tuple(letters.split())


def spell(letters: Letters) -> str:
    """Letters as a shape in a message."""
    return f"({', '.join(letters)}{',' * (len(letters) == 1)})"


def sizes_of(letter: str, sizes: Sizes) -> tuple[int, ...] | None:
    """The sizes that a letter stands for; None where it is new."""
    return (int(letter),) if letter.isdigit() else sizes.get(letter.rstrip("'"))


def matched(letters: Letters, shape: tuple[int, ...], sizes: Sizes) -> Sizes | None:
    """The sizes of all letters so far, and of those that a shape tells; None where it does not fit."""
    known = [sizes_of(each, sizes) for each in letters]
    free = len(shape) - sum(1 if each is None else len(each) for each in known)
    found, at = dict(sizes), 0
    for letter, own in zip(letters, known, strict=True):
        width = len(own) if own is not None else free + 1 if letter.startswith("*") else 1
        part = shape[at : at + width]
        if len(part) != width or (own is not None and part != own):
            return None
        found.setdefault(letter.rstrip("'"), part)
        at += width
    return found if at == len(shape) else None


def axes_of(letters: Letters, sizes: Sizes) -> tuple[tuple[str, int], ...]:
    """The axes that letters stand for, each by its letter and its place among those of the letter."""
    return tuple([(each, i) for each in letters for i in range(len(sizes_of(each, sizes) or ()))])


def shape_of(letters: Letters, sizes: Sizes) -> tuple[int, ...]:
    """The shape that letters stand for."""
    return tuple([n for each in letters for n in sizes_of(each, sizes) or ()])


def aligned(array: Array, own: Any, others: Any) -> Array:
    """An array with axes `own`, shaped to go with one with axes `others`: 1 where it has no such axis."""
    sizes = dict(zip(own, array.shape, strict=True))
    return backend_of(array).xp.reshape(array, tuple([sizes.get(axis, 1) for axis in others]))


class Role:
    """What an array holds; its letters."""

    differentiable = False

    def __init__(self, letters: str) -> None:
        self.letters = parse(letters)

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        """The array beside the first, of a dtype that the role allows."""
        raise NotImplementedError

    def check(self, call: Arguments, name: str, array: Array, where: Array | None) -> DomainCheck:  # noqa: ARG002
        """The result of checking its values."""
        return INSIDE

    def seen(self, array: Array, where: Array | None, check: DomainCheck, compute: Any) -> tuple[Array, Array | None]:
        """The array as a formula may see it, and where it is valid (None is everywhere)."""
        raise NotImplementedError


class Real(Role):
    """Numbers, where said of a domain."""

    differentiable = True

    def __init__(self, letters: str, domain: Domain | None = None) -> None:
        super().__init__(letters)
        self.domain = domain

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        array = call.array if name == call.first else call.real(name, value)
        if call.kind(array) == "bool":
            fail(DTypeError, call.function, name, "hold numbers", "bool")
        return array

    def check(self, call: Arguments, name: str, array: Array, where: Array | None) -> DomainCheck:
        return INSIDE if self.domain is None else call.check_domain(name, array, self.domain, where)

    def seen(self, array: Array, where: Array | None, check: DomainCheck, compute: Any) -> tuple[Array, Array | None]:
        backend = backend_of(array)
        array = backend.cast(array, compute)
        neutral = NEUTRAL if self.domain is None else self.domain.neutral
        array = array if where is None else backend.xp.where(where, array, neutral)
        valid = None if check.unseen is None else check.unseen.valid(array)
        rounded = check.rounded and self.domain is not None
        return snap(array, self.domain.low, self.domain.high) if rounded else array, valid  # type: ignore[union-attr]


class Labels(Role):
    """Integers that only tell what is alike."""

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        return call.ids(name, value)

    def seen(self, array: Array, where: Array | None, check: DomainCheck, compute: Any) -> tuple[Array, Array | None]:  # noqa: ARG002
        return array if where is None else backend_of(array).xp.where(where, array, 0), None


class Layout(NamedTuple):
    """The arrays of a loss: their roles, the axes of the unreduced loss, and those of the mask."""

    roles: Mapping[str, Role]
    returns: Letters
    where: Letters

    def placed(self, call: Arguments, values: dict[str, Any]) -> tuple[dict[str, Array | None], Sizes]:
        """The arrays, the axis that the caller chose last, and the sizes of the letters."""
        found: dict[str, Array | None] = {}
        sizes: Sizes = {}
        for name, role in self.roles.items():
            if values[name] is None:
                found[name] = None
                continue
            array = found[name] = last(role.place(call, name, values[name]), call, values)
            sizes = matched(role.letters, tuple(array.shape), sizes) or refuse_shape(call, name, array, role, sizes)
        return found, sizes

    @property
    def inner(self) -> Letters:
        """The letters of the mask that the unreduced loss has not: of what is masked inside of it."""
        return tuple([each for each in self.where if each not in self.returns])

    def mask(self, where: Array | None, role: Role, sizes: Sizes) -> Array | None:
        """The mask, shaped to go with an array of a role."""
        if where is None:
            return None
        own, others = axes_of(self.where, sizes), axes_of(role.letters, sizes)
        where = any_over(where, own, others)
        return aligned(where, [axis for axis in own if axis in others], others)

    def kept(self, where: Array | None, sizes: Sizes) -> Array | None:
        """The mask of the unreduced losses: those with anything kept inside."""
        return None if where is None else any_over(where, axes_of(self.where, sizes), axes_of(self.returns, sizes))

    def specs(self, arrays: Sequence[Array | None], sizes: Sizes) -> tuple[PartitionSpec | None, ...]:
        """How the mask, the weights of the samples and the arrays lie along the axes of the unreduced loss."""
        positions, (_, weight, *_) = axes_of(self.returns, sizes), arrays
        letters = [self.where, self.returns, *[role.letters for role in self.roles.values()]]
        found = [spec_of(axes_of(each, sizes), positions) for each in letters]
        found[1] = broadcast_spec(weight, shape_of(self.returns, sizes)) or ()
        return tuple([None if each is None else spec for each, spec in zip(arrays, found, strict=True)])


def last(array: Array, call: Arguments, values: dict[str, Any]) -> Array:
    """The array with the caller's `axis` as its last one."""
    axis = values.get("axis", -1)
    if array.ndim != call.array.ndim:  # which is told by its letters
        return array
    if not -array.ndim <= axis < array.ndim:
        expected = f"name one of the {array.ndim} axes of `{call.first}`, of shape {tuple(call.array.shape)}"
        fail(OptionError, call.function, "axis", expected, str(axis))
    return array if axis % array.ndim == array.ndim - 1 else backend_of(array).xp.moveaxis(array, axis, -1)


def refuse_shape(call: Arguments, name: str, array: Array, role: Role, sizes: Sizes) -> NoReturn:
    """Say which shape an array must have."""
    letters = role.letters
    known = [sizes_of(each, sizes) for each in letters]
    told = [str(n) for letter, own in zip(letters, known, strict=True) for n in (own if own is not None else (letter,))]
    shown = f"({', '.join(told)}{',' * (len(told) == 1)})"
    expected = f"have shape {spell(letters)}" + (f" = {shown}" if sizes and shown != spell(letters) else "")
    fail(ShapeError, call.function, name, expected, str(tuple(array.shape)))


def all_over(valid: Array | None, own: Any, kept: Any) -> Array | None:
    """Whether all is valid along the axes that are not kept."""
    if valid is None:
        return None
    gone = tuple([i for i, axis in enumerate(own) if axis not in kept])
    return backend_of(valid).xp.all(valid, axis=gone) if gone else valid


def any_over(mask: Array, own: Any, kept: Any) -> Array:
    """Whether anything holds along the axes that are not kept."""
    gone = tuple([i for i, axis in enumerate(own) if axis not in kept])
    return backend_of(mask).xp.any(mask, axis=gone) if gone else mask


def spec_of(axes: Any, positions: Any) -> PartitionSpec:
    """For each axis the position axis that it runs along."""
    return tuple([positions.index(axis) if axis in positions else None for axis in axes])


def both_valid(a: Array | None, b: Array | None) -> Array | None:
    """The mask where both are valid; None is everywhere."""
    return a if b is None else and_(a, b)
