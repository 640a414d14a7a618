"""Roles: what each array of a loss holds, and along which axes it lies; the layout of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from ..arguments import Arguments
from ..backends import backend_of
from ..constants import NEUTRAL
from ..domains import INSIDE, Domain, DomainCheck
from ..errors import DTypeError, OptionError, ShapeError, fail, spelled
from ..evaluation.partition import PartitionSpec, broadcast_spec
from ..numerics import and_, snap
from ..typing import Array
from .letters import Letters, Sizes, aligned, any_over, parse, spec_of, spell


class Role:
    """What an array holds; its letters."""

    differentiable = False

    def __init__(self, letters: str) -> None:
        self.broadcasts = letters.startswith("~")
        self.letters = parse(letters.removeprefix("~"))

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
    """Numbers, where said of a domain; `bools` says that booleans are numbers too."""

    differentiable = True

    def __init__(self, letters: str, domain: Domain | None = None, *, bools: bool = False) -> None:
        super().__init__(letters)
        self.domain, self.bools = domain, bools

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        array = call.array if name == call.first else call.real(name, value)
        if call.kind(array) == "bool" and not self.bools:
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
        array = call.place(name, value)
        if call.kind(array) != "integer":
            fail(DTypeError, call.function, name, "hold integer ids", str(array.dtype))
        return call.backend.as_ids(array)

    def seen(self, array: Array, where: Array | None, check: DomainCheck, compute: Any) -> tuple[Array, Array | None]:  # noqa: ARG002
        return array if where is None else backend_of(array).xp.where(where, array, 0), None


class Layout(NamedTuple):
    """The arrays of a loss: their roles, the letters of the unreduced loss and those of the mask.

    `axis` is the letter whose place the caller may choose, the last of those that have it.
    """

    roles: Mapping[str, Role]
    returns: Letters
    where: Letters
    axis: str = ""

    def placed(self, call: Arguments, values: dict[str, Any]) -> tuple[dict[str, Array | None], Sizes]:
        """The arrays, and the sizes of the letters."""
        found: dict[str, Array | None] = {}
        sizes = Sizes(letter=self.axis, axis=self._axis(call, values) if self.axis else -1)
        for name, role in self.roles.items():
            if values[name] is None:
                found[name] = None
                continue
            array = role.place(call, name, values[name])
            if role.broadcasts:
                shape = sizes.shape(role.letters)
                array = call.broadcastable(name, array, shape, self.spell(role.letters, call.first))
                array = call.backend.xp.broadcast_to(array, shape)
            sizes = sizes.matched(role.letters, tuple(array.shape)) or self._refuse(call, name, array, sizes)
            found[name] = array
        return found, sizes

    def _axis(self, call: Arguments, values: dict[str, Any]) -> int:
        """The axis that the caller chose, as a number >= 0."""
        axis, ndim = values["axis"], call.array.ndim
        if not -ndim <= axis < ndim:
            expected = f"name one of the {ndim} axes of `{call.first}`, of shape {tuple(call.array.shape)}"
            fail(OptionError, call.function, "axis", expected, str(axis))
        return int(axis % ndim)

    def fixes(self, letter: str) -> bool:
        """Whether the formula knows what lies along an axis: no block may cut it."""
        return letter.isdigit() or letter == self.axis

    def spell(self, letters: Letters, first: str) -> str:
        """A shape in words: that of the first array by its name, unless it has an axis of a known size."""
        alike = letters == self.roles[first].letters and not any(each.isdigit() for each in letters)
        return f"the shape of `{first}`" if alike else spell(letters)

    def _refuse(self, call: Arguments, name: str, array: Array, sizes: Sizes) -> NoReturn:
        """Say which shape an array must have."""
        letters = self.roles[name].letters
        known = [sizes.of(each) for each in letters]
        if None not in known:
            expected = f"have {spelled(self.spell(letters, call.first), sizes.shape(letters))}"
        else:
            told = [str(n) for each, own in zip(letters, known, strict=True) for n in (own or (each,))]
            shown = f"({', '.join(told)}{',' * (len(told) == 1)})"
            expected = f"have shape {spell(letters)}" + f" = {shown}" * (bool(sizes.known) and shown != spell(letters))
        fail(ShapeError, call.function, name, expected, str(tuple(array.shape)))

    @property
    def inner(self) -> Letters:
        """The letters of the mask that the unreduced loss has not: of what is masked inside of it."""
        return tuple([each for each in self.where if each not in self.returns])

    def mask(self, where: Array | None, role: Role, sizes: Sizes) -> Array | None:
        """The mask, shaped to go with an array of a role."""
        if where is None:
            return None
        own, others = sizes.axes(self.where), sizes.axes(role.letters)
        return aligned(any_over(where, own, others), [axis for axis in own if axis in others], others)

    def kept(self, where: Array | None, sizes: Sizes) -> Array | None:
        """The mask of the unreduced losses: those with anything kept inside."""
        return None if where is None else any_over(where, sizes.axes(self.where), sizes.axes(self.returns))

    def specs(self, arrays: Sequence[Array | None], sizes: Sizes) -> tuple[PartitionSpec | None, ...]:
        """How the mask, the weights of the samples and the arrays lie along the axes of the unreduced loss."""
        positions, (_, weight, *_) = sizes.axes(self.returns), arrays
        letters = [self.where, self.returns, *[role.letters for role in self.roles.values()]]
        found = [spec_of(sizes.axes(each), positions) for each in letters]
        found[1] = broadcast_spec(weight, sizes.shape(self.returns)) or ()
        return tuple([None if each is None else spec for each, spec in zip(arrays, found, strict=True)])


def both(a: Array | None, b: Array | None) -> Array | None:
    """The mask where both hold; None is everywhere."""
    return a if b is None else and_(a, b)
