"""A check: one property that every loss must have on every backend. One file each in `conformance/checks/`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from .backends import Backend
from .case import Case, Sample

SEED = 7
"""Of the samples."""
EXTREME = "extreme"
"""What the label of a sample begins with, whose numbers are the largest and smallest there are."""


class Profile(NamedTuple):
    """How much is tried."""

    name: str
    every: bool = False
    """Every sample on every backend."""
    few: int | None = 3
    """Else so many where an evaluation is slow, or everywhere if `brief`; None for all that show something new."""
    brief: bool = False


FULL, QUICK, BRIEF = Profile("full", every=True), Profile("quick"), Profile("brief", few=2, brief=True)


class Finding(NamedTuple):
    """One comparison."""

    what: str
    """What was compared, in a few words: "float32, mean"."""
    error: float = 0.0
    """How far off, in the unit of the check."""
    limit: float = 0.0
    message: str = ""
    """What is wrong, where that is no number."""
    output: np.ndarray | None = None
    """What the backends are compared by with each other."""
    wanted: np.ndarray | None = None
    """What the output should be; backends that should give different ones (subnormal numbers) are not compared."""
    scale: float = 0.0
    """The size of parts that cancel in the output."""

    @property
    def failed(self) -> bool:
        return bool(self.message) or not self.error <= self.limit


class Subject(NamedTuple):
    """What a check tries at a time: a sample, or what else it says."""

    label: str
    content: Any


class Check(NamedTuple):
    """One property."""

    name: str
    summary: str
    run: Callable[[Case, Backend, Any], Iterable[Finding]]
    """Of a case, a backend and the content of a subject."""
    subjects: Callable[[Case, Backend, Profile], Iterable[Subject]]
    """What to try; nothing where the check has nothing to say of this loss on this backend."""
    core: bool = False
    """Whether it looks at a backend's own work. The others look at relations between results, which hold where the
    results are right, and are brief where that saves much."""
    pairwise: float = 0.0
    """By how many ULP the outputs of two backends may differ; 0 for a check without outputs."""
    unit: str = "ULP"


def profile_of(check: Check, backend: Backend, asked: Profile) -> Profile | None:
    """How much of a check is tried on a backend; None for nothing."""
    if check.core or (not backend.slow and asked.every):
        return asked
    if backend.name == "numpy":
        return asked._replace(few=None, brief=True)
    return BRIEF if asked.every or not backend.slow else None


def drawn(case: Case) -> tuple[Sample, ...]:
    """The samples of a case, the same in every process."""
    return drawn_by(case.samples)


@cache
def drawn_by(samples: Callable[..., Iterable[Sample]]) -> tuple[Sample, ...]:
    return tuple(samples(np.random.default_rng(SEED)))


def number(case: Case, sample: Sample) -> int | None:
    """The place of a sample among those of its case; None for one made of another."""
    return next((i for i, each in enumerate(drawn(case)) if each is sample), None)


def chosen(case: Case, backend: Backend, profile: Profile) -> Iterator[Subject]:
    """The samples to try: all, or where an evaluation is slow a few that show everything."""
    samples = drawn(case)
    if profile.brief or (backend.slow and not profile.every):
        samples = few(samples)[: profile.few]
    return (Subject(sample.label, sample) for sample in samples)


def few(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    """The first sample, an extreme one and, of the others, as few as show every option and kind of array."""
    kept = [samples[0], *[each for each in samples[1:] if EXTREME in traits(each)][:1]]
    left = set().union(*map(traits, samples)).difference(*map(traits, kept))
    while left:
        kept.append(max(samples, key=lambda sample: len(traits(sample) & left)))
        left -= traits(kept[-1])
    return tuple(kept)


def traits(sample: Sample) -> set[Any]:
    """What a sample shows."""
    kinds = "".join(each.dtype.kind for each in sample.arrays)
    extreme = {EXTREME} if sample.label.partition(",")[0] == EXTREME else set()
    return {*sample.options, kinds, "smooth" if sample.smooth else "not smooth"} | extreme


@cache
def checks() -> tuple[Check, ...]:
    """Every check, values first."""
    package = importlib.import_module(f"{__package__}.checks")
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    found = [importlib.import_module(f"{package.__name__}.{name}").CHECK for name in names]
    return tuple(sorted(found, key=lambda check: (check.name != "values", check.name)))
