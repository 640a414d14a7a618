"""Second derivatives: the Hessian times a vector, against the differences of gradients."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import numpy as np

import array_losses as al

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, Subject, brief, chosen, drawn_by, number
from ..derivatives import NOISE, TRUST, argnums, direction, domain_of, moved, quotient, relative
from ..programs import product
from .gradients import bounded, is_flushed


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    at = argnums(case, sample)[:1]
    for place in at:
        what = f"{backend.widest}, argument {place}"
        found = backend.numpy(product(case, backend, sample, place))
        size = float(np.max(np.abs(found), initial=0.0))
        if not np.all(np.isfinite(found)):
            yield Finding(what, message="not finite")
            continue
        yield Finding(what, output=None if is_flushed(sample, backend) else found, scale=max(size, sample.terms))
        if not sample.smooth or case.constants:  # differences of gradients move the constants too
            continue
        wanted, trust = differences(case, sample, place)
        if trust > TRUST:
            yield Finding(f"{what}, differences", message="the gradient has no slope here: is the sample smooth?")
            continue
        yield Finding(f"{what}, differences", relative(found, wanted), max(10 * trust, 10 * NOISE[backend.widest]))


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """Kinks and extremes too, but not infinities."""
    for label, sample in chosen(case, backend, 1 if brief(backend, count) else count):
        if bounded(sample, backend) and np.all(np.isfinite(sample.arrays[0])):
            yield Subject(label, sample)


def differences(case: Case, sample: Sample, place: int) -> tuple[np.ndarray, float]:
    """The difference quotient of the gradient along `direction`, on NumPy, and how far it can be trusted."""
    at = number(case, sample)
    assert at is not None
    return _differences(case.loss, case.samples, at, place)


@cache
def _differences(loss: Any, samples: Any, at: int, place: int) -> tuple[np.ndarray, float]:
    sample = drawn_by(samples)[at]
    v, gradient = direction(domain_of(loss, place), sample, place), al.grad(partial(loss, reduction="sum"), place)
    return quotient(lambda shift: gradient(*moved(sample, place, shift * v), **sample.options))


CHECK = Check(
    "second_order",
    "Hessian times vector, equal to the differences of gradients.",
    run,
    subjects,
    core=True,
    of_kinds=True,
    pairwise=128.0,
    unit="relative",
)
