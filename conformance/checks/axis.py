"""Wherever the class axis lies, the result is the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, Subject, chosen
from ..comparison import compared, evaluated, precisions
from ..transformations import class_axis, has_axis, kind, named, replaced


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """The samples that have a class axis."""
    return (
        each for each in chosen(case, backend, count) if has_axis(case) and class_axis(case, each.content) is not None
    )


def moved(case: Case, sample: Sample, axis: int) -> Sample:
    """The sample with its class axis elsewhere, in `input` and in a target of its shape."""
    ndim, old = sample.arrays[0].ndim, class_axis(case, sample)
    found = {name: each for name, each in named(case, sample).items() if name in ("input", "target")}
    wide = {name: np.moveaxis(each, old, axis) for name, each in found.items() if each.ndim == ndim}
    return replaced(case, sample, {**wide, "axis": axis})


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    ndim = sample.arrays[0].ndim
    first = 1 if kind(case) == "Regional" else 0  # a regional loss has its batch there
    for dtype in precisions(backend):
        wanted = evaluated(case, backend, sample, dtype)
        for axis in (*range(first, ndim), *range(first - ndim, 0)):
            found = evaluated(case, backend, moved(case, sample, axis), dtype)
            yield from compared(f"axis {axis}", case, backend, sample, found, wanted, dtype)


CHECK = Check("axis", "The class axis may lie anywhere.", run, subjects)
