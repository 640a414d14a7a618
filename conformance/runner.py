"""Case x check x backend: the comparisons of every loss on every backend, and of the backends with each other."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import combinations
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np

from .backends import backend
from .case import Allowance, cases
from .check import Check, checks
from .extra import Extra
from .kept import Kept
from .measure import ulps, worst
from .oracles import ORACLES
from .outcome import AGAINST, PAIRWISE, Outcome, Output
from .run_check import attempt, consult, fail


class Unit(NamedTuple):
    """What one process does at a time: some checks of one loss on one backend."""

    loss: str
    backend: str
    checks: tuple[str, ...]
    quick: bool
    samples: tuple[str, ...] = ()
    """Only those whose label holds one of these; all where there are none."""
    dtype: str = ""
    """Only this precision, where it is not empty."""


def work(unit: Unit) -> list[Outcome]:
    """The outcomes of a unit."""
    (case,) = (each for each in cases() if each.name == unit.loss)
    if unit.backend in ORACLES:
        return [consult(case, unit.backend, unit.samples)]
    on = backend(unit.backend)
    if unit.dtype:
        on.dtypes = tuple(each for each in on.dtypes if each == unit.dtype)
    made = [attempt(check, case, on, unit.quick, unit.samples) for check in checks() if check.name in unit.checks]
    on.forget()
    return made


# --- the backends with each other -----------------------------------------------------------------------------------


def pairs(check: Check, outcomes: list[Outcome]) -> Iterator[Outcome]:
    """Each backend against every other, over the outputs of one check of one loss: one outcome a backend."""
    found = {each.backend: each for each in outcomes if each.check == check.name and each.outputs}
    made = {name: Outcome(each.loss, each.check + PAIRWISE, name) for name, each in found.items()}
    allowed = check.pairwise * room(outcomes[0].loss)
    for one, other in combinations(found, 2):
        a, b = found[one].outputs, found[other].outputs
        for key in a.keys() & b.keys():
            difference = apart(a[key], b[key])
            sample, what = key
            for mine, theirs in ((one, other), (other, one)):
                pair = what + AGAINST + theirs
                made[mine].record(sample, pair, difference, allowed)
                if not difference <= allowed:
                    text = f"{difference:.3g} ULP apart, {allowed:g} allowed"
                    fail(made[mine], sample, pair, text, (mine, theirs))
    yield from made.values()


def room(loss: str) -> float:
    """How much further off than others the values of a loss may be."""
    return next(case.allowance.ulps for case in cases() if case.name == loss) / Allowance().ulps


def apart(a: Output, b: Output) -> float:
    """How far two outputs are apart, in ULP, where they should be the same."""
    if a.array.shape != b.array.shape:
        return float("inf")
    if a.wanted is not None and b.wanted is not None and not np.array_equal(a.wanted, b.wanted):
        return 0.0
    return worst(ulps(a.array, b.array, a.dtype, np.maximum(a.scale, b.scale), max(a.slack, b.slack)))


# --- everything -----------------------------------------------------------------------------------------------------


def run(units: list[Unit], jobs: int, extra: Extra | None = None, kept: Kept | None = None) -> Iterator[list[Outcome]]:
    """The outcomes of every unit as they come, then those of the pairs of each loss."""
    by_loss: dict[str, list[Outcome]] = {}
    left = {unit.loss: sum(each.loss == unit.loss for each in units) for unit in units}
    for unit, outcomes in kept_or_made(units, jobs, extra or Extra(), kept):
        mine = by_loss.setdefault(unit.loss, [])
        mine += outcomes
        left[unit.loss] -= 1
        done = list(outcomes)
        if not left[unit.loss]:
            for check in checks():
                done += pairs(check, mine)
            by_loss.pop(unit.loss)
        yield done


def kept_or_made(units: list[Unit], jobs: int, extra: Extra, kept: Kept | None) -> Iterator[tuple[Unit, list[Outcome]]]:
    """What was kept of an earlier run, and what is missing, which is kept as it comes."""
    missing = []
    for unit in units:
        found = kept.read(unit) if kept else None
        if found is None:
            missing.append(unit)
        else:
            yield unit, found
    for unit, outcomes in results(missing, jobs, extra):
        if kept:
            kept.write(unit, outcomes)
        yield unit, outcomes


def results(units: list[Unit], jobs: int, extra: Extra) -> Iterator[tuple[Unit, list[Outcome]]]:
    if jobs == 1:
        for unit in units:
            yield unit, work(unit)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=extra.enter) as pool:
        waiting = {pool.submit(work, unit): unit for unit in units}
        try:
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
