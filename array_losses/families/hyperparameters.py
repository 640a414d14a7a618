"""Hyperparameters: plain data, or, where they are continuous, 0-d arrays beside the first one."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..domains import DomainCheck
from ..options import Number, is_plain
from ..typing import Array
from .signature import Signature


def hyperparameters(
    call: Arguments, signature: Signature, values: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Array]]:
    """The hyperparameters that are plain, and those that are 0-d arrays, by name."""
    plain, learned = {}, {}
    for name in signature.checkers:
        value = values[name]
        if is_plain(value):
            plain[name] = value
        else:
            learned[name] = call.real(name, value)
    return plain, learned


def check_hyperparameter(call: Arguments, signature: Signature, name: str, array: Array) -> DomainCheck:
    """The result of checking a hyperparameter that is an array: an error where it can be seen, and is bad."""
    checker, view = signature.checkers[name], call.backend.concrete_or_none(array)
    assert isinstance(checker, Number)
    if view is None:
        return DomainCheck(unseen=checker.interval)
    checker.check(call.function, name, float(view))
    return DomainCheck()
