"""The sum is the sum of the unreduced losses, and each mean is that sum over its divisor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ..backends import Backend
from ..case import NORMALIZERS, Case, Expected, Sample, normalizers, reduce
from ..check import Check, Finding, chosen
from ..comparison import compare, evaluated, every, mean_name, precisions, scale
from ..transformations import additive
from .values import expected

NUMBER = NORMALIZERS[-1]


def results(loss: Any, *arrays: Any, number: Any, sums: bool, **options: Any) -> dict[str, Any]:
    """Everything directly, and from `Sums`; the mean by its name, and with the number as a 0-d array."""
    found = every(loss, *arrays, **options)
    found["mean by name"] = loss(*arrays, **options, reduction="mean")
    given = normalizers(loss)
    if NUMBER in given:
        found["mean, 0-d array"] = loss(*arrays, **options, normalizer=number)
        given = (*given, number)
    for normalizer in given if sums else ():
        name = mean_name(normalizer) if normalizer is not number else "mean, 0-d array"
        parts = loss(*arrays, **options, reduction="sums", normalizer=normalizer)
        found[f"sums, {name}"], found[f"sums, sum, {name}"] = parts.loss(), parts.loss("sum")
    return found


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    given = Sample(sample.label, sample.arrays, {**sample.options, "number": np.asarray(NUMBER)})
    for dtype in precisions(backend):
        found = evaluated(case, backend, given, dtype, partial(results, sums=additive(case, sample)))
        wanted = expected(case, sample, dtype, backend.flushes_subnormals)
        if isinstance(wanted, Expected):
            wanted = replace(wanted, loss=np.asarray(found["none"], dtype=np.float64))

        def finding(name: str, value: Any, dtype: str = dtype, found: Any = found, size: int = wanted.size) -> Finding:
            parts = scale(case, sample, name.removeprefix("sums, "), size)
            return compare(f"{dtype}, {name}", backend, found[name], np.asarray(value), dtype, parts)

        total = reduce(wanted, "sum")
        yield finding("sum", total)
        for normalizer in normalizers(case.loss):
            mean = reduce(wanted, "mean", normalizer)
            yield finding(mean_name(normalizer), mean)
            if additive(case, sample):
                yield finding(f"sums, {mean_name(normalizer)}", mean)
                yield finding(f"sums, sum, {mean_name(normalizer)}", total)
        yield finding("mean by name", found["mean"])
        if NUMBER not in normalizers(case.loss):
            continue
        yield finding("mean, 0-d array", found[mean_name(NUMBER)])
        if additive(case, sample):
            yield finding("sums, mean, 0-d array", found[mean_name(NUMBER)])
            yield finding("sums, sum, mean, 0-d array", total)


CHECK = Check("reductions", "Sum, means and `Sums` follow from the unreduced losses and the divisor.", run, chosen)
