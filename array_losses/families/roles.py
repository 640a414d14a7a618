"""Roles: what each array of a loss holds, and along which axes it lies."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any

from ..arguments import Arguments
from ..backends import backend_of
from ..constants import NEUTRAL
from ..domains import INSIDE, SIGNS, UNIT, Domain, DomainCheck
from ..errors import DTypeError, fail
from ..numerics import fill, snap
from ..other_options import OF_LOGITS
from ..typing import Array
from .letters import parse

if TYPE_CHECKING:
    from .frame import Frame


class Role:
    """What an array holds; its letters, which ``~`` precedes where it may broadcast."""

    numbers = True
    """Whether it is cast to the dtype of the computation."""
    selects = False
    """Whether it tells what is kept and valid (class ids)."""
    hidden = False
    """Whether the formula must not see its entries that are masked, or infinite and of no weight."""
    checked = False
    """Whether its values are checked."""
    outside = False
    """Whether it weighs the loss, and the formula does not take it."""
    one_for_all = False
    """Whether one number may stand for all of them."""
    neutral = NEUTRAL
    """What the formula sees where an entry is hidden."""
    may_be_infinite = False
    """Whether a number of it may be infinite."""

    def __init__(self, letters: str) -> None:
        self.broadcasts = letters.startswith("~")
        self.letters = parse(letters.removeprefix("~"))

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        """The array beside the first, of a dtype that the role allows."""
        return call.real(name, value)

    def resolved(self, call: Arguments, array: Array) -> Role:  # noqa: ARG002
        """The role itself, or the one of several that the dtype of the array decides for."""
        return self

    def shape_hint(self, given: tuple[int, ...], shape: tuple[int, ...], axis: int | None) -> str:  # noqa: ARG002
        """What to say of a wrong shape, for a first array of this shape, with a class axis or without."""
        return ""

    def check(self, call: Arguments, name: str, array: Array, where: Array | None, frame: Frame) -> Any:  # noqa: ARG002
        """The result of checking its values, but for those that a mask of its axes leaves out."""
        return INSIDE

    def for_formula(self, array: Array, kept: Array | None, check: Any) -> Array:  # noqa: ARG002
        """The array as a formula may see it."""
        return array


class Weight(Role):
    """Weights: of classes, of elements within the formula, or `outside` of it.

    `one_for_all` says that one number may be the weight of all.
    """

    def __init__(self, letters: str, *, outside: bool = False, one_for_all: bool = False) -> None:
        super().__init__(letters)
        self.outside, self.one_for_all = outside, one_for_all


class Real(Role):
    """Numbers, where said of a domain.

    `bools` says that booleans are numbers too, `labels` that such numbers may be labels, 0 or 1.
    """

    hidden = True

    def __init__(
        self, letters: str, domain: Domain | None = None, *, bools: bool = False, labels: bool = False
    ) -> None:
        super().__init__(letters)
        self.domain, self.labels, self.bools = domain, labels, bools or (labels and domain != SIGNS)
        self.neutral, self.checked = NEUTRAL if domain is None else domain.neutral, domain is not None
        self.may_be_infinite = domain is None or domain.low == -inf or domain.high == inf

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        array = call.array if name == call.first else call.real(name, value)
        if not self.bools and call.kind(array) == "bool":
            hint = f"; write 2 * {name} - 1" if self.domain == SIGNS else ""
            fail(DTypeError, call.function, name, self.domain.rule if self.domain else "hold numbers", f"bool{hint}")
        return array

    def check(self, call: Arguments, name: str, array: Array, where: Array | None, frame: Frame) -> DomainCheck:
        assert self.domain is not None
        hint = partial(of_labels, call, self, name, array) if self.labels else None
        if name == call.first:
            hint = partial(of_logits, call, frame.hyper) if self.domain == UNIT else None
        return call.check_domain(name, array, self.domain, where, hint=hint)

    def for_formula(self, array: Array, kept: Array | None, check: DomainCheck) -> Array:
        array = snap(array, self.domain.low, self.domain.high) if check.rounded and self.domain else array
        return array if kept is None else fill(array, kept, self.neutral)


class Logits(Real):
    """Floating-point numbers."""

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        array = call.real(name, value)
        if call.kind(array) not in ("half", "real"):
            fail(DTypeError, call.function, name, "hold floating-point logits", str(array.dtype))
        return array


class Mask(Role):
    """Booleans."""

    numbers = False

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        return call.mask(name, value)


class Labels(Role):
    """Integers that only tell what is alike."""

    numbers, hidden = False, True

    def place(self, call: Arguments, name: str, value: Any) -> Array:
        array = call.place(name, value)
        if call.kind(array) != "integer":
            fail(DTypeError, call.function, name, "hold integer ids", str(array.dtype))
        return call.backend.as_ids(array)

    def for_formula(self, array: Array, kept: Array | None, check: Any) -> Array:  # noqa: ARG002
        return array if kept is None else backend_of(array).xp.where(kept, array, 0)


NUMBER = Weight("")
"""One number, such as a hyperparameter that is an array."""


def place_labels(call: Arguments, name: str, value: Any) -> Array:
    """An array of labels beside the first one; a list of nothing holds integers."""
    array = call.place(name, value)
    if isinstance(value, list) and 0 in array.shape:
        array = call.placed[name] = call.backend.cast(array, call.backend.xp.int32)
    return array


def of_logits(call: Arguments, options: Mapping[str, Any]) -> str:
    """What to do where an input is no probabilities, for a loss of these options."""
    if call.function in OF_LOGITS:
        return f"; logits are for `{OF_LOGITS[call.function]}`"
    return f"; logits need {'an `activation`' if 'activation' in options else 'a sigmoid or a softmax first'}"


def of_labels(call: Arguments, role: Real, name: str, array: Array) -> str:
    """What to do where labels are others, or the input; "" where there is nothing to say."""
    if holds_only(call, call.array, (0, 1)):  # scikit-learn has labels first
        return f"; are `{call.first}` and `target` the other way round?"
    if role.domain == SIGNS:
        return f"; write 2 * {name} - 1" if holds_only(call, array, (0, 1)) else ""
    return f"; write ({name} + 1) / 2" if holds_only(call, array, (-1, 1)) else ""


def holds_only(call: Arguments, array: Array, numbers: tuple[int, int]) -> bool:
    """Whether an array can be read and holds these two numbers alone."""
    one, other = numbers
    view = call.backend.concrete_or_none(array)
    return view is not None and not call.any_value(array, lambda x: (x != one) & (x != other))
