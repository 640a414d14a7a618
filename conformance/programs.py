"""Values and gradients of a sample, from one program where each has to be compiled: two checks share it."""

from __future__ import annotations

from functools import partial
from typing import Any

from array_losses.backends import namespace

from .backends import Backend
from .case import Case, Sample, reductions
from .derivatives import direction, domain_of
from .transformations import floating


def reduced(names: tuple[str, ...], loss: Any, *arrays: Any, **options: Any) -> dict[str, Any]:
    return {each: loss(*arrays, **options, reduction=each) for each in names}


def every_reduction(loss: Any, *arrays: Any, **options: Any) -> dict[str, Any]:
    return reduced(reductions(loss), loss, *arrays, **options)


def with_sum(names: tuple[str, ...], loss: Any, *arrays: Any, **options: Any) -> dict[str, Any]:
    """The reductions, and the sum of the unreduced losses where the sum is none of them: a call less to compile."""
    found = reduced(names, loss, *arrays, **options)
    if "sum" not in found:
        each = found.get("none")
        found["sum"] = loss(*arrays, **options, reduction="sum") if each is None else namespace(each).sum(each)
    return found


def values(case: Case, backend: Backend, sample: Sample, dtype: str, names: tuple[str, ...]) -> dict[str, Any]:
    """A sample's loss in these reductions."""
    if backend.expensive and dtype == backend.widest:
        return program(case, backend, sample, names)[0]
    arrays, options = backend.move(sample.arrays, dtype), backend.move(sample.options, dtype)
    return dict(backend.call(partial(reduced, names, case.loss), arrays, options))


def gradients(case: Case, backend: Backend, sample: Sample) -> tuple[Any, ...]:
    """The gradients of the summed loss, in the widest precision, by all arrays that may be differentiated."""
    if backend.expensive:
        return program(case, backend, sample, reductions(case.loss)[:1])[1]
    arrays, options = backend.move(sample.arrays, backend.widest), backend.move(sample.options, backend.widest)
    places = floating(case, sample)
    return tuple(backend.gradients(partial(case.loss, reduction="sum"), arrays, options, places)[1])


def program(
    case: Case, backend: Backend, sample: Sample, names: tuple[str, ...]
) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """Values and gradients in the widest precision; kept by the backend until it forgets."""
    key, dtype = (case.loss, id(sample)), backend.widest
    if key not in backend.kept or not backend.kept[key][0].keys() >= set(names):
        arrays, options = backend.move(sample.arrays, dtype), backend.move(sample.options, dtype)
        f = partial(with_sum, names, case.loss)
        backend.kept[key] = backend.values_and_gradients(f, "sum", arrays, options, floating(case, sample))
    return backend.kept[key]


def product(case: Case, backend: Backend, sample: Sample, place: int) -> Any:
    """The Hessian of the summed loss times `direction`; kept by the backend until it forgets."""
    key = case.loss, id(sample), place
    if key not in backend.kept:
        dtype, v = backend.widest, direction(domain_of(case.loss, place), sample, place)
        arrays, options = backend.move(sample.arrays, dtype), backend.move(sample.options, dtype)
        loss = partial(case.loss, reduction="sum")
        backend.kept[key] = backend.second(loss, backend.move(v, dtype), arrays, options, place)
    return backend.kept[key]
