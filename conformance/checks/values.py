"""Every sample, in each reduction, has the reference's value."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from ..backends import Backend
from ..backends.base import cast
from ..case import Case, Expected, Sample, reduce
from ..check import Check, Finding, Profile, Subject, chosen, drawn, drawn_by, few, number
from ..measure import limits, ulps, worst

REDUCTIONS = ("none", "mean", "sum")


def reduced(reductions: tuple[str, ...], loss: Any, *arrays: Any, **options: Any) -> dict[str, Any]:
    return {each: loss(*arrays, **options, reduction=each) for each in reductions}


every_reduction = partial(reduced, REDUCTIONS)


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


def expected(case: Case, sample: Sample, dtype: str, flushed: bool) -> Expected:
    """What a sample must give in a precision."""
    place = number(case, sample)
    if place is None:
        return refer(case.reference, sample, dtype, flushed)
    return _expected(case.reference, case.samples, place, dtype, flushed)


@cache
def _expected(reference: Any, samples: Any, place: int, dtype: str, flushed: bool) -> Expected:
    return refer(reference, drawn_by(samples)[place], dtype, flushed)


def refer(reference: Any, sample: Sample, dtype: str, flushed: bool) -> Expected:
    return reference(*rounded(sample.arrays, dtype, flushed), **rounded(sample.options, dtype, flushed))


class Trial(NamedTuple):
    """A sample, and the reductions it is tried in, for each precision."""

    sample: Sample
    reductions: dict[str, tuple[str, ...]]


def subjects(case: Case, backend: Backend, profile: Profile) -> Iterator[Subject]:
    for label, sample in chosen(case, backend, profile):
        yield Subject(label, Trial(sample, tried(case, backend, profile, sample)))


def tried(case: Case, backend: Backend, profile: Profile, sample: Sample) -> dict[str, tuple[str, ...]]:
    """All precisions and reductions; where an evaluation is slow so at the few samples that show everything, in the
    quick profile nearly so at the first, and at the others the unreduced loss in one precision."""
    everything, first, unreduced = dict.fromkeys(backend.dtypes, REDUCTIONS), backend.dtypes[0], REDUCTIONS[:1]
    if not backend.slow:
        return everything
    if profile.every:
        telling = any(each is sample for each in few(drawn(case)))
        return everything if telling else {backend.widest: unreduced}
    return {backend.widest: unreduced, first: REDUCTIONS} if sample is drawn(case)[0] else {first: unreduced}


def run(case: Case, backend: Backend, trial: Trial) -> Iterator[Finding]:
    sample = trial.sample
    for dtype, reductions in trial.reductions.items():
        arrays, options = backend.move(sample.arrays, dtype), backend.move(sample.options, dtype)
        found = backend.call(partial(reduced, reductions, case.loss), arrays, options)
        wanted = expected(case, sample, dtype, backend.flushes)
        for reduction in reductions:
            yield compare(case, backend, wanted, reduction, dtype, found[reduction])


def compare(case: Case, backend: Backend, expected: Expected, reduction: str, dtype: str, found: Any) -> Finding:
    """One result against the reference's, in each element."""
    what, wanted = f"{dtype}, {reduction}", np.asarray(reduce(expected, reduction, None))
    if tuple(found.shape) != wanted.shape:
        return Finding(what, message=f"has shape {tuple(found.shape)}, not {wanted.shape}")
    scale = case.allowance.scale * np.max(np.where(expected.kept, np.maximum(expected.weight, 1.0), 0.0), initial=0.0)
    if reduction == "sum":
        scale *= expected.loss.size
    output = backend.numpy(found)
    slack = limits(dtype).smallest_normal if backend.flushes else 0.0
    error = worst(ulps(output, wanted, dtype, scale, slack))
    return Finding(what, error, case.allowance.ulps, output=output, wanted=wanted, scale=scale)


CHECK = Check("values", "Equal to the reference, unreduced, mean and sum.", run, subjects, pairwise=8.0, core=True)
