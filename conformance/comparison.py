"""Two ways to one result: what the checks of relations evaluate, and how they compare it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from .backends import Backend
from .case import Case, Sample, normalizers, reductions
from .check import Finding
from .measure import limits, ulps, worst
from .transformations import floating

LIMIT = 8.0
"""In ULP: two results that are each as far off as they may be."""

Results = dict[str, np.ndarray]


def precisions(backend: Backend) -> tuple[str, ...]:
    """Those to try a relation in: where an evaluation is expensive, one is enough."""
    return backend.dtypes[:1] if backend.expensive else backend.dtypes


def mean_name(normalizer: Any) -> str:
    return "mean" if normalizer is None else f"mean, normalizer {normalizer}"


def total(loss: Any, *arrays: Any, **options: Any) -> dict[str, Any]:
    """The sum, and the mean with each normalizer."""
    means = {mean_name(each): loss(*arrays, **options, normalizer=each) for each in normalizers(loss)}
    return {"sum": loss(*arrays, **options, reduction="sum"), **means}


def every(loss: Any, *arrays: Any, **options: Any) -> dict[str, Any]:
    """The unreduced loss too, where there is one."""
    found = total(loss, *arrays, **options)
    return found if reductions(loss)[0] != "none" else {"none": loss(*arrays, **options, reduction="none"), **found}


def evaluated(
    case: Case, backend: Backend, sample: Sample, dtype: str, f: Callable[..., dict[str, Any]] = every
) -> Results:
    """Results of a sample, evaluated as the backend does, as NumPy arrays."""
    arrays, options = backend.move(sample.arrays, dtype), backend.move(sample.options, dtype)
    return {name: backend.numpy(x) for name, x in backend.call(partial(f, case.loss), arrays, options).items()}


def gradients(
    case: Case, backend: Backend, sample: Sample, dtype: str, f: Callable[..., Any] | None = None
) -> tuple[np.ndarray, list[np.ndarray]]:
    """The mean, or another value, and its gradients with respect to all arrays that may be differentiated."""
    arrays, options = backend.move(sample.arrays, dtype), backend.move(sample.options, dtype)
    function = case.loss if f is None else partial(f, case.loss)
    value, found = backend.gradients(function, arrays, options, floating(case, sample))
    return backend.numpy(value), [backend.numpy(each) for each in found]


def scale(case: Case, sample: Sample, name: str, size: int) -> float:
    """The size of parts that cancel in a result of so many elements."""
    found = case.largest_part(sample)
    for key in ("weight", "sample_weight", "alpha", "pos_weight"):
        weight = np.asarray(0.0 if sample.options.get(key) is None else sample.options[key], dtype=np.float64)
        found *= max(1.0, np.max(weight, where=np.isfinite(weight), initial=0.0))
    return found * (1 if name == "none" or name == "mean" else max(1, size))


def compare(
    what: str,
    backend: Backend,
    found: np.ndarray,
    wanted: np.ndarray,
    dtype: str,
    scale: float = 0.0,
    limit: float = LIMIT,
) -> Finding:
    """Two results, element by element."""
    if found.shape != np.shape(wanted):
        return Finding(what, message=f"has shape {found.shape}, not {np.shape(wanted)}")
    slack = limits(dtype).smallest_normal if backend.flushes_subnormals else 0.0
    return Finding(what, worst(ulps(found, wanted, dtype, scale, slack)), limit)


def compared(
    what: str, case: Case, backend: Backend, sample: Sample, found: Results, wanted: Results, dtype: str
) -> Iterator[Finding]:
    """All results of two evaluations that have the same names."""
    size = max([each.size for each in (*found.values(), *wanted.values())], default=1)
    for name in wanted:
        where = f"{dtype}, {what}, {name}"
        yield compare(where, backend, found[name], wanted[name], dtype, scale(case, sample, name, size))
