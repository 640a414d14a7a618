"""Second derivatives: the Hessian times a vector, against the differences of gradients."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

import array_losses as al

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, Profile, Subject, chosen
from ..derivatives import NOISE, TRUST, direction, moved, places, quotient, relative
from .gradients import bounded


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    at = places(case, sample)[:1]
    arrays, options = backend.move(sample.arrays, backend.widest), backend.move(sample.options, backend.widest)
    loss = partial(case.loss, reduction="sum")
    for place in at:
        v = direction(sample, place)
        what = f"{backend.widest}, argument {place}"
        found = backend.numpy(backend.second(loss, backend.move(v, backend.widest), arrays, options, place))
        size = float(np.max(np.abs(found), initial=0.0))
        if not np.all(np.isfinite(found)):
            yield Finding(what, message="not finite")
            continue
        yield Finding(what, output=found, scale=max(size, sample.terms))
        if not sample.smooth:
            continue
        wanted, trust = differences(loss, sample, place, v)
        if trust > TRUST:
            yield Finding(f"{what}, differences", message="the gradient has no slope here: is the sample smooth?")
            continue
        yield Finding(f"{what}, differences", relative(found, wanted), max(10 * trust, 10 * NOISE[backend.widest]))


def subjects(case: Case, backend: Backend, profile: Profile) -> Iterator[Subject]:
    """Kinks and extremes too, but not infinities."""
    for label, sample in chosen(case, backend, profile._replace(few=2)):
        if bounded(sample, backend) and np.all(np.isfinite(sample.arrays[0])):
            yield Subject(label, sample)


def differences(loss: partial, sample: Sample, place: int, v: np.ndarray) -> tuple[np.ndarray, float]:
    """The difference quotient of the gradient along `v`, on NumPy, and how far it can be trusted."""

    def gradient(shift: float) -> np.ndarray:
        return al.grad(loss, place)(*moved(sample, place, shift * v), **sample.options)

    return quotient(gradient)


CHECK = Check(
    "second_order", "Hessian times vector, equal to the differences of gradients.", run, subjects, core=True,
    pairwise=128.0, unit="relative",
)  # fmt: skip
