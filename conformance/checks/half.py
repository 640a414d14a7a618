"""Losses of half precision are those of float32, to float32; their gradients are rounded once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from array_losses.families.labels import ClassIds, Ids

from ..backends import Backend
from ..case import Case, Sample, reduce, reductions
from ..check import Check, Finding, Subject, chosen, drawn
from ..comparison import LIMIT, compare, evaluated, gradients, scale
from ..measure import limits
from ..programs import every_reduction
from ..transformations import Arrangement, additive, family, floating, named, replaced, taken
from .values import expected, rounded

GRADIENT_LIMIT = 1.0
"""In ULP of the half precision: half a unit for the rounding, the rest for the computation in float32."""
CLASSES, FIRST_ID = 300, 257
"""bfloat16 does not tell 257 from 256."""
LARGEST = 65504
"""Of float16."""
WEIGHT = 1024.0


class Half(NamedTuple):
    """A sample, and whether its result is held against the reference or against itself in float32."""

    sample: Sample
    reference: bool = False


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    if not backend.halves:
        return
    plain = drawn(case)[0]
    for label, sample in chosen(case, backend, count):
        yield Subject(label, Half(sample, reference=sample is plain))
    if additive(case, plain):  # else more samples are other pairs
        yield Subject("a sum beyond float16", Half(tiled(case, plain)))
    if class_letters(case, plain):
        yield Subject("class ids beyond bfloat16", Half(many_classes(case, plain)))


def tiled(case: Case, sample: Sample) -> Sample:
    """The batch so often, and of such weight, that its sum is beyond the largest number of float16."""
    found = WEIGHT * case.loss(*sample.arrays, reduction="sum", **sample.options)
    times = int(1.5 * LARGEST / found) + 1
    many = taken(case, sample, np.tile(np.arange(Arrangement(case, sample).batch or 1), times))
    return replaced(case, many, {"sample_weight": np.asarray(WEIGHT)})


def class_letters(case: Case, sample: Sample) -> dict[str, str]:
    """The arrays of class ids, and the letter that says how many classes there are; none where that is fixed."""
    if getattr(family(case), "classes", 0):
        return {}
    return {name: role.of for name, role in Arrangement(case, sample).roles.items() if isinstance(role, ClassIds | Ids)}


def many_classes(case: Case, sample: Sample) -> Sample:
    """The sample with so many classes that its ids, beyond the background, lie above 256."""
    how, ids, found = Arrangement(case, sample), class_letters(case, sample), {}
    (letter,) = set(ids.values())
    for name, each in named(case, sample).items():
        if name in ids:
            background = "background" in family(case).hyperparameters
            found[name] = np.where(each > 0, each + FIRST_ID - 1, 0) if background else each + FIRST_ID
        for axis in how.along(name, letter):
            found[name] = np.take(each, np.arange(CLASSES) % each.shape[axis], axis=axis)
    return replaced(case, sample, found)


def run(case: Case, backend: Backend, half: Half) -> Iterator[Finding]:
    for dtype in backend.halves:
        found = evaluated(case, backend, half.sample, dtype, every_reduction)
        truth = in_reference if half.reference else in_float32
        wanted = truth(case, backend, half.sample, dtype)
        for name, value in wanted.items():
            parts = scale(case, half.sample, name, wanted[reductions(case.loss)[0]].size)
            yield compare(f"{dtype}, {name}", backend, found[name], value, "float32", parts, LIMIT)
        if half.reference:
            yield from rounded_once(case, backend, half.sample, dtype)


def rounded_once(case: Case, backend: Backend, sample: Sample, dtype: str) -> Iterator[Finding]:
    """The gradients are those of float32, in the dtype of what they belong to."""
    names = list(named(case, sample))
    _, found = gradients(case, backend, sample, dtype)
    _, wanted = gradients(case, backend, widened(sample, dtype), "float32")
    for place, mine, exact in zip(floating(case, sample), found, wanted, strict=True):
        what = f"{dtype}, gradient of {names[place]}"
        size = 4 * limits("float32").eps / limits(dtype).eps * scale(case, sample, "mean", 1)
        yield compare(what, backend, mine, exact, dtype, size, GRADIENT_LIMIT)


def widened(sample: Sample, dtype: str) -> Sample:
    """The rounded sample."""
    arrays, options = (rounded(each, dtype, flushed=False) for each in (sample.arrays, sample.options))
    return replace(sample, arrays=arrays, options=options)


def in_reference(case: Case, backend: Backend, sample: Sample, dtype: str) -> dict[str, np.ndarray]:
    """Of the rounded sample."""
    wanted = expected(case, sample, dtype, backend.flushes_subnormals)
    return {name: np.asarray(reduce(wanted, name)) for name in reductions(case.loss)}


def in_float32(case: Case, backend: Backend, sample: Sample, dtype: str) -> dict[str, np.ndarray]:
    """Of the rounded sample, by the loss itself."""
    return evaluated(case, backend, widened(sample, dtype), "float32", every_reduction)


CHECK = Check("half", "Losses of float16 and bfloat16 are float32, their gradients rounded once.", run, subjects)
