"""The operators of losses and of their compositions: scaling, adding, subtracting."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, Any, NoReturn

from .errors import ArgumentError, DTypeError, OptionError, describe, fail
from .families.signature import PER_CALL
from .host import is_host
from .other_options import refuse_unknown
from .schedules import Schedule, checked_step

if TYPE_CHECKING:
    from .compositions import Composition
    from .objects import Loss

CONFIG_VERSION = 1
Terms = tuple[tuple[float, "Loss"], ...]
Pairs = tuple[tuple[float | Schedule, "Loss"], ...]
"""Terms whose factors may go with the step."""


class Composable:
    """A loss or a composition: it can be scaled, added and subtracted, ``0.7 * dice - 0.3 * focal``."""

    __slots__ = ()
    __array_ufunc__ = None  # so that NumPy leaves ``np.float32(0.5) * loss`` to the loss

    def __mul__(self, factor: float | Schedule) -> Composition:
        number = factor if isinstance(factor, Schedule) else checked_factor("Composition", "factor", factor)
        return composed(tuple([(_product(number, scale), loss) for scale, loss in self.pairs()]))

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> Composition:
        number = checked_factor("Composition", "divisor", divisor)
        if number == 0:
            fail(OptionError, "Composition", "divisor", "be a finite number other than 0", "0")
        return composed(tuple([(scale / number, loss) for scale, loss in self.pairs()]))

    def __neg__(self) -> Composition:
        return -1.0 * self

    def __add__(self, other: object) -> Composition:
        return composed(self.pairs() + _pairs_of(other))

    __radd__ = __add__

    def __sub__(self, other: object) -> Composition:
        return self + (-1.0 * other if isinstance(other, Composable) else other)

    def __rsub__(self, other: object) -> Composition:
        return -self + other

    def terms(self) -> Terms:
        """The losses added up, each with its factor."""
        raise NotImplementedError

    def call_with(self, own: Sequence[Mapping[str, Any]], arrays: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """The loss of these arrays, where each term has options of its `own` in place of those of its object."""
        raise NotImplementedError

    def pairs(self) -> Pairs:
        """The terms, whose factors may be schedules."""
        return self.terms()

    def at(self, step: float) -> Composable:
        """The loss at a step of training, a number: a composition with its schedules as plain factors."""
        checked_step(type(self).__name__, step)
        return self

    def to_config(self) -> dict[str, Any]:
        """Plain data, safe for JSON and TOML, from which `from_config` makes an equal loss."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> Any:
        refuse_keras(self, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def fingerprint(self) -> str:
        """A short text, equal exactly where two teams train on the same definition, whatever their libraries.

        It covers the losses, their factors, their options and the versions of their formulas; not the version of the
        package, nor what is the same written otherwise: a default that is given, 1 for 1.0, an array of any library
        for its numbers, the order of the terms of a sum.

        Raises
        ------
        OptionError
            An option is an array that is learned or traced.

        Examples
        --------
        >>> import array_losses as al
        >>> al.MSELoss().fingerprint() == al.MSELoss(reduction="mean").fingerprint()
        True
        >>> al.HuberLoss().fingerprint() == al.HuberLoss(delta=2).fingerprint()
        False
        """
        from .fingerprints import fingerprint

        return fingerprint(self)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; make another with replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")


def composed(terms: Pairs) -> Composition:
    from .compositions import Composition  # which derives from what is here

    return Composition(terms)


def checked_factor(function: str, argument: str, value: Any) -> float:
    """The factor of a loss as a plain number."""
    if is_host(value) and getattr(value, "shape", None) == ():  # NumPy's
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, Real):
        hint = "; an array multiplies what the loss returns" if hasattr(value, "dtype") else ""
        fail(DTypeError, function, argument, "be a plain number", describe(value) + hint)
    try:
        number = float(value)
    except OverflowError:
        fail(OptionError, function, argument, "be a finite number", "one too large for a float")
    if not isfinite(number):
        fail(OptionError, function, argument, "be a finite number", describe(value))
    return number + 0.0  # never -0.0


def _product(a: float | Schedule, b: float | Schedule) -> float | Schedule:
    if isinstance(a, Schedule) and isinstance(b, Schedule):
        fail(DTypeError, "Composition", "factor", "be a plain number where a term has a schedule", describe(a))
    return a * b


def _pairs_of(other: object) -> Pairs:
    """The terms of what is added; none of the 0 that `sum` starts with."""
    if isinstance(other, Composable):
        return other.pairs()
    if isinstance(other, bool) or not isinstance(other, Real) or other != 0:
        refuse_term(other)
    return ()


def refuse_keras(loss: object, name: str) -> None:
    """Refuse to be a loss or metric of Keras, which would give the labels first: it asks such an object for its name.

    Nothing else tells: the call itself is one of two arrays.
    """
    if name == "name" and sys._getframe(2).f_globals.get("__name__", "").startswith("keras."):
        raise ArgumentError(
            f"{type(loss).__name__}: Keras calls a loss with (y_true, y_pred), and this one takes predictions first; "
            "write as_keras_loss(loss), of array_losses.integrations.keras"
        )


def refuse_term(other: Any, function: str = "Composition", argument: str = "term") -> NoReturn:
    """Say what a loss object is, and where a loss's function or class was given, what to write."""
    from .objects import Loss  # which is made of this module's

    classes = {each.function: each for each in reversed(Loss.__subclasses__())}  # the first one of a function
    given = describe(other)
    if isinstance(other, type) and issubclass(other, Loss):
        given = f"the class {other.__name__}; write {other.__name__}()"
    elif callable(other) and hasattr(other, "family"):
        name = classes[other].__name__ if other in classes else "its object"
        given = f"the function {other.__name__}; write {name}()"
    fail(DTypeError, function, argument, "be a loss object", given)


def refuse_option(function: str, name: str, known: Collection[str], required: Iterable[str]) -> NoReturn:
    """Say why an object has no such option, and which may have been meant."""
    if name in PER_CALL or name in required:
        raise ArgumentError(f"{function}: `{name}` belongs to a batch; give it when the loss is called")
    refuse_unknown(function, name, known, (*required, *PER_CALL))
