"""Results as tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table

from . import goals
from .figures import calm, means, memory, power, time
from .goals import limited
from .natives import pays

Row = dict[str, Any]


def show(console: Console, results: dict[str, Any]) -> None:
    """Every row, the means, the natives, the machine."""
    rows, machine = results["rows"], results["machine"]
    by_loss: dict[str, list[Row]] = {}
    for row in rows:
        by_loss.setdefault(f"{row['loss']} {row['variant']}".strip(), []).append(row)
    for name, each in by_loss.items():
        console.print(table(name, each))
    console.print(table_of_means(rows))
    if reached := list(goals.results(rows)):
        console.print(table_of_goals(reached))
    if results["natives"]:
        console.print(table_of_natives(results["natives"]))
    for refusal in results["refused"]:
        console.print(f"[red]refused:[/red] {refusal}")
    console.print(
        f"{machine['gpu'] or machine['processor']}, {machine['cores']} cores, load {machine.get('load')} before, "
        f"copies {machine['copy_gb_per_second']} GB/s.\nRatio: ours over theirs, below 1 is faster; in brackets our "
        "time, [dim]±[/dim] half the distance of the ratio's quartiles. Tail: the 95th "
        "percentiles, ours / theirs, over the medians. Floor: our time over that of a copy of the "
        "bytes which must move, at the largest size. Memory: peak beyond the inputs, ours / theirs."
    )


def table(name: str, rows: list[Row]) -> Table:
    sizes = sorted({row["size"] for row in rows})
    made = Table(
        "what",
        "on",
        "against",
        *(f"{power(size)}" for size in sizes),
        "tail",
        "floor",
        "memory",
        title=name,
        title_justify="left",
    )
    lines: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        lines.setdefault((row["what"], f"{row['library']} {row['mode']}", row["peer"]), []).append(row)
    for labels, each in lines.items():
        cells = {row["size"]: cell(row) for row in each}
        last = max(each, key=lambda row: row["size"])
        distance = f"{last['distance']:.1f}" if last["distance"] else "-"
        tail = " / ".join(f"{each:.1f}" for each in last.get("tails") or ())
        made.add_row(*labels, *(cells.get(size, "") for size in sizes), tail, distance, memories(each))
    return made


def cell(row: Row) -> str:
    if row["ratio"] is None:
        return f"{row['note']} ({time(row['theirs'][1])} theirs)"
    low, middle, high = row["ratio"]
    colour = "green" if middle <= 1 else "red"
    return f"[{colour}]{middle:.2f}[/{colour}] [dim]±{(high - low) / 2:.2f}[/dim] ({time(row['ours'][1])})"


def memories(rows: list[Row]) -> str:
    found = [row["memory"] for row in rows if row["memory"][1] is not None]
    return f"{memory(found[-1][0])} / {memory(found[-1][1])}" if found else ""


def table_of_means(rows: Iterable[Row]) -> Table:
    found, quiet = means(rows), means(rows, calm)
    sizes = sorted({size for each in found.values() for size in each})
    title = "geometric means of the ratios; in brackets of the lower quartiles, which a busy machine disturbs less"
    made = Table("on", "against", "what", *map(power, sizes), title=title)
    for key, each in found.items():
        library, mode, against, what = key
        cells = [f"{each[size]:.2f} [dim]({quiet[key][size]:.2f})[/dim]" if size in each else "" for size in sizes]
        made.add_row(f"{library} {mode}", against, what, *cells)
    return made


def table_of_goals(found: Iterable[goals.Result]) -> Table:
    title = "goals; tails are 95th percentiles above 1.5 medians where the peer's are not"
    made = Table("on", "against", "what", "elements", "mean", "worst", "tails", title=title)
    for each in found:
        goal, colour = each.goal, "green" if each.reached else "red"
        sizes = power(int(goal.sizes[0])) + ("" if goal.sizes[1] == goal.sizes[0] else " and more")
        mean, worst = limited(each.mean, goal.mean), f"{limited(each.worst, goal.worst)}, {each.loss}"
        against = f"{goal.prefix}*" if goal.prefix else goal.against
        tails = f"{len(each.tails)} of {each.rows}"
        made.add_row(
            f"{goal.library} {goal.mode}", against, goal.what, sizes, f"[{colour}]{mean}[/{colour}]", worst, tails
        )
    return made


def table_of_natives(rows: list[Row]) -> Table:
    made = Table("native", "on", "what", "native / portable", "", title="native functions against portable ones")
    for row in rows:
        verdict = "pays" if pays(row) else "[red]does not pay[/red]"
        made.add_row(row["loss"], f"{row['library']} {row['mode']}", row["what"], cell(row), verdict)
    return made
