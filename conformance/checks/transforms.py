"""The library's own vmap, grad and jvp go through every loss: equal to the plain calls, alone and in one another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, Subject, brief, drawn, few, telling
from ..derivatives import argnums, direction, domain_of
from ..measure import ulps, worst
from ..programs import gradients, product, values

LIMIT = 16.0
"""Of derivatives, at the size of the largest entry."""


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """Where the library has transforms: a few samples, and three of one shape for vmap."""
    if backend.func is None:
        return
    samples = (telling(case),) if brief(backend, count) else few(drawn(case))
    for sample in samples:
        if sample.smooth and all(each.size for each in sample.arrays):
            yield Subject(sample.label, (sample, sample is samples[0]))


def run(case: Case, backend: Backend, content: tuple[Sample, bool]) -> Iterator[Finding]:
    """Everything in one program, where programs are compiled; with the first sample a batch of several."""
    sample, first = content
    place, func = argnums(case, sample)[0], backend.func
    arrays, options, v = (
        backend.move(sample.arrays),
        backend.move(sample.options),
        direction(domain_of(case.loss, place), sample, place),
    )
    loss = partial(case.loss, reduction="sum", **options)
    wanted = backend.numpy(gradients(case, backend, sample)[0])
    steep = wanted * v
    expected = {
        "grad": (wanted, 0.0),
        "jvp, value": (backend.numpy(values(case, backend, sample, backend.widest, ("sum",))["sum"]), 0.0),
        "jvp": (np.asarray(np.sum(steep)), float(np.sum(np.abs(steep)))),
        "grad of jvp": (backend.numpy(product(case, backend, sample, place)), 0.0),
    }
    found = backend.call(partial(derived, func, loss), (backend.move(v), *arrays), {})
    if first:
        plain = partial(case.loss, reduction="sum", **drawn(case)[0].options)
        columns, several = batch(case, backend, plain)
        expected |= {name: (each, 0.0) for name, each in several.items()}
        found |= backend.call(partial(batched, func, plain), columns, {})
    for name, (right, size) in expected.items():
        yield near(name, backend, found[name], right, size)


def derived(func: Any, loss: Any, v: Any, x: Any, *rest: Any) -> dict[str, Any]:
    """grad equals the backend's usual gradient, jvp its product with a direction."""

    def of(x: Any) -> Any:
        return loss(x, *rest)

    value, slope = func.jvp(of, (x,), (v,))
    twice = func.grad(lambda x: func.jvp(of, (x,), (v,))[1])(x)
    return {"grad": func.grad(of)(x), "jvp, value": value, "jvp": slope, "grad of jvp": twice}


def batched(func: Any, loss: Any, *columns: Any) -> dict[str, Any]:
    return {"vmap": func.vmap(loss)(*columns), "vmap of grad": func.vmap(func.grad(loss))(*columns)}


def batch(case: Case, backend: Backend, loss: Any) -> tuple[tuple[Any, ...], dict[str, np.ndarray]]:
    """Samples that differ in their numbers only, stacked, and what a loop over them gives."""
    several = [next(iter(case.samples(np.random.default_rng(seed)))).arrays for seed in (1, 2, 3)]
    options: dict[str, Any] = {}

    def one(*arrays: Any) -> dict[str, Any]:
        return {"": loss(*arrays)}

    each = [backend.values_and_gradients(one, "", backend.move(arrays), options, (0,)) for arrays in several]
    values = np.stack([backend.numpy(value[""]) for value, _ in each])
    slopes = np.stack([backend.numpy(gradient) for _, (gradient,) in each])
    columns = tuple(backend.move(np.stack(column)) for column in zip(*several, strict=True))
    return columns, {"vmap": values, "vmap of grad": slopes}


def near(what: str, backend: Backend, found: Any, wanted: np.ndarray, size: float = 0.0) -> Finding:
    """Equal at the size of the largest entry."""
    size = max(size, float(np.max(np.abs(wanted), initial=0.0)))
    return Finding(f"float64, {what}", worst(ulps(backend.numpy(found), wanted, "float64", size)), LIMIT)


CHECK = Check(
    "transforms", "vmap, grad and jvp of the library, and each within another.", run, subjects, core=True, of_kinds=True
)
