"""Library, device and dtype of a result are those of the input, whatever the other arguments are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from array_losses.families.function import family_of

from ..backends import Backend
from ..case import Case, Sample, reductions
from ..check import Check, Finding, Subject, brief, drawn
from ..comparison import compare, every, scale
from ..transformations import family, typical

HOST = {"NumPy arrays": lambda x: x, "lists": lambda x: x.tolist()}
"""The ways to give host data."""
NUMBERS = {float: np.float64, int: np.int64, tuple: lambda each: tuple(map(np.float64, each))}
"""NumPy's scalars for Python's."""


class Given(NamedTuple):
    """A sample, and how the arguments beside the input are given."""

    sample: Sample
    way: str


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    for label, sample in typical(case, backend, count):
        ways, long = ["arrays", "NumPy arrays"], not brief(backend, count)
        if long and all(each.size for each in sample.arrays):  # a list of nothing has lost its shape
            ways.append("lists")
        if long and sample is drawn(case)[0]:
            ways.append("NumPy scalars")
        if meet(backend):
            ways.append("another precision")
        for way in ways:
            yield Subject(f"{label}, {way}", Given(sample, way))


def meet(backend: Backend) -> bool:
    """Whether one device holds both precisions."""
    devices = [getattr(backend.move(np.zeros(1), each), "device", None) for each in backend.dtypes]
    return len(devices) == 2 and devices[0] == devices[1]


def run(case: Case, backend: Backend, given: Given) -> Iterator[Finding]:
    sample, way = given
    halves = backend.halves if way == "arrays" else ()
    for dtype in (*backend.dtypes, *halves):
        native = native_results(case, backend, sample, dtype)
        if way == "arrays":
            yield from in_place(backend, dtype, native)
            continue
        found = other_results(case, backend, sample, dtype, way)
        yield from in_place(backend, dtype, found)
        if way != "another precision":
            yield from same(case, backend, sample, dtype, found, native)


def results(loss: Any, *arrays: Any, **options: Any) -> dict[str, Any]:
    """Every reduction, and what `Sums` hold and give."""
    if family_of(loss).gathers(options):  # it has none
        return dict(every(loss, *arrays, **options))
    sums = loss(*arrays, **options, reduction="sums")
    parts = {f"part {i} of sums": each for i, each in enumerate(leaves(sums))}
    return {**every(loss, *arrays, **options), "sums, mean": sums.loss(), "sums, sum": sums.loss("sum"), **parts}


def leaves(sums: Any) -> tuple[Any, ...]:
    """The parts of `Sums`, or of all terms of composed ones."""
    return sum(map(leaves, sums.terms), ()) if hasattr(sums, "terms") else sums.parts


def native_results(case: Case, backend: Backend, sample: Sample, dtype: str, **more: Any) -> dict[str, Any]:
    """Everything is the backend's own, and of one precision."""
    arrays, options = backend.move(sample.arrays, dtype), backend.move(sample.options, dtype)
    return backend.call(partial(results, case.loss), arrays, {**options, **more})


def other_results(case: Case, backend: Backend, sample: Sample, dtype: str, way: str) -> dict[str, Any]:
    if way == "NumPy scalars":
        return native_results(case, backend, sample, dtype, **scalars(case, sample))
    first, others = backend.move(sample.arrays[:1], dtype), sample.arrays[1:]
    if way == "another precision":
        (other,) = (each for each in backend.dtypes if each != dtype)
        others, options = backend.move(others, other), backend.move(sample.options, other)
        return backend.call(partial(results, case.loss), (*first, *others), options)
    host = HOST[way]
    options = {name: host(x) if isinstance(x, np.ndarray) else x for name, x in sample.options.items()}
    return backend.call(partial(with_constants, case.loss, tuple(map(host, others)), options), first, {})


def with_constants(loss: Any, others: tuple[Any, ...], options: dict[str, Any], first: Any) -> dict[str, Any]:
    return results(loss, first, *others, **options)


def scalars(case: Case, sample: Sample) -> dict[str, Any]:
    """Every hyperparameter of a sample that is a number, as a NumPy scalar."""
    values = family(case).signature.defaults | sample.options
    given = {name: values[name] for name in family(case).hyperparameters}
    return {name: NUMBERS[type(each)](each) for name, each in given.items() if type(each) in NUMBERS}


def in_place(backend: Backend, dtype: str, found: dict[str, Any]) -> Iterator[Finding]:
    """The results have the dtype of the input, and float32 where that is a half precision."""
    wanted = "float32" if dtype in backend.halves else dtype
    for name, each in found.items():
        wrong = backend.misplaced(each)
        if not wrong and backend.dtype(each) != wanted:
            wrong = f"has dtype {backend.dtype(each)}"
        yield Finding(f"{dtype}, {name}, place and dtype", message=wrong)


def same(
    case: Case, backend: Backend, sample: Sample, dtype: str, found: dict[str, Any], wanted: dict[str, Any]
) -> Iterator[Finding]:
    """The values too."""
    names = reductions(case.loss)
    size = int(np.prod(wanted[names[0]].shape))
    for name in names:
        values = (backend.numpy(each[name]) for each in (found, wanted))
        yield compare(f"{dtype}, {name}, value", backend, *values, dtype, scale(case, sample, name, size))


CHECK = Check(
    "device_dtype",
    "Library, device and dtype of a result are those of the input, float32 of a half one.",
    run,
    subjects,
)
