"""Continuous hyperparameters as 0-d arrays: the value of the plain number, and the slope of the reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from array_losses.families.function import family_of
from array_losses.options import Number

from ..backends import Backend
from ..case import Case, Sample, reduce
from ..check import Check, Finding, Subject, telling
from ..comparison import LIMIT
from ..derivatives import NOISE, TRUST, quotient, relative
from ..measure import ulps, worst


def subjects(case: Case, _: Backend, count: int | None) -> Iterator[Subject]:
    """The most telling sample, with a number inside the domain of each hyperparameter."""
    sample = telling(case)
    numbers = inside(case, sample)
    if numbers and count != 0:
        yield Subject(sample.label, with_options(sample, numbers))


def inside(case: Case, sample: Sample) -> dict[str, float]:
    """A number for each continuous hyperparameter, away from the ends of its domain and from where counts jump."""
    signature, found = family_of(case.loss).signature, {}
    for name, checker in signature.checkers.items():
        if isinstance(checker, Number):
            given, domain = sample.options.get(name, signature.defaults[name]), checker.interval
            if given is None or given in (domain.low, domain.high):
                given = 0.3 if domain.high == 1 else 1.3
            found[name] = float(np.float32(given * 1.07 if float(given).is_integer() else given))
    return found


def with_options(sample: Sample, options: dict[str, float]) -> Sample:
    """The sample with other options."""
    return replace(sample, options=sample.options | options)


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    checkers = family_of(case.loss).signature.checkers
    names = [name for name in sample.options if isinstance(checkers.get(name), Number)]
    numbers = tuple(np.asarray(sample.options[name]) for name in names)
    count = len(sample.arrays)

    def summed(*arrays: Any, **options: Any) -> Any:
        given = dict(zip(names, arrays[count:], strict=True))
        return case.loss(*arrays[:count], **options | given, reduction="sum")

    arrays = backend.move((*sample.arrays, *numbers), backend.widest)
    options = backend.move(sample.options, backend.widest)
    plain = backend.call(partial(case.loss, reduction="sum"), arrays[:count], options)
    value, slopes = backend.gradients(summed, arrays, options, tuple(range(count, len(arrays))))
    error = worst(ulps(backend.numpy(value), backend.numpy(plain), backend.widest))
    yield Finding("value", error, LIMIT)
    for name, slope in zip(names, slopes, strict=True):
        if tuple(slope.shape) != ():
            yield Finding(name, message=f"the gradient is of shape {tuple(slope.shape)}, not ()")
        elif sample.smooth:
            yield against_slope(case, sample, name, float(backend.numpy(slope)), NOISE[backend.widest])


def against_slope(case: Case, sample: Sample, name: str, slope: float, noise: float) -> Finding:
    """The derivative by a hyperparameter against that of the reference, for relative steps."""
    number = sample.options[name]

    def value(shift: float) -> float:
        moved = with_options(sample, {name: number * (1 + shift)})
        return float(reduce(case.reference(*moved.arrays, **moved.options), "sum"))

    wanted, trust = quotient(value)
    if trust > TRUST:
        return Finding(name, message="the reference has no slope here: is the sample smooth?")
    return Finding(name, relative(slope * number, wanted), max(10 * trust, noise))


CHECK = Check(
    "hyperparameters",
    "Continuous ones may be 0-d arrays: the value is that of the number, the gradient the slope of the reference.",
    run,
    subjects,
    core=True,
    of_kinds=True,
    unit="relative",
)
