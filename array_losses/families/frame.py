"""The frame of a call: what is known of it before its blocks."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..evaluation.partition import PartitionSpec
from ..typing import Array, DType
from .geometry import Geometry
from .layout import Layout
from .letters import any_aligned, spec_of
from .roles import NUMBER, Role


class Frame:
    """The layout of a call, its geometry, options and checks. It holds no array."""

    def __init__(
        self, layout: Layout, geometry: Geometry, hyper: dict[str, Any], hyper_arrays: tuple[str, ...], compute: DType,
        summed: bool,
    ) -> None:  # fmt: skip
        self.layout, self.geometry, self.compute, self.summed = layout, geometry, compute, summed
        self.hyper = {**hyper, "axis": geometry.sizes.axis} if layout.axis else hyper
        """The hyperparameters that are plain."""
        self.hyper_arrays = hyper_arrays
        """The names of those that are arrays, which follow those with roles."""
        self.names, self.roles, self.axes = geometry.names, geometry.roles, geometry.axes
        """The names of the arrays, their roles, and their axes by name."""
        if hyper_arrays:
            self.names, self.roles = self.names + hyper_arrays, self.roles + (NUMBER,) * len(hyper_arrays)
            self.axes = self.axes | dict.fromkeys(hyper_arrays, ())
        self.masked, self.returned, self.positions = geometry.masked, geometry.returned, geometry.positions
        """The axes of the mask and of the unreduced loss, and the shape of this."""
        self.checks: dict[str, Any] = {}
        """The results of checking the values of each array."""
        self.unseen = False
        """Whether there are values that could not be looked at."""
        self.doubtful: list[str] = []
        """The arrays of numbers that hold some."""

    def keep(self, name: str, role: Role, found: Any) -> None:
        """Keep the result of checking the values of an array."""
        self.checks[name] = found
        if found.unseen is not None:
            self.unseen = True
            if not role.selects:
                self.doubtful.append(name)

    def mask(self, mask: Array | None, name: str) -> Array | None:
        """The mask, shaped to go with an array."""
        return None if mask is None else any_aligned(mask, self.masked, self.axes[name])

    def kept(self, where: Array | None) -> Array | None:
        """The mask of the unreduced losses: those with anything kept inside."""
        return None if where is None else any_aligned(where, self.masked, self.returned)

    def specs(self, arrays: tuple[Array | None, ...]) -> tuple[PartitionSpec | None, ...]:
        """How the mask, the weights of the samples and the other arrays lie along the axes of the unreduced loss."""
        axes = (self.masked, self.returned, *self.axes.values())
        wide = (False, True, *[role.broadcasts for role in self.roles])
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
