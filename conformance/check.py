"""A check: one property that every loss must have on every backend. One file each in `conformance/checks/`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from .backends import Backend
from .case import Case, Sample
from .kinds import stands_for_others
from .measure import Scale

SEED = 7
"""Of the samples."""
EXTREME = "extreme"
"""What the label of a sample begins with, whose numbers are the largest and smallest there are."""


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
    scale: Scale = 0.0
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
    subjects: Callable[[Case, Backend, int | None], Iterable[Subject]]
    """What to try, of so many samples or, for None, of all; nothing where the check has nothing to say of this loss on
    this backend."""
    core: bool = False
    """Whether it looks at a backend's own work. The others look at relations between results, which hold where the
    results are right."""
    of_kinds: bool = False
    """Whether it looks at what the losses of a kind have in common."""
    long: bool = False
    """Whether its reference takes long."""
    pairwise: float = 0.0
    """By how many ULP the outputs of two backends may differ; 0 for a check without outputs."""
    unit: str = "ULP"


EVERY_TRAIT = 1000
"""A count that takes all samples that show something new, and no other."""
EVERY_PAIR = 2000
"""A count that takes all samples that show two things together for the first time, and no other."""


def count(check: Check, case: Case, backend: Backend, quick: bool) -> int | None:
    """How many samples a check tries on a backend, those that show most first; None for all."""
    profile = in_quick if quick else in_full
    return profile(check, backend, stands_for_others(case))


def in_full(check: Check, backend: Backend, first: bool) -> int | None:
    """All; where an evaluation is expensive, those that show two things together, two of a check that is not core.

    Of a loss that is not the first of its kind, there, what shows something new in checks of outputs, one in others.
    """
    if not backend.expensive:
        return None
    if first:
        return EVERY_PAIR if check.core else 2
    return EVERY_TRAIT if check.pairwise else 1


def in_quick(check: Check, backend: Backend, first: bool) -> int | None:
    """One of a core check where an evaluation is expensive; none of what a cheaper backend or a loss of the kind shows.

    NumPy tries all of the first loss of a kind, of others those that show two things together; of a long check, as
    elsewhere, those that show something new. Checks that are not core have fewer.
    """
    covered = check.name in backend.covered or (check.of_kinds and not first)
    if backend.expensive:
        return 1 if check.core and not covered else 0
    if not check.core:
        if backend.name == "numpy":
            return EVERY_TRAIT if first else 4
        return 0 if backend.in_blocks else 1 if backend.portable else 2
    if backend.name == "numpy":
        return EVERY_TRAIT if covered or check.long else None if first else EVERY_PAIR
    if backend.portable:
        return EVERY_TRAIT if first else 2
    return 2 if covered else EVERY_TRAIT


def brief(backend: Backend, count: int | None) -> bool:
    """Whether what is not made of samples is tried in one precision, and one of each kind."""
    return backend.expensive and count is not None and count <= 2


def drawn(case: Case) -> tuple[Sample, ...]:
    """The samples of a case, the same in every process."""
    return drawn_by(case.samples)


@cache
def drawn_by(samples: Callable[..., Iterable[Sample]]) -> tuple[Sample, ...]:
    return tuple(samples(np.random.default_rng(SEED)))


def number(case: Case, sample: Sample) -> int | None:
    """The place of a sample among those of its case; None for one made of another."""
    return next((i for i, each in enumerate(drawn(case)) if each is sample), None)


def chosen(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """The samples to try: all, or of the few that show everything the first ones; if one, the most telling."""
    shown = pairs_of_traits if count == EVERY_PAIR else traits
    samples = drawn(case) if count is None else (telling(case),) if count == 1 else few(drawn(case), shown)[:count]
    return (Subject(sample.label, sample) for sample in samples)


def telling(case: Case) -> Sample:
    """The sample with most options and kinds of arrays, of those that are finite and have derivatives."""
    return max(drawn(case), key=lambda sample: (sample.smooth and ordinary(sample), len(traits(sample))))


def ordinary(sample: Sample) -> bool:
    """Whether a sample has numbers, all of them finite and none extreme."""
    finite = all(each.size and np.all(np.isfinite(each)) for each in sample.arrays)
    return finite and not sample.label.startswith(EXTREME)


def traits(sample: Sample) -> set[str]:
    """What a sample shows: its options, its kinds of arrays, whether it is smooth, whether extreme."""
    kinds = "".join(each.dtype.kind for each in sample.arrays)
    extreme = {EXTREME} if sample.label.partition(",")[0] == EXTREME else set()
    return {*sample.options, kinds, "smooth" if sample.smooth else "not smooth"} | extreme


def pairs_of_traits(sample: Sample) -> set[Any]:
    """What a sample shows, and every two of it together."""
    found = sorted(traits(sample))
    return {*found, *combinations(found, 2)}


def few(samples: tuple[Sample, ...], shown: Callable[[Sample], set[Any]] = traits) -> tuple[Sample, ...]:
    """The first sample and as few others as show all that any does, those that show most first."""
    kept = [samples[0]]
    left = set().union(*map(shown, samples)) - shown(samples[0])
    while left:
        kept.append(max(samples, key=lambda sample: len(shown(sample) & left)))
        left -= shown(kept[-1])
    return tuple(kept)


@cache
def checks() -> tuple[Check, ...]:
    """Every check, values first."""
    package = importlib.import_module(f"{__package__}.checks")
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    found = [importlib.import_module(f"{package.__name__}.{name}").CHECK for name in names]
    return tuple(sorted(found, key=lambda check: (check.name != "values", check.name)))
