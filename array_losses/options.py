"""Hyperparameters and their domains, declared as data in the signatures.

An annotation such as ``beta: NonNegative`` is the documentation, the static type and the check.
`Annotated` parameters are hyperparameters; every other parameter of a loss is an array.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real
from types import NoneType
from typing import Annotated, Any, Literal

from .errors import DTypeError, OptionError, describe, fail
from .intervals import UNIT, Interval

FINITE, NONNEGATIVE, POSITIVE = Interval(), Interval(0), Interval(0, low_open=True)


PLAIN = frozenset((NoneType, bool, int, float, str, tuple))
"""The types of options that are plain data, as checks return them."""


def as_float(function: str, name: str, expected: object, value: Any) -> float:
    """A real number as a float."""
    try:
        return float(value)
    except OverflowError:
        fail(OptionError, function, name, f"be {expected}", "one too large for a float")


class Number:
    """A plain number in an interval; a finite one, unless the ends may be `infinite`."""

    def __init__(self, interval: Interval = FINITE, *, optional: bool = False, infinite: bool = False) -> None:
        self.interval, self.optional = interval, optional
        self.allowed = interval if infinite else interval.finite

    def __str__(self) -> str:
        named = {FINITE: "a finite number", NONNEGATIVE: "a finite number >= 0", POSITIVE: "a finite number > 0"}
        return named.get(self.interval, f"a number in {self.interval}") + " or None" * self.optional

    def check(self, function: str, name: str, value: object) -> Any:
        if value is None and self.optional:
            return None
        if isinstance(value, bool) or not isinstance(value, Real):
            fail(DTypeError, function, name, f"be {self}", describe(value))
        number = as_float(function, name, self, value)
        if not self.allowed.holds(number):
            fail(OptionError, function, name, f"be {self}", describe(value))
        return number


class Integer:
    """A plain integer, where said not below a lowest one."""

    def __init__(self, low: int | None = None, *, optional: bool = False) -> None:
        self.low, self.optional = low, optional

    def __str__(self) -> str:
        return "an integer" + ("" if self.low is None else f" >= {self.low}") + " or None" * self.optional

    def check(self, function: str, name: str, value: object) -> Any:
        if value is None and self.optional:
            return None
        if isinstance(value, bool) or not isinstance(value, Integral):
            fail(DTypeError, function, name, f"be {self}", describe(value))
        if self.low is not None and value < self.low:
            fail(OptionError, function, name, f"be {self}", describe(value))
        return int(value)


class Switch:
    """True or False."""

    def check(self, function: str, name: str, value: object) -> bool:
        if not isinstance(value, bool):
            fail(DTypeError, function, name, "be True or False", describe(value))
        return value


class Choice:
    """One of a few words, or of a few integers."""

    def __init__(self, *words: str | int | None) -> None:
        self.words = words

    def __str__(self) -> str:
        shown = [describe(word) for word in self.words]
        return ", ".join(shown[:-1]) + " or " + shown[-1]

    def check(self, function: str, name: str, value: object) -> str | int | None:
        plain = value is None or (isinstance(value, str | Integral) and not isinstance(value, bool))
        if not plain or value not in self.words:
            fail(OptionError, function, name, f"be {self}", describe(value))
        return self.words[self.words.index(value)]


class Numbers:
    """As many plain numbers as `count`, each in the interval of `number`."""

    def __init__(self, count: int, number: Number) -> None:
        self.count, self.number = count, number

    def check(self, function: str, name: str, value: object) -> tuple[float, ...]:
        if not isinstance(value, tuple | list) or len(value) != self.count:
            fail(OptionError, function, name, f"be {self.count} numbers", describe(value))
        return tuple(self.number.check(function, name, each) for each in value)


class NumberOrNumbers:
    """One plain number, or a tuple of them, each in the interval of `number`."""

    def __init__(self, number: Number) -> None:
        self.number, self.interval, self.allowed = number, number.interval, number.allowed

    def __str__(self) -> str:
        return f"{self.number} or a tuple of such numbers"

    def check(self, function: str, name: str, value: object) -> float | tuple[float, ...]:
        numbers = value if isinstance(value, tuple | list) else (value,)
        if any(isinstance(each, bool) or not isinstance(each, Real) for each in numbers):
            fail(DTypeError, function, name, f"be {self}", describe(value))
        found = tuple([as_float(function, name, self, each) for each in numbers])
        if not found or not all(self.number.interval.holds(each) for each in found):
            fail(OptionError, function, name, f"be {self}", describe(value))
        return found if isinstance(value, tuple | list) else found[0]


class Function:
    """A function of the user's."""

    def check(self, function: str, name: str, value: object) -> Any:
        if not callable(value):
            fail(OptionError, function, name, "be a function", describe(value))
        return value


Checker = NumberOrNumbers | Number | Integer | Switch | Choice | Numbers | Function

Finite = Annotated[float, Number()]
NonNegative = Annotated[float, Number(NONNEGATIVE)]
Positive = Annotated[float, Number(POSITIVE)]
OptionalPositive = Annotated[float | None, Number(POSITIVE, optional=True)]
Fraction = Annotated[float, Number(UNIT)]
OptionalFraction = Annotated[float | None, Number(UNIT, optional=True)]
Variances = Annotated[tuple[float, float], Numbers(2, Number(POSITIVE))]
Levels = Annotated[float | tuple[float, ...], NumberOrNumbers(Number(Interval(0, 1, low_open=True, high_open=True)))]
ClassId = Annotated[int, Integer()]
Axis = Annotated[int, Integer()]
Count = Annotated[int, Integer(0)]
OptionalCount = Annotated[int | None, Integer(1, optional=True)]
OptionalAxis = Annotated[int | None, Integer(optional=True)]
Flag = Annotated[bool, Switch()]
Activation = Annotated[Literal["softmax", "sigmoid"] | None, Choice("softmax", "sigmoid", None)]
MaxFunction = Annotated[Callable[[Any], Any], Function()]
EmptyClass = Annotated[Literal["smooth", "skip"], Choice("smooth", "skip")]


def check_option(function: str, name: str, check: Checker, value: object) -> Any:
    """A hyperparameter of a loss, checked: where it may be an array, the error says so of one."""
    plain = value is None or isinstance(value, Real | str | tuple | list)
    if isinstance(check, Number | NumberOrNumbers) and not plain and hasattr(value, "shape"):
        fail(DTypeError, function, name, f"be {check}, or such a 0-d array", describe(value))
    return check.check(function, name, value)


def is_0d_array(value: object, check: Checker) -> bool:
    """Whether this is a 0-d array, and a continuous hyperparameter may be one."""
    if value is None or isinstance(value, int | float | str | tuple):  # a compiler knows no `shape` of its symbols
        return False
    return isinstance(check, Number | NumberOrNumbers) and getattr(value, "shape", None) == ()


def checker(annotation: object) -> Checker | None:
    """The check an annotation carries; None for an array."""
    return next((each for each in getattr(annotation, "__metadata__", ()) if hasattr(each, "check")), None)
