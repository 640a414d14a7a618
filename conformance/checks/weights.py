"""A sample of weight 2 is that sample twice, one of weight 0 is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..agreement import compared, evaluated, precisions
from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, Profile, Subject, chosen
from ..relations import family, kind, places, replaced, rows, taken

COUNTS = (2, 0, 1, 3)


def totals(loss: Any, *arrays: Any, **options: Any) -> dict[str, Any]:
    return {
        "sum": loss(*arrays, **options, reduction="sum"),
        "mean, normalizer weights": loss(*arrays, **options, normalizer="weights"),
    }


def subjects(case: Case, backend: Backend, profile: Profile) -> Iterator[Subject]:
    """The samples in which a sample has a loss of its own to weigh."""
    return (each for each in chosen(case, backend, profile) if rows(case, each.content) is not None)


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    counts = np.resize(COUNTS, places(case, sample)[0])
    repeated = taken(case, sample, np.repeat(np.arange(len(counts)), counts))
    weight = counts.reshape(rows(case, sample)).astype(np.float64)
    names = ["sample_weight"] + ["weight"] * (kind(case) == "Pointwise" and "weight" in family(case).arrays)
    for dtype in precisions(backend):
        wanted = evaluated(case, backend, repeated, dtype, totals)
        for name in names:
            with np.errstate(invalid="ignore"):  # 0 * inf, under a mask
                weighted = replaced(case, sample, {name: weight * sample.options.get(name, 1.0)})
            found = evaluated(case, backend, weighted, dtype, totals)
            yield from compared(f"{name} against repetition", case, backend, weighted, found, wanted, dtype)


CHECK = Check("weights", "Integer weights are repetitions of their samples, weight 0 is left out.", run, subjects)
