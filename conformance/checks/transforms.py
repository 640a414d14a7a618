"""The library's own vmap, grad and jvp go through every loss: equal to the plain calls, alone and in one another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, Profile, Subject, drawn, few
from ..derivatives import direction, places
from ..measure import ulps, worst

LIMIT = 16.0
"""Of derivatives, at the size of the largest entry."""


def subjects(case: Case, backend: Backend, profile: Profile) -> Iterator[Subject]:
    """Where the library has transforms: a few samples, and three of one shape for vmap."""
    if backend.func is None:
        return
    for sample in few(drawn(case)) if profile.every else drawn(case)[:1]:
        if sample.smooth and all(each.size for each in sample.arrays):
            yield Subject(sample.label, sample)


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    arrays, options = backend.move(sample.arrays), backend.move(sample.options)
    loss = partial(case.loss, **options)
    yield from derivatives(case, backend, sample, loss, arrays)
    if sample is drawn(case)[0]:
        yield from batched(case, backend, sample)


def derivatives(case: Case, backend: Backend, sample: Sample, loss: Any, arrays: Any) -> Iterator[Finding]:
    """grad equals the backend's usual gradient, jvp its product with a direction."""
    at, func, rest = places(case, sample)[:1], backend.func, arrays[1:]
    value, (wanted,) = backend.gradients(loss, arrays, {}, at)
    wanted = backend.numpy(wanted)
    v = direction(sample, at[0])
    yield near("grad", backend, func.grad(lambda x: loss(x, *rest))(arrays[0]), wanted)
    found, slope = func.jvp(lambda x: loss(x, *rest), (arrays[0],), (backend.move(v),))
    yield near("jvp, value", backend, found, backend.numpy(value))
    yield near("jvp", backend, slope, np.asarray(np.sum(wanted * v)), float(np.sum(np.abs(wanted * v))))
    twice = func.grad(lambda x: func.jvp(lambda z: loss(z, *rest), (x,), (backend.move(v),))[1])(arrays[0])
    product = backend.numpy(backend.second(loss, backend.move(v), arrays, {}, at[0]))
    yield near("grad of jvp", backend, twice, product)


def batched(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    """vmap over samples that differ in their numbers only equals a loop; so does grad inside it."""
    several = [next(iter(case.samples(np.random.default_rng(seed)))) for seed in (1, 2, 3)]
    stacked = [backend.move(np.stack(column)) for column in zip(*(each.arrays for each in several), strict=True)]
    options, func = backend.move(sample.options), backend.func
    loss = partial(case.loss, **options)
    each = [backend.gradients(loss, backend.move(one.arrays), {}, (0,)) for one in several]
    values, gradients = (
        np.stack([backend.numpy(x) for x in column]) for column in zip(*((v, g[0]) for v, g in each), strict=True)
    )
    yield near("vmap", backend, func.vmap(loss)(*stacked), values)
    yield near("vmap of grad", backend, func.vmap(func.grad(loss))(*stacked), gradients)


def near(what: str, backend: Backend, found: Any, wanted: np.ndarray, size: float = 0.0) -> Finding:
    """Equal at the size of the largest entry."""
    size = max(size, float(np.max(np.abs(wanted), initial=0.0)))
    return Finding(f"float64, {what}", worst(ulps(backend.numpy(found), wanted, "float64", size)), LIMIT)


CHECK = Check("transforms", "vmap, grad and jvp of the library, and each within another.", run, subjects, core=True)
