"""The loss of nothing is 0, and so are its gradients: never NaN."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, Subject
from ..comparison import compare, evaluated, every, gradients, precisions
from ..transformations import Arrangement, family, floating, hidden, named, replaced, taken, typical


class Nothing(NamedTuple):
    """A sample of nothing, and what is evaluated of it."""

    sample: Sample
    results: Callable[..., dict[str, Any]] = every


def over_zero(loss: Any, *arrays: Any, **options: Any) -> dict[str, Any]:
    return {"mean, normalizer 0": loss(*arrays, **options, normalizer=0)}


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """A few samples, each in all ways to be nothing."""
    for label, sample in typical(case, backend, count):
        for way, nothing in ways(case, sample):
            yield Subject(f"{label}, {way}", nothing)


def ways(case: Case, sample: Sample) -> Iterator[tuple[str, Nothing]]:
    how, arrays = Arrangement(case, sample), named(case, sample)
    if how.batch is not None:
        yield "empty batch", Nothing(taken(case, sample, []))
    none = np.zeros(how.mask_shape, dtype=bool)
    spoiled = hidden(case, sample, none)
    yield "all masked nan", Nothing(replaced(case, spoiled, {"where": none}))
    if "ignore_index" in family(case).hyperparameters and arrays["target"].dtype.kind in "iu":
        ignored = np.full_like(arrays["target"], sample.options.get("ignore_index", -100))
        yield "all ignored nan", Nothing(replaced(case, sample, {"input": spoiled.arrays[0], "target": ignored}))
    if not sample.smooth or not all(np.all(np.isfinite(each)) for each in arrays.values()):
        return  # 0 times infinity has no derivative
    yield "sample weight 0", Nothing(replaced(case, sample, {"sample_weight": np.zeros(())}))
    if (weight := how.roles.get("weight")) is not None:
        zeros = np.zeros(() if weight.broadcasts else how.sizes.shape(weight.letters))
        yield "weight 0", Nothing(replaced(case, sample, {"weight": zeros}))
    if family(case).unreduced:  # else a number is no divisor
        yield "normalizer 0", Nothing(sample, over_zero)


def run(case: Case, backend: Backend, nothing: Nothing) -> Iterator[Finding]:
    sample, results = nothing

    def added(loss: Any, *arrays: Any, **options: Any) -> Any:
        """All in one, for one gradient; what is 0 cancels nothing."""
        return sum(each for name, each in results(loss, *arrays, **options).items() if name != "none")

    names = list(named(case, sample))
    for dtype in precisions(backend):
        for name, found in evaluated(case, backend, sample, dtype, results).items():
            yield compare(f"{dtype}, {name}", backend, found, np.zeros_like(found), dtype, limit=0.0)
        _, slopes = gradients(case, backend, sample, dtype, added)
        for place, slope in zip(floating(case, sample), slopes, strict=True):
            yield compare(
                f"{dtype}, gradient of {names[place]}", backend, slope, np.zeros_like(slope), dtype, limit=0.0
            )


CHECK = Check("empty", "The loss of nothing is 0 with gradient 0, never NaN.", run, subjects)
