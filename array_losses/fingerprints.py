"""Fingerprints: short texts that are equal exactly where two definitions of a loss are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .backends import backend_of
from .errors import OptionError, describe, fail
from .families.function import family_of
from .fixed_options import identity
from .host import frozen
from .schedules import Schedule

if TYPE_CHECKING:
    from .composable import Composable
    from .objects import Loss

FORMAT = 1
"""The version of how a fingerprint is made."""
DIGITS = 16


def fingerprint(loss: Composable) -> str:
    """The fingerprint of a loss or a composition."""
    from hashlib import sha256

    terms = [[_factor(scale), definition(each)] for scale, each in loss.pairs()]
    alone = len(terms) == 1 and terms[0][0] == 1.0
    data = terms[0][1] if alone else sorted(terms, key=_text)
    return f"{FORMAT}-{sha256(_text(data).encode()).hexdigest()[:DIGITS]}"


def definition(loss: Loss) -> dict[str, Any]:
    """The name of a loss, the version of its formula, and the options that are not as by default.

    An option that a later version adds changes nothing where it is not given; what gives other numbers, a new default
    too, is a new version of the formula.
    """
    cls, defaults = type(loss), family_of(loss.function).signature.defaults
    options = {key: _canonical(cls.__name__, key, value) for key, value in loss.options.items()}
    plain = {key: _canonical(cls.__name__, key, identity(defaults[key])) for key in options}
    ours = cls.__module__.startswith(f"{__package__}.losses.")
    return {
        "loss": cls.__name__ if ours else f"{cls.__module__}.{cls.__name__}",
        "version": cls.version,
        "options": {key: value for key, value in options.items() if value != plain[key]},
    }


def _text(data: Any) -> str:
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def _factor(scale: float | Schedule) -> Any:
    if isinstance(scale, Schedule):
        return {"steps": [_number(each) for each in scale.steps], "values": [_number(each) for each in scale.values]}
    return _number(scale)


def _canonical(name: str, key: str, value: Any) -> Any:
    """An option, equal where it is the same: numbers as floats, arrays by what they hold."""
    if isinstance(value, tuple):
        return [_canonical(name, key, each) for each in value]
    if value is None or isinstance(value, str):
        return value
    return _number(value) if isinstance(value, int | float) else _canonical(name, key, _read(name, key, value))


def _read(name: str, key: str, value: Any) -> Any:
    """The numbers of an array that is on a device."""
    try:
        found = None if backend_of(value).requires_grad(value) else frozen(value.tolist())
    except Exception:  # traced, or without values: each library has its own errors
        found = None
    if found is None:
        fail(OptionError, f"{name}.fingerprint", key, "be fixed numbers, neither learned nor traced", describe(value))
    return found


def _number(value: float) -> Any:
    """1, 1.0 and True as one; NaN, which is not equal to itself, as a text."""
    if value != value:
        return ["nan"]
    try:
        number = float(value) + 0.0  # never -0.0
    except OverflowError:
        return int(value)
    return number if number == value else int(value)
