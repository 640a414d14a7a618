"""Class ids and the class axis: checked where looking is free, elsewhere told by functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..arguments import Arguments
from ..backends import backend_of
from ..errors import OptionError, ShapeError, fail
from ..inspection import within
from ..intervals import Interval
from ..numerics import and_
from ..typing import Array


class Labels(NamedTuple):
    """Class ids after checking: where they are kept and valid; None where looking showed that all are."""

    kept: Callable[[Array], Array] | None
    valid: Callable[[Array], Array] | None
    classes: int

    def sanitized(self, ids: Array, where: Array | None) -> tuple[Array, Array | None, Array | None]:
        """The ids, all of them indices, and where they are kept and valid (None is everywhere)."""
        kept = where if self.kept is None else and_(where, self.kept(ids))
        if kept is None and self.valid is None:
            return ids, None, None
        index = backend_of(ids).xp.clip(ids, 0, max(self.classes - 1, 0))
        return index, kept, None if self.valid is None else index == ids


def class_axis(call: Arguments, axis: int) -> int:
    """The class axis as a number >= 0; the default 1 is 0 for a 1-d input, as in torch."""
    ndim: int = call.array.ndim
    if ndim == 1 and axis == 1:
        return 0
    if ndim == 0:
        fail(ShapeError, call.function, call.first, "have shape (N, C, *S) or (C,)", "()")
    if not -ndim <= axis < ndim:
        expected = f"name one of the {ndim} axes of `{call.first}`, of shape {tuple(call.array.shape)}"
        fail(OptionError, call.function, "axis", expected, str(axis))
    return axis % ndim


def id_hint(given: tuple[int, ...], shape: tuple[int, ...], axis: int, movable: bool) -> str:
    """The hint where class ids have the shape of a common slip; "" where there is nothing to say."""
    positions = shape[:axis] + shape[axis + 1 :]
    if given == shape:
        return "; ids have no class axis, and class probabilities, one-hot ones too, are floating: cast them"
    if movable and given == shape[:-1]:
        return "; if the classes are the last axis of `input`, write axis=-1"
    if given == (*positions[:1], 1, *positions[1:]):
        return "; write target[:, 0]"
    return ""


def class_ids(
    call: Arguments, name: str, ids: Array, classes: int, ignore_index: int | None, where: Array | None
) -> Labels:
    """Check ids where looking is free; elsewhere say how to tell the kept and the valid ones."""

    def kept(ids: Array) -> Array:
        return ids != ignore_index

    def valid(ids: Array) -> Array:
        return (ids >= 0) & (ids < classes)

    def allowed(ids: Array) -> Array:
        return valid(ids) if ignore_index is None else valid(ids) | (ids == ignore_index)

    one_is_ignored = ignore_index is not None and 0 <= ignore_index < classes
    plain = Interval(0, -1 if one_is_ignored else classes - 1)
    views = call.all_concrete(ids)
    if views is None:
        return Labels(None if ignore_index is None else kept, valid, classes)
    if within(views[0], plain):
        return Labels(None, None, classes)
    ignored = "" if ignore_index is None else f" or ignore_index = {ignore_index}"
    expected = f"hold class ids in [0, {classes}){ignored}"
    if not call.values(name, ids, allowed, expected, where):
        return Labels(None if ignore_index is None else kept, valid, classes)
    if ignore_index is None or not call.any_value(ids, lambda ids: ids == ignore_index):
        return Labels(None, None, classes)
    return Labels(kept, None, classes)
