"""Case x check x backend: the comparisons of one loss on one backend, and of the backends with each other."""

from __future__ import annotations

import time
import traceback
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .backends import Backend, backend
from .case import Allowance, Case, cases
from .check import Check, Finding, Profile, Subject, checks
from .measure import limits, ulps, worst
from .oracles import ORACLES, oracle
from .oracles.compare import LIMIT, compare
from .outcome import Failure, Outcome, Output
from .xfails import reason


PAIRWISE = ", pairwise"
ORACLE = "oracle"
"""The check that other projects make: their values against our references."""


class Unit(NamedTuple):
    """What one process does at a time: some checks of one loss on one backend."""

    loss: str
    backend: str
    checks: tuple[str, ...]
    profile: Profile
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
    return [
        attempt(check, case, on, unit.profile, unit.samples) for check in checks() if check.name in unit.checks
    ]


def attempt(
    check: Check, case: Case, on: Backend, profile: Profile, samples: tuple[str, ...] = ()
) -> Outcome:  # fmt: skip
    """Try one check of one loss on one backend. Whatever goes wrong on the way is a failure of its sample."""
    outcome = Outcome(case.name, check.name, on.name, check.unit)
    start = time.perf_counter()
    slack = {dtype: limits(dtype).smallest_normal if on.flushes else 0.0 for dtype in on.dtypes}
    for subject in check.subjects(case, on, profile):
        if samples and not any(each in subject.label for each in samples):
            continue
        for finding in guarded(check, case, on, subject):
            outcome.record(subject.label, finding.what, finding.error, finding.limit)
            if finding.failed:
                outcome.failures.append(failure(outcome, subject.label, finding))
            if finding.output is not None:
                dtype = finding.what.partition(",")[0]
                key = (subject.label, finding.what)
                outcome.outputs[key] = Output(dtype, finding.output, finding.wanted, finding.scale, slack.get(dtype, 0.0))
    outcome.seconds = time.perf_counter() - start
    return outcome


def consult(case: Case, name: str, samples: tuple[str, ...] = ()) -> Outcome:
    """Hold the reference of a loss against another project; its defects are known failures, new ones are failures."""
    outcome = Outcome(case.name, ORACLE, name)
    start = time.perf_counter()
    for row in compare(case, oracle(name)):
        if row.status == "not covered" or (samples and not any(each in row.label for each in samples)):
            continue
        good = row.status == "equal"
        outcome.record(row.label, row.reduction, row.ulps if good else 0.0, LIMIT)
        if not good:
            known = row.text if row.status == "defect" else ""
            outcome.failures.append(Failure(row.label, row.reduction, row.text, known))
    outcome.seconds = time.perf_counter() - start
    return outcome


def guarded(check: Check, case: Case, on: Backend, subject: Subject) -> Iterator[Finding]:
    """The findings of one subject; an exception or a warning is one more, and the last."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated")  # torch's own, at its first jvp
        try:
            yield from check.run(case, on, subject.content)
        except Exception as error:
            yield Finding("evaluation", message=brief(error))


def brief(error: Exception) -> str:
    """An error in one line, with the place in our code where it rose."""
    ours = [each for each in traceback.extract_tb(error.__traceback__) if "array_losses" in Path(each.filename).parts]
    place = f" ({Path(ours[-1].filename).name}:{ours[-1].lineno})" if ours else ""
    return f"{type(error).__name__}: {error}".partition("\n")[0] + place


def failure(outcome: Outcome, sample: str, finding: Finding) -> Failure:
    text = finding.message or f"{finding.error:.3g} {outcome.unit} off, {finding.limit:g} allowed"
    known = reason(outcome.loss, outcome.check, outcome.backend, sample)
    return Failure(sample, finding.what, text, known)


def reproduction(outcome: Outcome, sample: str) -> str:
    """The command that shows one failure alone."""
    at = f' --samples "{sample}"' if sample else ""
    where = "oracles" if outcome.check == ORACLE else "backends"
    check = "" if outcome.check == ORACLE else f" --checks {outcome.check.removesuffix(PAIRWISE)}"
    return f"python -m conformance --losses {outcome.loss}{check} --{where} {outcome.backend}{at}"


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
                made[mine].record(sample, f"{what}, against {theirs}", difference, allowed)
                if not difference <= allowed:
                    text = f"{difference:.3g} ULP from {theirs}, {allowed:g} allowed"
                    known = reason(made[mine].loss, made[mine].check, mine, sample)
                    made[mine].failures.append(Failure(sample, what, text, known))
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
    return worst(ulps(a.array, b.array, a.dtype, max(a.scale, b.scale), max(a.slack, b.slack)))


# --- everything -----------------------------------------------------------------------------------------------------


def run(units: list[Unit], jobs: int) -> Iterator[list[Outcome]]:
    """The outcomes of every unit as they come, then those of the pairs of each loss."""
    by_loss: dict[str, list[Outcome]] = {}
    left = {unit.loss: sum(each.loss == unit.loss for each in units) for unit in units}
    for unit, outcomes in results(units, jobs):
        mine = by_loss.setdefault(unit.loss, [])
        mine += outcomes
        left[unit.loss] -= 1
        done = list(outcomes)
        if not left[unit.loss]:
            for check in checks():
                done += pairs(check, mine)
            by_loss.pop(unit.loss)
        yield done


def results(units: list[Unit], jobs: int) -> Iterator[tuple[Unit, list[Outcome]]]:
    if jobs == 1:
        for unit in units:
            yield unit, work(unit)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(work, unit): unit for unit in units}
        try:
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
