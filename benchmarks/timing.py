"""Two pieces of work, timed side by side."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from statistics import quantiles
from time import perf_counter
from typing import NamedTuple

from .libraries import Work

LONG_ENOUGH = 5e-4
"""Seconds below which a measurement repeats its work."""
SLOW = 0.1
"""Seconds above which a run is warm after its second time."""
LEAST, MOST = 3, 300
"""Rounds."""


class Spread(NamedTuple):
    """The quartiles of a sample."""

    low: float
    median: float
    high: float


class Interleaved(NamedTuple):
    """Seconds of a run of ours and of theirs, and their ratio, round by round."""

    ours: Spread
    theirs: Spread
    ratio: Spread
    rounds: int
    tails: tuple[float, float]
    """The 95th percentiles of both, over their medians."""


def quartiles(sample: Sequence[float]) -> Spread:
    return Spread(*quantiles(sample, method="inclusive")) if len(sample) > 1 else Spread(*sample * 3)


def tail(sample: Sequence[float]) -> float:
    """The 95th percentile over the median."""
    ordered = sorted(sample)
    return ordered[round(0.95 * (len(ordered) - 1))] / quartiles(sample).median


def seconds(work: Work, times: int) -> float:
    """Seconds of one run, over so many."""
    out, start = None, perf_counter()
    for _ in range(times):
        out = work.run()
    work.finish(out)
    return (perf_counter() - start) / times


def repetitions(work: Work) -> int:
    """How often a measurement repeats the work; this also warms it up."""
    seconds(work, 1)  # may compile
    taken = seconds(work, 1)
    if taken < SLOW:
        taken = seconds(work, 1)
    return max(1, min(1000, round(LONG_ENOUGH / taken)))


def interleave(ours: Work, theirs: Work, budget: float) -> Interleaved:
    """A B, B A, A B, ... for so many seconds, the garbage collector off: both meet the same weather."""
    works = (ours, theirs)
    times = [repetitions(work) for work in works]
    rounds: list[tuple[float, float]] = []
    gc.collect(1)
    enabled = gc.isenabled()
    gc.disable()
    try:
        end = perf_counter() + budget
        while len(rounds) < LEAST or (perf_counter() < end and len(rounds) < MOST):
            taken = [0.0, 0.0]
            for each in (0, 1) if len(rounds) % 2 == 0 else (1, 0):
                taken[each] = seconds(works[each], times[each])
            rounds.append((taken[0], taken[1]))
    finally:
        if enabled:
            gc.enable()
    return judged(rounds)


def solo(work: Work) -> Spread:
    """Seconds of a run that has nothing to be compared with."""
    times = repetitions(work)
    return quartiles([seconds(work, times) for _ in range(LEAST)])


def judged(rounds: Sequence[tuple[float, float]]) -> Interleaved:
    """Medians and quartiles; the ratio is taken within each round, so that drift cancels."""
    first, second = zip(*rounds, strict=True)
    ratio = [a / b for a, b in rounds]
    spreads = quartiles(first), quartiles(second), quartiles(ratio)
    return Interleaved(*spreads, len(rounds), (tail(first), tail(second)))
