"""Wherever the class axis lies, the result is the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, Subject, chosen
from ..comparison import compared, evaluated, precisions
from ..transformations import Arrangement, named, replaced


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """The samples that have a class axis."""
    return (each for each in chosen(case, backend, count) if Arrangement(case, each.content).class_axis is not None)


def moved(case: Case, sample: Sample, axis: int) -> Sample:
    """The sample with its class axis elsewhere, in `input` and in a target of its shape."""
    how = Arrangement(case, sample)
    wide = {
        name: np.moveaxis(each, how.class_axis, axis)
        for name, each in named(case, sample).items()
        if how.letters.get(name) == how.letters["input"]
    }
    return replaced(case, sample, {**wide, "axis": axis})


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    ndim = sample.arrays[0].ndim
    first = int(Arrangement(case, sample).apart)  # samples that stay apart lie along the first axis
    for dtype in precisions(backend):
        wanted = evaluated(case, backend, sample, dtype)
        for axis in (*range(first, ndim), *range(first - ndim, 0)):
            found = evaluated(case, backend, moved(case, sample, axis), dtype)
            yield from compared(f"axis {axis}", case, backend, sample, found, wanted, dtype)


CHECK = Check("axis", "The class axis may lie anywhere.", run, subjects)
