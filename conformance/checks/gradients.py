"""Gradients by the backend's own engine: the slope of the reference where it has one, finite where the loss is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, chosen
from ..derivatives import NOISE, TRUST, argnums, direction, domain_of, relative, slope
from ..measure import limits
from ..programs import gradients


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    at = argnums(case, sample)
    if not at:
        return
    found = gradients(case, backend, sample)
    finite = bounded(sample, backend) and case.expected(sample).finite
    for place, gradient in zip(at, found, strict=True):
        what = f"{backend.widest}, argument {place}"
        wrong = backend.misplaced(gradient) or shape(gradient, sample.arrays[place])
        if wrong:
            yield Finding(what, message=f"the gradient is {wrong}")
            continue
        array = backend.numpy(gradient)
        if finite and not np.all(np.isfinite(array)):
            yield Finding(what, message="not finite where the loss is")
        size = float(np.max(np.abs(array), initial=0.0, where=np.isfinite(array)))
        yield Finding(what, output=None if is_flushed(sample, backend) else array, scale=max(size, sample.terms))
        if sample.smooth:
            yield against_slope(case, sample, place, array, what, NOISE[backend.widest])


def bounded(sample: Sample, backend: Backend) -> bool:
    """Whether derivatives stay within the range of the precision: extremes are made for that of float64."""
    return sample.smooth or backend.widest == "float64"


def is_flushed(sample: Sample, backend: Backend) -> bool:
    """Whether a backend takes a number of the sample for 0, which is subnormal: its derivatives are those at 0."""
    least = limits(backend.widest).smallest_normal
    numbers = [each for each in sample.arrays if each.dtype.kind == "f"]
    return backend.flushes_subnormals and any(np.any((each != 0) & (np.abs(each) < least)) for each in numbers)


def shape(gradient: Any, like: np.ndarray) -> str:
    return "" if tuple(gradient.shape) == like.shape else f"of shape {tuple(gradient.shape)}, not {like.shape}"


def against_slope(case: Case, sample: Sample, place: int, gradient: np.ndarray, what: str, noise: float) -> Finding:
    """The gradient along a direction against the slope of the reference there."""
    v = direction(domain_of(case.loss, place), sample, place)
    wanted, trust = slope(case, sample, place)
    if trust > TRUST:
        return Finding(f"{what}, slope", message="the reference has no slope here: is the sample smooth?")
    found = float(np.sum(gradient * v, where=v != 0))
    return Finding(f"{what}, slope", relative(found, wanted), max(10 * trust, noise))


CHECK = Check(
    "gradients",
    "Equal to the slope of the reference; finite where the loss is; equal at kinks and extremes too.",
    run,
    chosen,
    core=True,
    long=True,
    pairwise=32.0,
    unit="relative",
)
