"""Hyperparameters: plain data, or, where they are continuous, 0-d arrays beside the first one."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..domains import INSIDE, DomainCheck
from ..errors import DTypeError, fail
from ..options import PLAIN, Number, NumberOrNumbers
from ..typing import Array
from .signature import Signature


def hyperparameters(
    call: Arguments, signature: Signature, values: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Array], dict[str, DomainCheck]]:
    """The hyperparameters that are plain, those that are 0-d arrays, and the results of checking these."""
    plain, learned, checks = {}, {}, {}
    for name, checker in signature.checkers.items():
        value = values[name]
        if type(value) in PLAIN:
            plain[name] = value
        else:
            assert isinstance(checker, Number | NumberOrNumbers)
            learned[name] = call.real(name, value)
            checks[name] = check_hyperparameter(call, name, checker, learned[name])
    return plain, learned, checks


def check_hyperparameter(call: Arguments, name: str, checker: Number | NumberOrNumbers, array: Array) -> DomainCheck:
    """The result of checking a hyperparameter that is an array: an error where it can be seen, and is bad."""
    if call.kind(array) == "bool":
        fail(DTypeError, call.function, name, f"be {checker}", "bool")
    view = call.backend.concrete_or_none(array)
    if view is None:
        return DomainCheck(unseen=checker.interval)
    checker.check(call.function, name, float(view))
    return INSIDE
