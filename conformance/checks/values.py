"""Every sample, in each reduction, has the reference's value."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ..backends import Backend
from ..backends.base import cast
from ..case import Case, Composed, Expected, Sample, reduce, reductions
from ..check import Check, Finding, Subject, brief, chosen, drawn, drawn_by, few, number
from ..kinds import stands_for_others
from ..measure import limits, ulps, worst
from ..programs import values


def rounded(value: Any, dtype: str, flushed: bool) -> Any:
    """A sample as it is in a precision, in 64 bits for the reference; subnormal numbers may be flushed to 0."""
    if isinstance(value, dict):
        return {key: rounded(each, dtype, flushed) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(rounded(each, dtype, flushed) for each in value)
    value = cast(value, dtype)
    if flushed and isinstance(value, np.ndarray) and value.dtype.kind == "f":
        value = np.where(np.abs(value) < limits(dtype).smallest_normal, 0, value)
    return cast(value, "float64")


def expected(case: Case, sample: Sample, dtype: str, flushed: bool) -> Expected | Composed:
    """What a sample must give in a precision."""
    place = number(case, sample)
    if place is None:
        return refer(case.reference, sample, dtype, flushed)
    return _expected(case.reference, case.samples, place, dtype, flushed)


@cache
def _expected(reference: Any, samples: Any, place: int, dtype: str, flushed: bool) -> Expected | Composed:
    return refer(reference, drawn_by(samples)[place], dtype, flushed)


def refer(reference: Any, sample: Sample, dtype: str, flushed: bool) -> Expected | Composed:
    return reference(*rounded(sample.arrays, dtype, flushed), **rounded(sample.options, dtype, flushed))


class Trial(NamedTuple):
    """A sample, and the reductions it is tried in, for each precision."""

    sample: Sample
    reductions: dict[str, tuple[str, ...]]


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    for label, sample in chosen(case, backend, count):
        yield Subject(label, Trial(sample, tried(case, backend, count, sample)))


def tried(case: Case, backend: Backend, count: int | None, sample: Sample) -> dict[str, tuple[str, ...]]:
    """All precisions and reductions. Where an evaluation is expensive so at the few samples that show everything, and
    at the others the unreduced loss in the widest precision; where it must be brief, of one loss of each kind, also the
    mean."""
    finest = reductions(case.loss)[0]
    short = brief(backend, count)
    if not backend.expensive or (not short and any(each is sample for each in few(drawn(case)))):
        return dict.fromkeys(backend.dtypes, reductions(case.loss))
    return {backend.widest: (finest, "mean") if short and stands_for_others(case) else (finest,)}


def run(case: Case, backend: Backend, trial: Trial) -> Iterator[Finding]:
    sample = trial.sample
    for dtype, names in trial.reductions.items():
        found = values(case, backend, sample, dtype, names)
        wanted = expected(case, sample, dtype, backend.flushes_subnormals)
        for reduction in names:
            yield compare(case, backend, wanted, reduction, dtype, found[reduction])


def compare(
    case: Case, backend: Backend, expected: Expected | Composed, reduction: str, dtype: str, found: Any
) -> Finding:
    """One result against the reference's, in each element."""
    what, wanted = f"{dtype}, {reduction}", np.asarray(reduce(expected, reduction, None))
    if tuple(found.shape) != wanted.shape:
        return Finding(what, message=f"has shape {tuple(found.shape)}, not {wanted.shape}")
    scale = case.scale(expected, reduction)
    output = backend.numpy(found)
    slack = limits(dtype).smallest_normal if backend.flushes_subnormals else 0.0
    error = worst(ulps(output, wanted, dtype, scale, slack))
    return Finding(what, error, case.allowance.ulps, output=output, wanted=wanted, scale=scale)


CHECK = Check("values", "Equal to the reference, unreduced, mean and sum.", run, subjects, pairwise=8.0, core=True)
