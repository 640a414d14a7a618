"""Collecting: from a call as the user gives it to the evidence of its terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..arguments import on_device
from ..backends import backend_of
from ..backends.polyfill import dtype_name
from ..errors import DomainError, DTypeError, NamespaceError, ShapeError, describe, fail
from ..families.base import Family
from ..host import is_host
from .arrays import counts, entries_of, placed_by_roles
from .evidence import Evidence
from .gradient import gradients
from .unchecked import Part, parts_of_calls, unchecked

REPORTED = (ShapeError, DTypeError, DomainError, NamespaceError)
"""The errors that a diagnosis says; others are of the call itself, and are raised."""


class Term(NamedTuple):
    """One loss of what is diagnosed, and its factor."""

    factor: float
    name: str
    family: Family
    options: Mapping[str, Any]
    """The options that a loss object fixes."""


def evidence_of(term: Term, args: tuple[Any, ...], options: dict[str, Any]) -> Evidence:
    """All that is known of one term of a call."""
    family = term.family
    given = bound(term, args, options)
    if family.calls_user and not is_host(given[family.main_argument]):
        expected = "be of NumPy, where an option is a function: here it is called with NumPy arrays"
        fail(NamespaceError, "diagnose", family.main_argument, expected, describe(given[family.main_argument]))
    names = (*family.arrays, "sample_weight", "where", "normalizer", *family.hyperparameters)
    arrays = {name: given[name] for name in names if is_array(given[name])}
    host = {name: brought(name, each) for name, each in arrays.items()}
    values = {**given, **host, "reduction": reduced(given["reduction"])}
    bare = {**values, **{name: unchecked(each) for name, each in host.items()}}
    parts, value = looked_into(family, bare)
    placed = placed_by_roles(family, bare)
    dtypes = {name: dtype_name(each.dtype) for name, each in arrays.items()}
    origins = {name: origin(each) for name, each in arrays.items()}
    masked, ignored, positions = counts(placed)
    found = gradients(family, bare, parts) if parts else {}
    return Evidence(
        name=term.name,
        family=family,
        options=given,
        entries=entries_of(family, bare, placed, dtypes, origins),
        geometry=placed.geometry,
        masked=masked,
        ignored=ignored,
        positions=positions,
        error=error_of(family, given, values),
        parts=tuple(parts),
        value=term.factor * value,
        factor=term.factor,
        gradient={name: term.factor * each for name, each in found.items()},
    )


def bound(term: Term, args: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    """The value of every parameter; those of the call rule over those of the object."""
    signature = term.family.signature
    given = signature.bind(args, dict(options))
    explicit = {*signature.positional[: len(args)], *options}
    return {**given, **{name: each for name, each in term.options.items() if name not in explicit}}


def reduced(reduction: object) -> object:
    """The reduction to one number that tells most of what was asked for."""
    return {"none": "mean", "sums": "mean"}.get(reduction, reduction) if isinstance(reduction, str) else reduction


def is_array(value: object) -> bool:
    return hasattr(value, "dtype") and hasattr(value, "shape")


def origin(value: Any) -> str:
    """The library and the device of an array, in words."""
    backend = backend_of(value)
    return backend.noun.rpartition(" ")[0] + on_device(backend, value)


def brought(name: str, value: Any) -> Any:
    """An array as NumPy's; the user asked, so it is read wherever it lies."""
    try:
        backend = backend_of(value)
        while backend.level:
            value = value.value
            backend = backend_of(value)
        return np.asarray(backend.to_numpy(value))
    except Exception as error:
        objection = backend_of(value).objection(value)
        if objection is not None:
            fail(NamespaceError, "diagnose", name, objection[0].format(name), objection[1] or describe(value))
        expected = "hold values that can be read (call it outside of jit and vmap, and not on a meta device)"
        raise NamespaceError(f"diagnose: `{name}` must {expected}, got {describe(value)}") from error


def error_of(family: Family, given: dict[str, Any], values: dict[str, Any]) -> str:
    """The error of the call as the user gave it, where values may be looked at; "" where there is none."""
    try:
        call = family.arguments_of(given)
        for name, each in given.items():
            if is_array(each) and not is_host(each):
                call.place(name, each)
        family(dict(values))
    except REPORTED as error:
        return str(error)
    return ""


def looked_into(family: Family, values: dict[str, Any]) -> tuple[list[Part], float]:
    """The losses of a call whose values nobody checks, and its value; none where it is refused."""
    with parts_of_calls() as parts:
        try:
            value = float(family(dict(values)))
        except REPORTED:
            return [], float("nan")
    return parts, value
