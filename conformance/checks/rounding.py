"""A probability outside [0, 1] by rounding counts as lying on the bound; by more it is a bad value."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

import array_losses as al

from ..backends import Backend
from ..case import Case, Invalid, Sample, reductions
from ..check import Check, Finding, Subject, drawn
from ..comparison import compare
from ..invalid import invalid
from ..transformations import floating

SLACK = {"float16": 2.0**-7, "bfloat16": 2.0**-4}
"""8 units of the last place at 1; 1e-6 in other precisions."""
RULE = "hold values in [0, 1]"


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """Each array of probabilities, at its upper and at its lower bound."""
    seen = set()
    for bad in invalid(case, drawn(case)[0]):
        places = [i for i, (a, b) in enumerate(zip(bad.arrays, bad.sound, strict=False)) if not np.array_equal(a, b)]
        if RULE not in bad.message or not places or bad.arrays[places[0]].dtype.kind != "f" or places[0] in seen:
            continue
        seen.add(places[0])
        for bound in (1.0, 0.0):
            yield Subject(f"{bad.label.partition(' ')[0]} near {bound:g}", (bad, places[0], bound))


def at(bad: Invalid, place: int, value: float) -> tuple[np.ndarray, ...]:
    """The sound arrays of a bad call, with this value where the bad one was."""
    array = bad.sound[place].copy()
    array[bad.arrays[place] != bad.sound[place]] = value
    return (*bad.sound[:place], array, *bad.sound[place + 1 :])


def outside(bound: float, dtype: str, times: float) -> float:
    """A number so many times the slack outside a bound."""
    slack = times * SLACK.get(dtype, 1e-6)
    return bound + slack if bound else -slack


def run(case: Case, backend: Backend, content: tuple[Invalid, int, float]) -> Iterator[Finding]:
    bad, place, bound = content
    for dtype in (*backend.dtypes, *backend.halves):
        values = at(bad, place, outside(bound, dtype, 0.75)), at(bad, place, bound)
        (found, slopes), (wanted, exact) = (evaluated(case, backend, bad, each, dtype) for each in values)
        precision = dtype if dtype in backend.dtypes else "float32"
        yield compare(f"{dtype}, none", backend, found, wanted, precision, case.largest_part(bad))
        for i, (slope, true) in enumerate(zip(slopes, exact, strict=True)):
            yield compare(f"{dtype}, gradient {i}", backend, slope, true, dtype, case.largest_part(bad))
        yield beyond(case, backend, bad, at(bad, place, outside(bound, dtype, 3.0)), dtype)


def evaluated(case: Case, backend: Backend, bad: Invalid, arrays: tuple[Any, ...], dtype: str) -> tuple[Any, Any]:
    """The unreduced loss, and the gradients of its sum."""
    options, moved = backend.move(bad.options, dtype), backend.move(arrays, dtype)
    loss = backend.numpy(backend.call(partial(case.loss, reduction=reductions(case.loss)[0]), moved, options))
    places = floating(case, Sample(bad.label, arrays, bad.options))
    _, slopes = backend.gradients(partial(case.loss, reduction="sum"), moved, options, places)
    return loss, [backend.numpy(each) for each in slopes]


def beyond(case: Case, backend: Backend, bad: Invalid, arrays: tuple[Any, ...], dtype: str) -> Finding:
    """More than rounding is refused where it is seen, else NaN."""
    what = f"{dtype}, beyond"
    try:
        found = backend.call(case.loss, backend.move(arrays, dtype), backend.move(bad.options, dtype))
    except al.DomainError as error:
        return Finding(what, message="" if backend.validates_values else f"{error}, where nothing may be looked at")
    value = float(backend.numpy(found))
    return Finding(what, message="" if np.isnan(value) and not backend.validates_values else f"{value}, not refused")


CHECK = Check("rounding", "What lies outside a bound by rounding counts as lying on it.", run, subjects)
