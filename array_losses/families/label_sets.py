"""The role of sets of labels: lists of class ids, or masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..arguments import Arguments
from ..backends import backend_of
from ..errors import DTypeError, fail
from ..typing import Array
from .roles import Mask, Role, place_labels
from .sequences import Sanitizer

if TYPE_CHECKING:
    from .frame import Frame


class LabelSets(Role):
    """For each sample a set of classes, as many as the last letter says: their ids, -1 after the last, or a mask."""

    numbers, selects, checked = False, True, True

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        array = place_labels(call, name, value)
        kind = call.kind(array)
        if kind not in ("integer", "bool"):
            expected = "hold integer class ids, or booleans that say which classes are there"
            fail(DTypeError, call.function, name, expected, str(array.dtype))
        return array if kind == "bool" else call.backend.as_ids(array)

    def resolved(self, call: Arguments, array: Array) -> Role:
        return AS_MASK if call.kind(array) == "bool" else self

    def check(self, call: Arguments, name: str, array: Array, where: Array | None, frame: Frame) -> Sanitizer:
        (classes,) = frame.geometry.sizes.of(self.letters[-1]) or ()

        def valid(ids: Array) -> Array:
            return (ids >= -1) & (ids < classes)

        def expected() -> str:
            return f"hold class ids in [0, {classes}), and -1 after the last"

        seen = call.values(name, array, valid, expected, where)
        return Sanitizer(
            lambda ids: backend_of(ids).xp.where(valid(ids), ids, -1),
            lambda ids, _: backend_of(ids).xp.all(valid(ids), axis=-1),
            seen,
        )


AS_MASK = Mask("*S C")
"""Sets as masks."""
