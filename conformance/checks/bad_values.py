"""A bad label, probability or box is an error where looking is free; elsewhere it spoils what depends on it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

import array_losses as al

from ..backends import Backend
from ..case import Case, Invalid, Sample, reductions
from ..check import Check, Finding, Subject, brief, drawn
from ..invalid import invalid
from ..measure import ulps, worst
from ..programs import reduced
from ..transformations import floating
from .bad_input import complaint


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """Every bad value; where it must be brief one for each array, in one precision."""
    short, seen = brief(backend, count), set()
    for each in invalid(case, drawn(case)[0]) if count != 0 else ():
        argument = each.label.partition(" ")[0]
        if each.error is al.DomainError and not (short and argument in seen):
            seen.add(argument)
            yield Subject(each.label, (each, backend.dtypes[:1] if short else backend.dtypes))


def run(case: Case, backend: Backend, content: tuple[Invalid, tuple[str, ...]]) -> Iterator[Finding]:
    bad, dtypes = content
    for dtype in dtypes:
        options = backend.move(bad.options, dtype)
        arrays, sound = backend.move(bad.arrays, dtype), backend.move(bad.sound, dtype)
        if backend.validates_values:
            yield Finding(dtype, message=complaint(case, backend, arrays, options, bad.error, bad.message))
        else:
            yield from spread(case, backend, bad, dtype, arrays, sound, options)


def both(loss: Any, *arrays: Any, **options: Any) -> dict[str, Any]:
    return reduced((reductions(loss)[0], "mean"), loss, *arrays, **options)


def spread(
    case: Case, backend: Backend, bad: Invalid, dtype: str, arrays: Any, sound: Any, options: Any
) -> Iterator[Finding]:
    """What a bad value does where it is not seen: NaN in its place, in the mean and in the gradient, nothing else."""
    places = floating(case, Sample(bad.label, bad.arrays, bad.options))[:1]
    f, finest = partial(both, case.loss), reductions(case.loss)[0]
    found, (slope,) = backend.values_and_gradients(f, "mean", arrays, options, places)
    right, _ = backend.values_and_gradients(f, "mean", sound, options, places)
    wanted = np.array(backend.numpy(right[finest]))
    wanted[bad.spoiled] = np.nan
    yield Finding(f"{dtype}, {finest}", worst(ulps(backend.numpy(found[finest]), wanted, dtype)))
    mean = backend.numpy(found["mean"])
    if not np.isnan(mean):
        yield Finding(f"{dtype}, mean", message=f"{mean}, not NaN")
    missing = "" if np.isnan(backend.numpy(slope)).any() else "nowhere NaN: it reads as ignored"
    yield Finding(f"{dtype}, gradient", message=missing)


CHECK = Check("bad_values", "An error or NaN, never a wrong number.", run, subjects, core=True, of_kinds=True)
