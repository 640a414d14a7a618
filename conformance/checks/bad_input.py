"""What cannot be computed is refused, with the right class of error and in the same words on every backend."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from string import Formatter
from typing import Any

import numpy as np

import array_losses as al
from array_losses.backends import namespace

from ..backends import CPU, Backend, BackendUnavailable, backend
from ..case import Case, Invalid, Sample
from ..check import Check, Finding, Subject, brief, drawn
from ..invalid import invalid
from ..valid_call import positional


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """Every bad call, where it must be brief one of each error; then arrays of other libraries."""
    sample, seen = drawn(case)[0], set()
    for each in invalid(case, sample):
        if each.error is al.DomainError or (each.error in seen and brief(backend, count)):
            continue
        seen.add(each.error)
        yield Subject(each.label, each)
    for other in others():
        if other.types != backend.types and "numpy" not in other.name:  # what lies in host memory may travel
            yield Subject(f"{other.name} array", (sample, other))


@cache
def others() -> tuple[Backend, ...]:
    """One backend of each library that is here."""
    found: dict[Any, Backend] = {}
    for name in (*CPU, "cupy"):
        try:
            each = backend(name)
        except BackendUnavailable:
            continue
        found.setdefault(each.types, each)
    return tuple(found.values())


def run(case: Case, backend: Backend, content: Invalid | tuple[Sample, Backend]) -> Iterator[Finding]:
    # torch.compile looks into array-api-compat where something is no array, and warns of what it sees there
    warnings.filterwarnings("ignore", "Dynamo detected a call to a `functools.lru_cache`")
    if isinstance(content, Invalid):
        yield refusal(case, backend, content)
        return
    sample, other = content
    for name in (positional(case)[1], "sample_weight"):
        yield foreign(case, backend, other, sample, name)


# --- messages -------------------------------------------------------------------------------------------------------


def refusal(case: Case, backend: Backend, bad: Invalid) -> Finding:
    """The finding of one call that must fail."""
    arrays, options = moved(backend, bad)
    return Finding(bad.error.__name__, message=complaint(case, backend, arrays, options, bad.error, bad.message))


def moved(backend: Backend, bad: Invalid) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return backend.move(bad.arrays, backend.dtypes[-1]), backend.move(bad.options, backend.dtypes[-1])


def complaint(
    case: Case, backend: Backend, arrays: tuple[Any, ...], options: dict[str, Any], error: type[Exception], message: str
) -> str:
    """What is wrong with how a call fails; empty if nothing is."""
    wanted = pattern(message, {**dict(zip(positional(case), arrays, strict=False)), **options})
    try:
        backend.call(case.loss, arrays, options)
    except Exception as raised:
        return (
            "" if told(raised, error, wanted) else f"{type(raised).__name__}: {raised}, not {error.__name__}: {message}"
        )
    return f"no error, not {error.__name__}: {message}"


def pattern(message: str, values: dict[str, Any]) -> str:
    """A message as a regular expression, with the words of the library of these values filled in."""
    parts = []
    for text, field, _, _ in Formatter().parse(message):
        parts.append(re.escape(text))
        if field is None:
            continue
        name, _, attribute = field.partition(".")
        parts.append(re.escape(str(getattr(values[name], attribute))) if attribute else r"an? \w+")
    return "".join(parts)


def told(raised: Exception, error: type[Exception], wanted: str) -> bool:
    """Whether a user learns of this error: as it is, or quoted by a compiler that stopped at it."""
    if isinstance(raised, al.ArrayLossesError):
        return type(raised) is error and re.fullmatch(wanted, str(raised)) is not None
    return re.search(rf"\b{error.__name__}\((['\"]){wanted}\1\)", str(raised)) is not None


# --- other libraries ------------------------------------------------------------------------------------------------


def foreign(case: Case, backend: Backend, other: Backend, sample: Sample, name: str) -> Finding:
    """An array of another library is refused, with the conversion to write."""
    dtype, names = backend.widest, positional(case)
    values = {**dict(zip(names, sample.arrays, strict=False)), "sample_weight": np.ones(1)}
    stranger = other.move(values[name], dtype)
    namespace(stranger)  # a library that the compiler meets first is only called no array

    def loss(*arrays: Any, **options: Any) -> Any:
        given = {**dict(zip(names, arrays, strict=False)), **options, name: stranger}
        return case.loss(**given)

    arrays, options = backend.move(sample.arrays, dtype), backend.move(sample.options, dtype)
    try:
        backend.call(loss, arrays, options)
    except Exception as raised:
        advice = rf"(?P<advice>[\w.()=]*\b{name}\b[\w.()=]*)"
        wanted = rf"{case.name}: `{name}` is an? [^`]+, `{names[0]}` an? [^`]+; convert it: {advice}"
        if not told(raised, al.NamespaceError, wanted):
            return Finding(name, message=f"{type(raised).__name__}: {raised}")
        found = re.search(wanted, str(raised))
        assert found is not None
        return Finding(name, message=misled(backend, found["advice"], name, stranger, other.device == "cpu"))
    return Finding(name, message="no error")


def misled(backend: Backend, advice: str, name: str, stranger: Any, near: bool) -> str:
    """What is wrong with the conversion that an error advises; empty if it does, or if the array lies elsewhere."""
    if not near:
        return ""
    modules = set(re.findall(r"(?<![\w.])(\w+)\.", advice)) - {"xp", name}
    known = {each: import_module(each) for each in modules}
    xp = namespace(backend.array(np.zeros(1, dtype=backend.widest)))
    try:
        converted = eval(advice, {**known, "xp": xp, name: stranger})
    except Exception as error:
        return f"advises {advice}, which fails: {type(error).__name__}: {error}"
    good = (*backend.types, np.ndarray)  # host data is welcome everywhere
    return "" if isinstance(converted, good) else f"advises {advice}, which gives a {type(converted)}"


CHECK = Check("bad_input", "Refused with the same words on every backend.", run, subjects, unit="")
