"""Evidence: all that is known of one loss's part in a call; what the causes are read off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..families.base import Family
from ..families.geometry import Geometry
from ..families.labels import ClassIds
from ..families.roles import Real
from .entries import Entry
from .traits import Traits, traits_of
from .unchecked import Part


@dataclass(frozen=True, eq=False)
class Evidence:
    """One term of what is diagnosed."""

    name: str
    """The loss as the user wrote it."""
    factor: float
    family: Family
    options: Mapping[str, Any]
    entries: Mapping[str, Entry]
    geometry: Geometry | None
    """How the arrays lie beside each other; None where their shapes do not fit."""
    masked: int
    """The positions that the mask leaves out."""
    ignored: int
    """Those that are left out as ignored ids."""
    positions: int
    """All that there are."""
    error: str
    """The error of a call whose values may be looked at; "" where there is none."""
    parts: tuple[Part, ...]
    """The losses before any reduction; none where the call is refused for its shapes or dtypes."""
    value: float
    """The value of the term, its factor in it; NaN where there is none."""
    gradient: Mapping[str, np.ndarray]
    """The gradient of the term by what a model predicts."""

    @property
    def reduction(self) -> str:
        return str(self.options["reduction"])

    @property
    def main(self) -> Entry | None:
        return self.entries.get(self.family.main_argument)

    @cached_property
    def truths(self) -> list[Entry]:
        """The other arrays that are data: labels, targets."""
        data = [each for name, each in self.entries.items() if name in self.family.arrays and not each.is_weight]
        return [each for each in data if each is not self.main]

    @property
    def weights(self) -> list[Entry]:
        return [each for each in self.entries.values() if each.is_weight]

    @cached_property
    def ids(self) -> list[Entry]:
        """The arrays of class ids."""
        return [each for each in self.truths if isinstance(each.role, ClassIds) and each.kind in "iu"]

    @cached_property
    def classes(self) -> int:
        """The number of classes; 0 where there are none, or it is not known."""
        for each in self.truths:
            if isinstance(each.role, ClassIds) and self.geometry is not None:
                return int((self.geometry.sizes.of(each.role.of) or (0,))[0])
        return 0

    @cached_property
    def class_axis(self) -> int | None:
        """The axis of the first array along which the classes lie."""
        layout, main = self.family.layout(self.options), self.main
        if not layout.axis or main is None:
            return None
        start = layout.start(main.values.ndim, self.options)
        return None if start is None else start.axis

    @cached_property
    def traits(self) -> Traits:
        return traits_of(self.family, self.options)

    @property
    def failed(self) -> bool:
        """Whether there is something to be explained: an error, or a value that is not finite."""
        return bool(self.error) or not np.isfinite(self.value)

    def domain_of(self, entry: Entry) -> Any:
        """The domain of an array of numbers; None where it may hold anything."""
        return entry.role.domain if isinstance(entry.role, Real) else None
