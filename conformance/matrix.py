"""The matrix loss x backend in the terminal, and every failure with the command that shows it alone."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .outcome import Outcome
from .runner import reproduction


def matrix(report: dict[str, Any]) -> Table:
    """Each cell: the worst error of values in ULP, coloured by how much of its limit that is, or the failures."""
    names = [each["name"] for each in report["backends"]]
    table = Table(title="worst error in units in the last place", caption="number of failed checks where there is a ✗")
    table.add_column("loss")
    for name in names:
        table.add_column(name, justify="right", overflow="fold")
    for loss in report["losses"]:
        table.add_row(loss["name"], *(cell(report, loss["name"], name) for name in names))
    return table


def cell(report: dict[str, Any], loss: str, backend: str) -> str:
    """One loss on one backend."""
    mine = [each for each in report["outcomes"] if each["loss"] == loss and each["backend"] == backend]
    failed = sum(each["status"] == "failed" for each in mine)
    if failed:
        return f"[red]✗ {failed}[/red]"
    values = [each for each in mine if each["check"] == "values" and each["comparisons"]]
    if not values:
        return "[green]✓[/green]" if any(each["comparisons"] for each in mine) else "[dim]-[/dim]"
    share = max(each["worst"] / each["limit"] if each["limit"] else 0.0 for each in values)
    colour = "green" if share <= 0.5 else "yellow" if share <= 1.0 else "magenta"
    mark = "*" if any(each["status"] == "known" for each in mine) else ""
    return f"[{colour}]{max(each['worst'] for each in values):.1f}{mark}[/{colour}]"


def failures(console: Console, outcomes: list[Outcome]) -> None:
    """Each failure in a line, and below it the command that shows it alone."""
    for outcome in outcomes:
        if outcome.status != "failed":
            continue
        for each in outcome.failures:
            if each.known:
                continue
            place = f"{outcome.loss} on {outcome.backend}, {outcome.check}, {each.sample}, {each.what}"
            console.print(f"[red]✗[/red] {escape(place)}: {escape(each.message)}")
            console.print(f"  {escape(reproduction(outcome, each.sample))}", style="dim", soft_wrap=True)


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
    console.print(
        f"{counts['comparisons']} comparisons in {report['seconds']:.0f} s: {counts['passed']} passed, "
        f"{counts['known']} known deviations, {counts['failed']} failed"
    )
    return int(bool(counts["failed"] or report["absent"] or stale or regressions))
