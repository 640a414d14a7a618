"""Hyperparameters: plain data, or, where they are continuous, 0-d arrays beside the first one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..arguments import Arguments
from ..domains import INSIDE, DomainCheck
from ..errors import DTypeError, fail
from ..host import frozen
from ..numerics import poison
from ..options import PLAIN, Function, Number, NumberOrNumbers
from ..typing import Array
from .signature import Signature


def hyperparameters(
    call: Arguments, signature: Signature, values: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Array], dict[str, DomainCheck]]:
    """The hyperparameters that are plain or functions, those that are 0-d arrays, and the results of checking these."""
    plain, hyper_arrays, checks = {}, {}, {}
    for name, checker in signature.checkers.items():
        value = values[name]
        if type(value) in PLAIN or isinstance(checker, Function):
            plain[name] = value
        else:
            assert isinstance(checker, Number | NumberOrNumbers)
            hyper_arrays[name] = call.real(name, value)
            checks[name] = check_hyperparameter(call, name, checker, hyper_arrays[name])
    return plain, hyper_arrays, checks


def check_hyperparameter(call: Arguments, name: str, checker: Number | NumberOrNumbers, array: Array) -> DomainCheck:
    """The result of checking a hyperparameter that is an array: an error where it can be seen, and is bad."""
    if call.kind(array) == "bool":
        fail(DTypeError, call.function, name, f"be {checker}", "bool")
    view = call.backend.concrete_or_none(array)
    if view is None:
        return DomainCheck(unseen=checker.allowed)
    checker.check(call.function, name, float(view))
    return INSIDE


def usable(hyper_arrays: Mapping[str, Array], checks: Mapping[str, DomainCheck]) -> dict[str, Array]:
    """The hyperparameters that are arrays, NaN where they turn out to be bad."""
    found = {}
    for name, each in hyper_arrays.items():
        domain = checks[name].unseen
        found[name] = each if domain is None else poison(each, domain.valid(each))
    return found


def sums_options(
    call: Arguments, values: dict[str, Any], names: Iterable[str], arrays: Iterable[str], normalizer: Any
) -> tuple[tuple[str, Any], ...]:
    """The options that `Sums` keep as plain data, to tell what may be merged: hyperparameters, weights, the divisor."""
    given = [(name, values[name]) for name in names]
    kept = [type(value) in PLAIN or callable(value) for _, value in given]
    options = [(name, value if own else constant(call, value)) for own, (name, value) in zip(kept, given, strict=True)]
    options += [(name, constant(call, values[name])) for name in arrays]
    return (*options, ("normalizer", normalizer if isinstance(normalizer, str | float) else "array"))


def constant(call: Arguments, value: Any) -> Any:
    """A weight as plain data if it lies in host memory; elsewhere, and under a trace, only that there is one."""
    plain = "array" if value is not None and call.backend.tracing() else frozen(value)
    return plain if plain is None or isinstance(plain, int | float | tuple) else "array"
