"""One run: plan, progress, rows, memory, tables, report."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .case import Case
from .cases import cases
from .comparison import Comparison, UnequalError, measure, plain, plan
from .machine import free_bytes, machine
from .memory import peaks
from .natives import lines
from .peers import PEERS
from .report import write
from .show import show
from .summary import SCHEMA

ROOM = 40
"""Bytes an element that a row may need, at the worst: inputs, gradients and temporaries, twice."""
WIDE = 180
"""Columns of a log file."""


def session(asked: argparse.Namespace) -> int:
    """Run what is asked for; 1 if a comparison was refused or failed."""
    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console.width = WIDE
    contests = planned(asked)
    results: dict[str, Any] = {"schema": SCHEMA, "machine": machine(asked.device), "refused": []}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=len(contests))
        found = []
        for contest in contests:
            progress.update(bar, description=f"{contest.case.name} {contest.size:.0e}")
            try:
                found.append((contest, measure(contest, asked.device, asked.budget)))
            except UnequalError as error:
                results["refused"].append(str(error))
            except Exception as error:  # one call that fails costs one row, not the run
                what = f"{type(error).__name__}: {error}".partition("\n")[0]
                results["refused"].append(f"{contest.key}, {contest.size} elements: {what}")
            progress.advance(bar)
        progress.update(bar, description="memory")
        remember(asked, found)
        progress.update(bar, description="native functions")
        results["rows"] = [plain(row) for _, row in found]
        results["natives"] = [plain(row) for row in native_rows(asked)]
    show(console, results)
    if asked.report:
        console.print(f"written: {', '.join(map(str, write(results, asked.report)))}")
    return 1 if results["refused"] else 0


def chosen(asked: argparse.Namespace) -> list[Case]:
    return [case for case in cases() if not asked.losses or case.loss in asked.losses]


def sizes_of(case: Case, asked: argparse.Namespace) -> Sequence[int]:
    return asked.sizes if case.sizes is None else (min(asked.own or case.sizes[asked.quick], case.sizes[0]),)


def planned(asked: argparse.Namespace) -> list[Comparison]:
    """Loss by loss, from small to large; what does not fit in memory is left out, and compiling small calls too."""
    found = []
    for case in chosen(asked):
        for size in sizes_of(case, asked):
            if size * ROOM < free_bytes():
                compiled = not asked.quick or size >= max(asked.sizes)
                modes = [mode for mode in asked.modes if mode != "compiled" or compiled]
                found += plan([case], asked.against, asked.device, size, modes)
    return found


def remember(asked: argparse.Namespace, found: Sequence[tuple[Comparison, Any]]) -> None:
    """Measure the memory of the largest size of each loss, and note it in its rows."""
    largest: dict[str, int] = {}
    for contest, _ in found:
        largest[contest.case.name] = max(contest.size, largest.get(contest.case.name, 0))
    known = peaks([case.loss for case in chosen(asked)], asked.against, asked.device, largest) if asked.memory else {}
    for contest, row in found:
        if contest.size == largest[contest.case.name] and contest.key in known:
            row.memory = known[contest.key]


def native_rows(asked: argparse.Namespace) -> list[Any]:
    """The native functions of the libraries that took part; none where only some losses are asked for."""
    if asked.losses:
        return []
    peers = [PEERS[name] for name in asked.against]
    libraries = dict.fromkeys(peer.library if asked.device == "cpu" else peer.on_gpu for peer in peers)
    return list(lines([each for each in libraries if each], asked.device, asked.budget))
