"""Roles of label sequences: their lengths, and labels that count only before the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..arguments import Arguments
from ..backends import backend_of
from ..errors import DTypeError, OptionError, fail
from ..numerics import and_
from ..typing import Array
from .roles import Role, place_labels

if TYPE_CHECKING:
    from .frame import Frame


class Sanitizer(NamedTuple):
    """The result of checking integers: how they become usable, and how bad ones are told."""

    usable: Callable[[Array], Array]
    valid: Callable[[Array, Mapping[str, Array]], Array]
    """The mask of the samples without a bad one, from the array and the others."""
    looked_at: bool
    """Whether looking showed that none is bad."""

    @property
    def unseen(self) -> object | None:
        """The test of valid entries, where they could not be looked at."""
        return None if self.looked_at else self.valid

    def sanitized(
        self, array: Array, kept: Array | None, others: Mapping[str, Array]
    ) -> tuple[Array, Array | None, Array | None]:
        """The array without bad entries, and where the samples are kept and valid (None is everywhere)."""
        return (array, kept, None) if self.looked_at else (self.usable(array), kept, self.valid(array, others))


class Integers(Role):
    """Integers that say where something is, or how much of it there is."""

    numbers, selects, checked, hidden = False, True, True, True
    must = "hold integers"

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        array = place_labels(call, name, value)
        if call.kind(array) != "integer":
            fail(DTypeError, call.function, name, self.must, str(array.dtype))
        return call.backend.as_ids(array)


class Lengths(Integers):
    """Lengths, at most the size of the letter `of`; 0 of what is masked."""

    def __init__(self, letters: str, of: str) -> None:
        super().__init__(letters)
        self.of = of

    def check(self, call: Arguments, name: str, array: Array, where: Array | None, frame: Frame) -> Sanitizer:
        (most,) = frame.geometry.sizes.of(self.of) or ()

        def valid(lengths: Array) -> Array:
            return (lengths >= 0) & (lengths <= most)

        def expected() -> str:
            return f"hold lengths in [0, {self.of}] = [0, {most}]"

        seen = call.values(name, array, valid, expected, where)
        return Sanitizer(lambda x: backend_of(x).xp.clip(x, 0, most), lambda x, _: valid(x), seen)

    def for_formula(self, array: Array, kept: Array | None, check: Any) -> Array:  # noqa: ARG002
        return array if kept is None else backend_of(array).xp.where(kept, array, 0)


class Sequences(Integers):
    """Class ids, as many classes as the letter `of` says, but for the blank; before the `lengths` of the sequences."""

    must = "hold integer class ids"

    def __init__(self, letters: str, of: str, lengths: str) -> None:
        super().__init__(letters)
        self.of, self.lengths = of, lengths

    def check(self, call: Arguments, name: str, array: Array, where: Array | None, frame: Frame) -> Sanitizer:
        (classes,), blank = frame.geometry.sizes.of(self.of) or (), frame.hyper["blank"]
        if blank >= classes:
            fail(OptionError, call.function, "blank", f"be one of the {classes} classes", str(blank))
        lengths = call.backend.as_ids(call.placed[self.lengths])

        def valid(ids: Array) -> Array:
            inside: Array = (ids >= 0) & (ids < classes) & (ids != blank)
            return inside

        def every(ids: Array, others: Mapping[str, Array]) -> Array:
            """Whether all ids of a sample are valid that come before its end."""
            good: Array = backend_of(ids).xp.all(valid(ids) | ~before_end(ids.shape[1], others[self.lengths]), axis=-1)
            return good

        def expected() -> str:
            return f"hold class ids in [0, {classes}) other than the blank {blank}"

        looked = call.all_concrete(array, lengths, where) is not None
        seen = looked and call.values(name, array, valid, expected, and_(where, before_end(array.shape[1], lengths)))
        return Sanitizer(lambda ids: backend_of(ids).xp.where(valid(ids), ids, blank), every, seen)

    def for_formula(self, array: Array, kept: Array | None, check: Any) -> Array:  # noqa: ARG002
        return array


def before_end(count: int, lengths: Array) -> Array:
    """The mask (N, count) of the places before the ends of sequences."""
    there: Array = backend_of(lengths).arange(count, lengths) < lengths[:, None]
    return there
