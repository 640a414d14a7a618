"""A sample of weight 2 is that sample twice, one of weight 0 is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, Subject, chosen
from ..comparison import compared, evaluated, precisions
from ..transformations import Arrangement, additive, full, replaced, taken

COUNTS = (2, 0, 1, 3)


def totals(loss: Any, *arrays: Any, **options: Any) -> dict[str, Any]:
    return {
        "sum": loss(*arrays, **options, reduction="sum"),
        "mean, normalizer weights": loss(*arrays, **options, normalizer="weights"),
    }


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """The samples in which a sample has a loss of its own to weigh; a pair is repeated with both of its ends."""
    given = (each for each in chosen(case, backend, count) if additive(case, each.content))
    return (each for each in given if may_be_repeated(case, each.content))


def may_be_repeated(case: Case, sample: Sample) -> bool:
    """Whether there are samples, and the weights are theirs: one number is the weight of a pooled batch."""
    own = "sample_weight" not in sample.options or "sample_weight" in full(case, sample)
    return own and Arrangement(case, sample).batch is not None


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    how = Arrangement(case, sample)
    counts = np.resize(COUNTS, how.batch)
    repeated = taken(case, sample, np.repeat(np.arange(len(counts)), counts))
    weight = counts.astype(np.float64)
    names = ["sample_weight", *[name for name, role in how.roles.items() if role.outside]]
    for dtype in precisions(backend):
        wanted = evaluated(case, backend, repeated, dtype, totals)
        for name in names:
            with np.errstate(invalid="ignore"):  # 0 * inf, under a mask
                weighted = replaced(case, sample, {name: times(case, sample, name, weight)})
            found = evaluated(case, backend, weighted, dtype, totals)
            yield from compared(f"{name} against repetition", case, backend, weighted, found, wanted, dtype)


def times(case: Case, sample: Sample, name: str, weight: np.ndarray) -> np.ndarray:
    """The weights of the sample, if it has any, times one for each row."""
    how = Arrangement(case, sample)
    axes, (batch,) = how.sizes.axes(how.letters[name]), how.along(name, how.samples)
    wide = weight.reshape([-1 if axis == batch else 1 for axis in range(len(axes))])
    if name not in sample.options:
        return weight if name == "sample_weight" and batch == 0 else wide
    return full(case, sample)[name] * wide


CHECK = Check("weights", "Integer weights are repetitions of their samples, weight 0 is left out.", run, subjects)
