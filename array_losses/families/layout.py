"""Layouts: the roles of all arrays of a loss, and what is known of those of a call before its blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from ..arguments import Arguments
from ..errors import OptionError, ShapeError, fail, spelled
from ..evaluation.partition import PartitionSpec
from ..typing import Array, DType
from .letters import Letters, Sizes, any_aligned, parse, spec_of, spell, spell_each
from .roles import NUMBER, Role


class Layout(NamedTuple):
    """The roles of the arrays, the letters of the unreduced loss and those of the mask `where`.

    `axis` is the letter of which the caller may choose the place.
    """

    roles: Mapping[str, Role]
    returns: Letters
    where: Letters
    axis: str = ""

    @property
    def inner(self) -> Letters:
        """The letters of the mask that the unreduced loss has not: of what is masked inside of it."""
        return tuple([each for each in self.where if each not in self.returns])

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

    def placed(self, call: Arguments, values: dict[str, Any]) -> tuple[dict[str, Role], dict[str, Array | None], Sizes]:
        """The arrays with their roles, and the sizes of the letters."""
        roles, arrays = {}, {}
        sizes = self.start(call.array.ndim, values) or self._refuse_axis(call, values["axis"])
        for name, role in self.roles.items():
            array = None if values[name] is None and name != call.first else role.place(call, name, values[name])
            if array is not None:
                role = role.resolved(call, array)
                if role.broadcasts:
                    array = self._broadcast(call, name, role, array, sizes.shape(role.letters))
                else:
                    array = role.fitted(call, array, sizes)
                    found = sizes.matched(role.letters, tuple(array.shape))
                    sizes = found or self._refuse(call, name, role, array, sizes)
            roles[name], arrays[name] = role, array
        return roles, arrays, sizes

    def spell(self, letters: Letters, first: str) -> str:
        """A shape in words: that of the first array by its name, unless it has an axis of a known size."""
        alike = letters == self.roles[first].letters and not any(each.isdigit() or each[-1] == "?" for each in letters)
        return f"the shape of `{first}`" if alike else spell(letters)

    def _broadcast(self, call: Arguments, name: str, role: Role, array: Array, shape: tuple[int, ...]) -> Array:
        """An array that broadcasts to a shape; of that shape where parts of it are hidden."""
        array = call.broadcastable(name, array, shape, self.spell(role.letters, call.first))
        return call.backend.xp.broadcast_to(array, shape) if role.hidden else array

    def _refuse_axis(self, call: Arguments, axis: int) -> NoReturn:
        shape = tuple(call.array.shape)
        if not shape:
            letters = spell_each(self.roles[call.first].letters)
            fail(ShapeError, call.function, call.first, f"have shape {letters}", "()")
        expected = f"name one of the {len(shape)} axes of `{call.first}`, of shape {shape}"
        fail(OptionError, call.function, "axis", expected, str(axis))

    def _refuse(self, call: Arguments, name: str, role: Role, array: Array, sizes: Sizes) -> NoReturn:
        """Say which shape an array must have."""
        letters, given = role.letters, tuple(array.shape)
        known = [sizes.of(each) for each in letters]
        if None not in known:
            shape, text = sizes.shape(letters), self.spell(letters, call.first)
            expected = f"have {spelled(text if shape or text[0] != '(' else '()', shape)}"
        else:
            told = [str(n) for each, own in zip(letters, known, strict=True) for n in (own or (each,))]
            shown = f"({', '.join(told)}{',' * (len(told) == 1)})"
            named = spell_each(letters)
            expected = f"have shape {named}" + f" = {shown}" * (bool(sizes.known) and shown != named)
        axis = sizes.axis if sizes.letter else None
        hint = role.shape_hint(given, tuple(call.array.shape), axis)
        fail(ShapeError, call.function, name, expected, f"{given}{hint}")


def layout(roles: Mapping[str, Role], returns: str, where: str | None = None, axis: str = "") -> Layout:
    """The layout of arrays of these roles: `returns` are the letters of the unreduced loss, `where` those of the mask,
    by default the same; with more of them the formula takes the mask too. `axis` is the letter of which the caller may
    choose the place.
    """
    return Layout(roles, parse(returns), parse(where or returns), axis)


class Frame:
    """What is known of a call before its blocks: its layout, sizes, options and checks. It holds no array."""

    def __init__(
        self,
        layout: Layout,
        roles: dict[str, Role],
        arrays: Mapping[str, Array | None],
        sizes: Sizes,
        hyper: dict[str, Any],
        learned: tuple[str, ...],
        compute: DType,
        summed: bool,
    ) -> None:
        self.layout, self.roles, self.sizes, self.compute, self.summed = layout, roles, sizes, compute, summed
        self.hyper = {**hyper, "axis": sizes.axis} if layout.axis else hyper
        """The hyperparameters that are plain."""
        self.learned = learned
        """The names of those that are arrays, which follow those with roles."""
        self.names, self.kinds = (*roles, *learned), (*roles.values(), *[NUMBER] * len(learned))
        self.axes = {name: sizes.axes(role.letters) for name, role in zip(self.names, self.kinds, strict=True)}
        """The axes of each array."""
        self.masked, self.returned = sizes.axes(layout.where), sizes.axes(layout.returns)
        """Those of the mask and of the unreduced loss."""
        self.positions = sizes.shape(layout.returns)
        self.outside = [name for name, role in roles.items() if role.outside]
        self.hidden = [name for name, role in roles.items() if role.hidden and arrays[name] is not None]
        """The arrays of which a formula must not see what does not count."""
        self.checks: dict[str, Any] = {}
        """The results of checking the values of each array."""
        self.unseen = False
        """Whether there are values that could not be looked at."""
        self.doubtful: list[str] = []
        """The arrays of numbers that hold some."""

    def keep(self, name: str, found: Any) -> None:
        """Keep the result of checking the values of an array."""
        self.checks[name] = found
        if found.unseen is not None:
            self.unseen = True
            if not found.selects:
                self.doubtful.append(name)

    def given(self, call: Arguments, arrays: dict[str, Array | None]) -> list[Array | None]:
        """The arrays as blocks take them: those that every block takes whole are cast once."""
        found = []
        for name, role in self.roles.items():
            array, own = arrays[name], self.axes[name]
            shared = array is not None and role.numbers and not set(own) & set(self.returned)
            found.append(call.backend.cast(array, self.compute) if shared else array)
        return found

    def mask(self, mask: Array | None, name: str) -> Array | None:
        """The mask, shaped to go with an array."""
        return None if mask is None else any_aligned(mask, self.masked, self.axes[name])

    def kept(self, where: Array | None) -> Array | None:
        """The mask of the unreduced losses: those with anything kept inside."""
        return None if where is None else any_aligned(where, self.masked, self.returned)

    def specs(self, arrays: tuple[Array | None, ...]) -> tuple[PartitionSpec | None, ...]:
        """How the mask, the weights of the samples and the other arrays lie along the axes of the unreduced loss."""
        axes = (self.masked, self.returned, *self.axes.values())
        wide = (False, True, *[role.broadcasts for role in self.kinds])
        return tuple(
            [spec_of(each, own, self.returned, some) for each, own, some in zip(arrays, axes, wide, strict=True)]
        )


def place_weight(call: Arguments, value: Any, shape: tuple[int, ...], letters: str) -> Array | None:
    """The weights of the samples or of the unreduced losses, with the axes of these."""
    if value is None:
        return None
    return call.per_sample("sample_weight", call.real("sample_weight", value), shape, letters)


def place_mask(call: Arguments, value: Any, shape: tuple[int, ...], letters: str) -> Array | None:
    """The mask of what counts, of this shape; None where all does."""
    if value is None:
        return None
    mask = call.per_sample("where", call.mask("where", value), shape, letters)
    return call.backend.xp.broadcast_to(mask, shape)
