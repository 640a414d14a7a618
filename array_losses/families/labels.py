"""Class ids and the class axis: checked where looking is free, elsewhere told by functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..arguments import Arguments
from ..domains import UNIT, DomainCheck, Interval
from ..errors import DTypeError, OptionError, ShapeError, describe, fail
from ..inspection import within
from ..numerics import and_, indices
from ..typing import Array
from .letters import aligned
from .roles import Real, Role, place_labels

if TYPE_CHECKING:
    from .frame import Frame


class IdCheck(NamedTuple):
    """The result of checking class ids."""

    ignored: int | None
    """The id that is ignored; None where there is none."""
    seen: bool
    """Whether looking showed that all others are valid."""
    classes: int

    @property
    def kept(self) -> Callable[[Array], Array] | None:
        """The test of ids that are not ignored, where some are."""
        return None if self.ignored is None else lambda ids: ids != self.ignored

    @property
    def valid(self) -> Callable[[Array], Array] | None:
        """The test of valid ids, where they could not be looked at."""
        return None if self.seen else lambda ids: (ids >= 0) & (ids < self.classes)

    @property
    def unseen(self) -> Callable[[Array], Array] | None:
        """The test of ids that could not be looked at, by the name that every check has for it."""
        return self.valid

    def sanitized(
        self, ids: Array, where: Array | None, _: Mapping[str, Array]
    ) -> tuple[Array, Array | None, Array | None]:
        """The ids, all of them indices, and where they are kept and valid (None is everywhere)."""
        if self.seen and where is None and self.ignored is None:
            return ids, None, None
        index, kept, valid = indices(ids, self.classes, self.ignored, self.seen)
        return index, where if kept is None else and_(where, kept), valid


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
        return f"; write target[{':, ' * bool(positions)}0]"
    return ""


def class_ids(
    call: Arguments, name: str, ids: Array, classes: int, ignore_index: int | None, where: Array | None
) -> IdCheck:
    """Check ids where looking is free; elsewhere say how to tell the kept and the valid ones."""

    def allowed(ids: Array) -> Array:
        valid: Array = (ids >= 0) & (ids < classes)
        return valid if ignore_index is None else valid | (ids == ignore_index)

    one_is_ignored = ignore_index is not None and 0 <= ignore_index < classes
    plain = Interval(0, -1 if one_is_ignored else classes - 1)
    views = call.all_concrete(ids)
    if views is None:
        return IdCheck(ignore_index, False, classes)
    if within(views[0], plain):
        return IdCheck(None, True, classes)
    ignored = "" if ignore_index is None else f" or ignore_index = {ignore_index}"
    expected = f"hold class ids in [0, {classes}){ignored}"
    if not call.values(name, ids, allowed, expected, where):
        return IdCheck(ignore_index, False, classes)
    if ignore_index is None or not call.any_value(ids, lambda ids: ids == ignore_index):
        return IdCheck(None, True, classes)
    return IdCheck(ignore_index, True, classes)


class Ids(Role):
    """Ids of classes, as many as the letter `of` says, of any integer dtype; the loss itself checks them."""

    numbers = False

    def __init__(self, letters: str, of: str) -> None:
        super().__init__(letters)
        self.of = of

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        return call.ids(name, value)


class ClassIds(Role):
    """Ids of classes, as many as the letter `of` says; where the dtype says so, `soft`: probabilities.

    `along_axis` says that the first array has an axis of the classes.
    """

    numbers, selects, checked = False, True, True

    def __init__(self, letters: str, of: str, soft: Role | None = None, *, along_axis: bool = True) -> None:
        super().__init__(letters)
        self.of, self.soft, self.along_axis = of, soft, along_axis

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        array = place_labels(call, name, value)
        kind = call.kind(array)
        if kind == "integer":
            return call.backend.as_ids(array)
        if kind not in ("half", "real") or self.soft is None:
            expected = "hold integer class ids" + " or floating class probabilities" * (self.soft is not None)
            alike = self.along_axis and array.ndim == call.array.ndim - 1
            hint = "; labels are integers: convert them to an integer dtype" if alike else ""
            fail(DTypeError, call.function, name, expected, f"{array.dtype}{hint}")
        return array

    def resolved(self, call: Arguments, array: Array) -> Role:
        return self.soft if self.soft is not None and call.kind(array) != "integer" else self

    def shape_hint(self, given: tuple[int, ...], shape: tuple[int, ...], axis: int | None) -> str:
        return id_hint(given, shape, axis, movable=True) if axis is not None else ""

    def check(self, call: Arguments, name: str, array: Array, where: Array | None, frame: Frame) -> IdCheck:
        (classes,) = frame.geometry.sizes.of(self.of) or ()
        return class_ids(call, name, array, classes, frame.hyper["ignore_index"], where)


class Probabilities(Real):
    """Class probabilities, of any dtype unless there may be class ids in their place, `ids`."""

    def __init__(self, letters: str, *, ids: bool = True) -> None:
        super().__init__(letters, UNIT, bools=not ids)
        self.ids = ids

    def shape_hint(self, given: tuple[int, ...], shape: tuple[int, ...], axis: int | None) -> str:
        if axis is None or given != shape[:axis] + shape[axis + 1 :]:
            return ""
        told = "floating targets are class probabilities, class ids are integers"
        return f"; {told if self.ids else 'class ids are for `cross_entropy`'}"

    def check(self, call: Arguments, name: str, array: Array, where: Array | None, frame: Frame) -> DomainCheck:
        ignore = frame.hyper.get("ignore_index")
        if ignore is not None and ignore >= 0:
            expected = f"be negative when `{name}` holds class probabilities"
            fail(OptionError, call.function, "ignore_index", expected, describe(ignore))
        return super().check(call, name, array, where, frame)


class Places(Real):
    """Numbers between the first and the last index of the letter `of`, fractions too."""

    def __init__(self, letters: str, of: str) -> None:
        super().__init__(letters)
        self.of, self.checked = of, True

    def check(self, call: Arguments, name: str, array: Array, where: Array | None, frame: Frame) -> DomainCheck:
        (count,) = frame.geometry.sizes.of(self.of) or ()
        found = call.check_domain(name, array, Interval(0, max(count - 1, 0)), where)
        return found._replace(rounded=False)  # the formula goes on in straight lines


class PredictedProbabilities(Real):
    """Probabilities that a model gives for the classes: of any value where the id in `target` is ignored."""

    def __init__(self, letters: str) -> None:
        super().__init__(letters, UNIT)

    def check(self, call: Arguments, name: str, array: Array, where: Array | None, frame: Frame) -> DomainCheck:
        kept = call.backend.as_ids(call.placed["target"]) != frame.hyper["ignore_index"]
        kept = aligned(kept, frame.axes["target"], frame.axes[name])
        return super().check(call, name, array, and_(where, kept), frame)
