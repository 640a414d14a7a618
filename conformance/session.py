"""One run of the suite: units, progress, matrix, report, verdict."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from .backends import BACKENDS, Backend, BackendUnavailable, backend
from .case import cases
from .check import checks
from .kept import Kept
from .matrix import failures, matrix, summary
from .oracles import ORACLES, Oracle, oracle
from .outcome import Outcome
from .report import compare, describe, write
from .runner import Unit, run
from .xfails import unused, unused_added

HOUSE = ("documentation", "objects")
"""Checks of the sections of our docstrings, and of the classes of the catalog."""


def session(asked: argparse.Namespace) -> int:
    """Run what is asked for, show it, write it; the exit code."""
    console = Console()
    present, absent = find(asked.backends, backend)
    names = () if asked.checks or asked.dtype else tuple(ORACLES)
    oracles, missing = find(names if asked.oracles is None else asked.oracles, oracle)
    if asked.oracles is not None:
        absent |= missing
    units = plan(asked, present) + consultations(asked, oracles)
    start = time.perf_counter()
    outcomes = collect(units, asked, console)
    report = describe(
        outcomes,
        [*present, *map(column, oracles)],
        absent=absent,
        untested=[each for each in BACKENDS if each not in asked.backends],
        profile="quick" if asked.quick else "full",
        seconds=time.perf_counter() - start,
    )
    stale = (unused(outcomes) if complete(asked) else []) + ([] if asked.dtype else unused_added(outcomes))
    regressions = compare(asked.compare, report) if asked.compare else []
    report |= {"stale": stale, "worse": regressions}
    console.print(matrix(report))
    failures(console, outcomes)
    if asked.report:
        console.print(f"written: {', '.join(map(str, write(report, asked.report)))}")
    return summary(console, report, stale, regressions)


class Column(NamedTuple):
    """An oracle, described as a backend is."""

    name: str
    version: str
    device: str = ""
    engine: str = "oracle"


def column(oracle: Oracle) -> Column:
    return Column(oracle.name, oracle.version())


def find(names: tuple[str, ...], make: Callable[[str], Any]) -> tuple[list[Any], dict[str, str]]:
    """What is here of these names, and why the others are not."""
    present, absent = [], {}
    for name in names:
        try:
            present.append(make(name))
        except BackendUnavailable as error:
            absent[name] = str(error)
    return present, absent


def plan(asked: argparse.Namespace, present: list[Backend]) -> list[Unit]:
    """The units, the slowest backends of each loss first."""
    names = asked.checks or tuple(check.name for check in checks())
    losses = asked.losses or tuple(case.name for case in cases())
    ordered = sorted(present, key=lambda each: not each.expensive)
    others = {loss: for_others(names) for loss in asked.extra.losses()}
    return [
        Unit(loss, each.name, others.get(loss, names), asked.quick, tuple(asked.sample), asked.dtype)
        for loss in losses
        for each in ordered
    ]


def for_others(names: tuple[str, ...]) -> tuple[str, ...]:
    """The checks without those of how this library writes its own losses."""
    return tuple(name for name in names if name not in HOUSE)


def consultations(asked: argparse.Namespace, oracles: list[Oracle]) -> list[Unit]:
    """The oracles, about every loss."""
    losses = asked.losses or tuple(case.name for case in cases())
    return [Unit(loss, each.name, (), asked.quick, tuple(asked.sample)) for loss in losses for each in oracles]


def complete(asked: argparse.Namespace) -> bool:
    """Whether everything was tried, so that a known deviation must have shown."""
    return not (asked.quick or asked.losses or asked.checks or asked.sample or asked.dtype)


def collect(units: list[Unit], asked: argparse.Namespace, console: Console) -> list[Outcome]:
    """All outcomes, behind a progress bar."""
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    kept = Kept(asked.keep, asked.extra) if asked.keep else None
    outcomes: list[Outcome] = []
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("losses x backends", total=len(units))
        for done, found in enumerate(run(units, asked.jobs, asked.extra, kept), 1):
            outcomes += found
            progress.advance(task)
            if not console.is_terminal and done % 10 == 0:
                console.print(f"{done} of {len(units)} losses x backends")
            for each in found:
                if each.status == "failed":
                    progress.console.print(f"[red]{each.loss}, {each.check} on {each.backend}: failed[/red]")
    return outcomes
