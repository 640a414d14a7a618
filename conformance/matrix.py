"""The matrix loss x backend in the terminal, and every failure with the command that shows it alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from .outcome import Outcome
from .run_check import reproduction

LEGEND = "worst error of the values in ULP; ✓ passed, ✗ failed comparisons, * known deviation, - nothing to compare"
LOSS, CELL = 33, 5
"""Widths of columns."""


@dataclass(frozen=True)
class Matrix:
    """Columns with numbers, as the names of a dozen backends fit no terminal; a few at a time where it is narrow."""

    report: dict[str, Any]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        names = [each["name"] for each in self.report["backends"]]
        some = max(1, (options.max_width - LOSS) // CELL)
        for start in range(0, len(names), some):
            yield table(self.report, names, range(start, min(start + some, len(names))))
            yield ""
        yield Text("  ").join(Text(f"{number}\u00a0{name}") for number, name in enumerate(names, 1))
        yield Text(LEGEND, style="dim")


def table(report: dict[str, Any], names: list[str], places: range) -> Table:
    """Each cell: the worst error of values in ULP, coloured by how much of its limit that is, or the failures."""
    made = Table(box=None, padding=(0, 0, 0, 1), pad_edge=False)
    made.add_column("loss", no_wrap=True, min_width=LOSS - 1)
    for place in places:
        made.add_column(str(place + 1), justify="right", no_wrap=True, min_width=CELL - 1)
    for loss in report["losses"]:
        made.add_row(loss["name"], *(cell(report, loss["name"], names[place]) for place in places))
    return made


def matrix(report: dict[str, Any]) -> Matrix:
    """To be printed."""
    return Matrix(report)


def cell(report: dict[str, Any], loss: str, backend: str) -> str:
    """One loss on one backend."""
    mine = [each for each in report["outcomes"] if each["loss"] == loss and each["backend"] == backend]
    failures = [failure for each in mine for failure in each["failures"]]
    failed = sum(not each["known"] for each in failures)
    if failed:
        return f"[red]✗ {failed}[/red]"
    mark = "*" if failures else ""
    values = [each for each in mine if each["check"] == "values" and each["comparisons"]]
    if not values:
        return f"[green]✓{mark}[/green]" if any(each["comparisons"] for each in mine) else "[dim]-[/dim]"
    share = max(each["worst"] / each["limit"] if each["limit"] else 0.0 for each in values)
    colour = "green" if share <= 0.5 else "yellow" if share <= 1.0 else "magenta"
    return f"[{colour}]{max(each['worst'] for each in values):.1f}{mark}[/{colour}]"


def seconds_of_losses(report: dict[str, Any]) -> str:
    """The processor time of a loss: the mean, the most, and the backends and checks that take most of it."""
    spent: dict[str, Counter[str]] = {key: Counter() for key in ("loss", "backend", "check")}
    for each in report["outcomes"]:
        for key, counter in spent.items():
            counter[each[key]] += each["seconds"]
    losses = spent["loss"]
    if not losses:
        return "no loss was tried"
    mean = losses.total() / len(losses)
    most = ", ".join(f"{name} {seconds:.1f}" for name, seconds in losses.most_common(3))
    where = ", ".join(
        f"{name} {seconds / len(losses):.1f}"
        for key in ("backend", "check")
        for name, seconds in spent[key].most_common(3)
    )
    return f"{mean:.1f} s of processor time a loss (most: {most}); of these {where}"


SHOWN = 5
"""Failures of one check of one loss on one backend that are printed; the report has all."""


def failures(console: Console, outcomes: list[Outcome]) -> None:
    """Each failure in a line, and below it the command that shows it alone."""
    for outcome in outcomes:
        if outcome.status != "failed":
            continue
        new = [each for each in outcome.failures if not each.known]
        for each in new[:SHOWN]:
            place = f"{outcome.loss} on {outcome.backend}, {outcome.check}, {each.sample}, {each.what}"
            console.print(f"[red]✗[/red] {escape(place)}: {escape(each.message)}")
            console.print(f"  {escape(reproduction(outcome, each))}", style="dim", soft_wrap=True)
        if new[SHOWN:]:
            console.print(f"  and {len(new) - SHOWN} more", style="dim")


def summary(console: Console, report: dict[str, Any], stale: list[str], regressions: list[str]) -> int:
    """The verdict in a few lines, and as an exit code."""
    for name, why in report["absent"].items():
        console.print(f"[red]✗ {escape(name)} was named and is not here: {escape(why)}[/red]")
    for each in stale:
        console.print(f"[red]✗ known deviation that did not show: {escape(each)}[/red]")
    for each in regressions:
        console.print(f"[red]✗ worse than before: {escape(each)}[/red]")
    if report["untested"]:
        console.print(f"not tested: {', '.join(report['untested'])}")
    counts = report["totals"]
    console.print(seconds_of_losses(report))
    console.print(
        f"{counts['comparisons']} comparisons in {report['seconds']:.0f} s: {counts['passed']} passed, "
        f"{counts['known']} known deviations, {counts['failed']} failed"
    )
    return int(bool(counts["failed"] or report["absent"] or stale or regressions))
