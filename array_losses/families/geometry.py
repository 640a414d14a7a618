"""Geometry: along which axes the arrays of a call lie, of which sizes; it follows from their shapes alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .letters import Axes, Letters, Sizes
from .roles import Role

Shape = tuple[int, ...]


class Misfit(NamedTuple):
    """The first array whose shape does not fit, and the sizes that those before it have told."""

    name: str
    role: Role
    sizes: Sizes


class Geometry:
    """The axes, the sizes and the kinds of the arrays of a call."""

    def __init__(
        self, names: Sequence[str], roles: Sequence[Role], given: Sequence[Shape | None], sizes: Sizes,
        returns: Letters, where: Letters,
    ) -> None:  # fmt: skip
        self.names, self.roles, self.sizes = tuple(names), tuple(roles), sizes
        self.axes: dict[str, Axes] = {}
        """The axes of each array."""
        self.expanded: list[tuple[str, Shape]] = []
        """The arrays that stand for larger ones, with the shapes of these."""
        for name, role, shape in zip(names, roles, given, strict=True):
            self.axes[name] = sizes.axes(role.letters)
            one = role.one_for_all and shape == ()
            if shape is not None and (one or (role.broadcasts and role.hidden)):
                self.expanded.append((name, sizes.shape(role.letters)))
        self.role = dict(zip(names, roles, strict=True))
        self.masked, self.returned = sizes.axes(where), sizes.axes(returns)
        """The axes of the mask and of the unreduced loss."""
        self.mask_shape, self.positions = sizes.shape(where), sizes.shape(returns)
        """Their shapes."""
        present = [(name, role) for name, role, shape in zip(names, roles, given, strict=True) if shape is not None]
        self.outside = [name for name, role in self.role.items() if role.outside]
        """The weights outside the formula."""
        self.hidden = [name for name, role in present if role.hidden]
        """The arrays of which a formula must not see what does not count."""
        self.checked = [(name, role) for name, role in present if role.checked]
        """The arrays whose values are checked, with their roles."""
        apart = {name for name, _ in present if not set(self.axes[name]) & set(self.returned)}
        self.shared = [name for name, role in present if role.numbers and name in apart]
        """The arrays of numbers that every block takes whole."""


def geometry(
    names: Sequence[str],
    roles: Sequence[Role],
    given: Sequence[Shape | None],
    sizes: Sizes,
    returns: Letters,
    where: Letters,
) -> Geometry | Misfit:
    """The geometry of arrays of these shapes (None where absent), or the first one that does not fit."""
    for name, role, shape in zip(names, roles, given, strict=True):
        if shape is None or (role.one_for_all and shape == ()):
            continue
        if role.broadcasts:
            if not broadcasts(shape, sizes.shape(role.letters)):
                return Misfit(name, role, sizes)
        else:
            found = sizes.matched(role.letters, shape)
            if found is None:
                return Misfit(name, role, sizes)
            sizes = found
    return Geometry(names, roles, given, sizes, returns, where)


def broadcasts(given: Shape, shape: Shape) -> bool:
    """Whether an array of one shape broadcasts to another without enlarging it."""
    if len(given) > len(shape):
        return False
    return all(mine in (1, full) for mine, full in zip(reversed(given), reversed(shape), strict=False))
