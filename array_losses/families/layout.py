"""Layouts: the roles of all arrays of a loss, and how they lie beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any, NoReturn

from ..arguments import Arguments
from ..errors import OptionError, ShapeError, fail, spelled
from ..typing import Array
from .geometry import Geometry, Misfit, Shape
from .letters import Letters, Sizes, fewest, parse, spell, spell_each
from .roles import Role


class Layout:
    """The roles of the arrays, the letters of the unreduced loss and those of the mask `where`.

    `axis` is the letter of which the caller may choose the place.
    """

    def __init__(self, roles: Mapping[str, Role], returns: Letters, where: Letters, axis: str = "") -> None:
        self.roles, self.returns, self.where, self.axis = roles, returns, where, axis
        self.inner = tuple([each for each in where if each not in returns])
        """The letters of the mask that the unreduced loss has not: of what is masked inside of it."""
        self.first = next(iter(roles))
        """The name of the first array."""
        letters = roles[self.first].letters
        self.least = sum([fewest(each) for each in letters])
        """The least number of its axes."""
        self.most = inf if any(each[0] == "*" for each in letters) else len(letters)
        """The largest number of them."""
        self.where_text, self.returns_text = self.spell(where), self.spell(returns)
        """The shapes of the mask and of the unreduced loss in words."""
        self._kept: dict[Any, Geometry | Misfit] = {}
        """The geometries of the latest shapes."""

    def fixes(self, letter: str) -> bool:
        """Whether the formula knows what lies along an axis: no block may cut it."""
        return letter.isdigit() or letter == self.axis

    def start(self, ndim: int, options: Mapping[str, Any]) -> Sizes | None:
        """No sizes yet, and the axis that the caller chose; None where there is no such axis."""
        if not self.axis:
            return Sizes()
        axis = options["axis"]
        axis = 0 if ndim == 1 and axis == 1 else axis  # the first of classes, as in torch
        return Sizes({}, self.axis, axis % ndim) if -ndim <= axis < ndim else None

    def sizes(self, shape: Shape, options: Mapping[str, Any]) -> Sizes | None:
        """The sizes of the letters that a first array of this shape tells; None where it does not fit."""
        start = self.start(len(shape), options)
        return start and start.matched(self.roles[self.first].letters, shape)

    def placed(
        self, call: Arguments, values: dict[str, Any], required: Sequence[str]
    ) -> tuple[dict[str, Array | None], Geometry]:
        """The arrays, and how they lie beside each other; None only of those that are not required."""
        start = self.start(call.array.ndim, values) or self._refuse_axis(call, values["axis"])
        arrays: dict[str, Array | None] = {}
        roles: list[Role] = []
        for name, role in self.roles.items():
            if len(roles) == 1 and not self.least <= call.array.ndim <= self.most:
                break  # which is said before anything of the others
            absent = values[name] is None and name not in required
            array = None if absent else role.place(call, name, values[name])
            roles.append(role.resolved(call, array) if role.selects and array is not None else role)
            arrays[name] = array
        shapes = tuple([None if each is None else tuple(each.shape) for each in arrays.values()])
        symbols = call.backend.tracing() or not all(type(n) is int for shape in shapes if shape for n in shape)
        found = (self.geometry if symbols else self._kept_geometry)(tuple(roles), shapes, start)
        if isinstance(found, Misfit):
            self._refuse(call, arrays, *found)
        for name, shape in found.smaller:
            arrays[name] = self._broadcast(call, name, found.role[name], arrays[name], shape)
        return arrays, found

    def _broadcast(self, call: Arguments, name: str, role: Role, array: Any, shape: Shape) -> Array:
        """An array that may be smaller, checked; of the whole shape where parts of it are hidden, or one is for all."""
        if role.broadcasts:
            call.broadcastable(name, array, shape, self.spell(role.letters))
        return call.backend.xp.broadcast_to(array, shape) if role.hidden or role.one_for_all else array

    def geometry(self, roles: Sequence[Role], shapes: Sequence[Shape | None], start: Sizes) -> Geometry | Misfit:
        """The geometry of arrays of these shapes (None where absent), or the first one that does not fit."""
        sizes = start
        for name, role, shape in zip(self.roles, roles, shapes, strict=False):
            if shape is None or role.broadcasts or (role.one_for_all and shape == ()):
                continue
            more = sizes.matched(role.letters, shape)
            if more is None:
                return Misfit(name, role, sizes)
            sizes = more
        return Geometry(tuple(self.roles), roles, shapes, sizes, self.returns, self.where)

    def _kept_geometry(
        self, roles: tuple[Role, ...], shapes: tuple[Shape | None, ...], start: Sizes
    ) -> Geometry | Misfit:
        """The geometry, kept for later calls with arrays of these shapes."""
        key = roles, shapes, start.axis
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= MANY:
                self._kept.clear()
            found = self._kept[key] = self.geometry(roles, shapes, start)
        return found

    def spell(self, letters: Letters) -> str:
        """A shape in words: that of the first array by its name, unless it has an axis of a known size."""
        alike = letters == self.roles[self.first].letters
        plain = not any(each.isdigit() or each[-1] == "?" for each in letters)
        return f"the shape of `{self.first}`" if alike and plain else spell(letters)

    def _refuse_axis(self, call: Arguments, axis: int) -> NoReturn:
        shape = tuple(call.array.shape)
        if not shape:
            letters = spell_each(self.roles[call.first].letters)
            fail(ShapeError, call.function, call.first, f"have shape {letters}", "()")
        expected = f"name one of the {len(shape)} axes of `{call.first}`, of shape {shape}"
        fail(OptionError, call.function, "axis", expected, str(axis))

    def _refuse(self, call: Arguments, arrays: dict[str, Any], name: str, role: Role, sizes: Sizes) -> NoReturn:
        """Say which shape an array must have."""
        letters, given = role.letters, tuple(arrays[name].shape)
        text, known = self.spell(letters), [sizes.of(each) for each in letters]
        if None not in known:
            shape = sizes.shape(letters)
            expected = f"have {spelled(text, shape)}" if shape or text[0] != "(" else "have shape ()"
        else:
            told = [str(n) for each, own in zip(letters, known, strict=True) for n in (own or (each,))]
            shown = f"({', '.join(told)}{',' * (len(told) == 1)})"
            named = spell_each(letters)
            expected = f"have shape {named}" + f" = {shown}" * (bool(sizes.known) and shown != named)
        axis = sizes.axis if sizes.letter else None
        hint = role.shape_hint(given, tuple(call.array.shape), axis)
        fail(ShapeError, call.function, name, expected, f"{given}{hint}")


MANY = 64
"""The number of geometries that a layout keeps."""


def layout(roles: Mapping[str, Role], returns: str, where: str | None = None, axis: str = "") -> Layout:
    """The layout of arrays of these roles: `returns` are the letters of the unreduced loss, `where` those of the mask,
    by default the same; with more of them the formula takes the mask too. `axis` is the letter of which the caller may
    choose the place.
    """
    return Layout(roles, parse(returns), parse(where or returns), axis)
