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
        self.role = dict(zip(names, roles, strict=True))
        self.axes: dict[str, Axes] = {name: sizes.axes(role.letters) for name, role in self.role.items()}
        """The axes of each array."""
        self.masked, self.returned = sizes.axes(where), sizes.axes(returns)
        """The axes of the mask and of the unreduced loss."""
        self.mask_shape, self.positions = sizes.shape(where), sizes.shape(returns)
        """Their shapes."""
        present = [(name, role) for name, role, shape in zip(names, roles, given, strict=True) if shape is not None]
        smaller = [name for name, role in present if role.broadcasts or role.one_for_all]
        self.smaller = [(name, sizes.shape(self.role[name].letters)) for name in smaller]
        """The arrays that may be smaller than their letters say, with the shapes of these."""
        self.outside = [name for name, role in self.role.items() if role.outside]
        """The weights outside the formula."""
        self.hidden = [name for name, role in present if role.hidden]
        """The arrays of which a formula must not see what does not count."""
        self.checked = [(name, role) for name, role in present if role.checked]
        """The arrays whose values are checked, with their roles."""
        apart = {name for name, _ in present if not set(self.axes[name]) & set(self.returned)}
        self.shared = [name for name, role in present if role.numbers and name in apart]
        """The arrays of numbers that every block takes whole."""
