"""`demo`: the losses on real data, on every library, side by side."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from ..catalog import Record, catalog
from .libraries import LIBRARIES, Device, Found, absent, brief, devices, find
from .train import PLOT, demo_train

if TYPE_CHECKING:
    from .data import Task

NEEDS = {"numpy": "numpy", "mpmath": "mpmath", "sklearn": "scikit-learn", "PIL": "pillow", "rich": "rich"}
"""Module -> what to install."""
ALLOWED = 64
"""Units in the last place (ULP) of float32 between libraries, which add thousands of terms in orders of their own."""


class Row(NamedTuple):
    """A loss on the data of its task: its value on each library, NumPy first, or what went wrong; no value where its
    case names no arrays.
    """

    loss: str
    values: list[float]
    trouble: str = ""

    @property
    def ulp(self) -> float:
        """The largest difference between libraries, in units in the last place of NumPy's value."""
        import numpy as np

        if not self.values:
            return 0.0
        if not np.isfinite(self.values).all():
            return float("inf")
        return (max(self.values) - min(self.values)) / float(np.spacing(np.float32(abs(self.values[0]))))

    @property
    def verdict(self) -> str:
        """The trouble in words; "" where there is none."""
        if self.trouble or self.ulp <= ALLOWED:
            return self.trouble
        return f"{self.ulp:.0f} ULP between libraries, {ALLOWED} are allowed"


class Group(NamedTuple):
    """The losses of a task, and the data they were computed on, in words."""

    task: str
    source: str
    rows: list[Row]


def run(parser: ArgumentParser, words: Sequence[str]) -> int:
    parser.add_argument(
        "--train", action="store_true", help="train two small models on every library: the loss curves must coincide"
    )
    parser.add_argument("--plot", metavar="FILE", help=f"of --train: the picture ({PLOT})")
    asked = parser.parse_args(words)
    if asked.plot is not None and not asked.train:
        parser.error("--plot needs --train")
    return demo_train(asked.plot or PLOT) if asked.train else demo()


def demo() -> int:
    """Compute, show and judge: 0 if all libraries agree, 1 if not, 2 if something is not installed."""
    missing = [name for module, name in NEEDS.items() if find_spec(module) is None]
    if missing:
        print(f'demo needs {", ".join(missing)}: pip install "array_losses[demo]"', file=sys.stderr)
        return 2
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # JAX would take most of a GPU for itself
    found, columns, groups = compute()
    show(list(columns), groups)
    return judge(list(columns), list(absent(found)), groups)


# --- computing ------------------------------------------------------------------------------------------------------


def compute() -> tuple[list[Found], dict[str, Device], list[Group]]:
    """The libraries found, the devices that become columns, and all values."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        shown = bar.add_task("libraries", total=None)
        found = [find(library) for library in LIBRARIES]
        columns = dict(devices(found))
        from .data import BUILDERS

        bar.update(shown, total=sum(len(catalog(task)) for task in BUILDERS))
        groups = []
        for task, build in BUILDERS.items():
            bar.update(shown, description=task)
            groups.append(group(task, build(), columns, lambda: bar.advance(shown)))
    return found, columns, groups


def group(task: str, data: Task, columns: dict[str, Device], done: Callable[[], object]) -> Group:
    from .data import arguments

    known, rows = arguments(task), []
    for record in catalog(task):
        names = known.get(record.name)
        rows.append(Row(record.name, []) if names is None else row(record, data, names, columns))
        done()
    return Group(task, data.source, rows)


def row(record: Record, data: Task, names: tuple[str, ...], columns: dict[str, Device]) -> Row:
    """One loss of the arrays of these names, on every library."""
    absent = [name for name in names if name not in data.arrays]
    if absent:
        return Row(record.name, [], f"its case asks for {', '.join(absent)}; there are {', '.join(data.arrays)}")
    arrays = [data.arrays[name] for name in names]
    values: list[float] = []
    for column, device in columns.items():
        try:
            values.append(value(record, [device.place(array) for array in arrays]))
        except Exception as error:
            return Row(record.name, values, f"{column}: {brief(error)}")
    return Row(record.name, values)


def value(record: Record, arrays: list[Any]) -> float:
    return float(record.function(*arrays))


# --- showing --------------------------------------------------------------------------------------------------------


def show(columns: list[str], groups: list[Group]) -> None:
    """Print a table for each task."""
    from rich.console import Console

    widths = [
        max(len(each.loss) for group in groups for each in group.rows),
        *(max(12, len(each)) for each in columns),
        4,
    ]
    console = Console(highlight=False)
    console.width = max(console.width, sum(widths) + 2 * len(widths))  # too wide is better than cut
    for each in groups:
        console.print(f"\n[bold]{each.task}[/]  [dim]{each.source}[/]")
        console.print(table(columns, each.rows, widths))


def table(columns: list[str], rows: list[Row], widths: list[int]) -> Any:
    """Losses down, libraries across, the largest difference last."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 0, 0, 1), header_style="dim")
    for name, width in zip(("loss", *columns, "ULP"), widths, strict=True):
        made.add_column(name, min_width=width, no_wrap=True, justify="left" if name == "loss" else "right")
    for each in rows:
        cells = [f"{value:#.8g}" for value in each.values]
        cells += ["-"] * (len(columns) - len(cells))
        apart = "-" if each.trouble or not each.values or len(columns) == 1 else f"{each.ulp:.3g}"
        made.add_row(each.loss, *cells, f"[bold red]{apart}" if each.verdict else f"[green]{apart}")
    return made


def judge(columns: list[str], untested: list[str], groups: list[Group]) -> int:
    """Say in words what the tables show; the exit code."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, soft_wrap=True)
    rows = [(each.task, row) for each in groups for row in each.rows]
    wrong = [f"{row.loss} ({task}): {row.verdict}" for task, row in rows if row.verdict]
    console.print()
    for line in untested:
        console.print(line, style="yellow")
    for line in wrong:
        console.print(f"FAILED {line}", style="bold red")
    if wrong:
        return 1
    for task, row in rows:
        if not row.values:
            console.print(f"{row.loss} ({task}): not shown, its case names no arrays of the demo", style="yellow")
    losses, most = len({row.loss for _, row in rows if row.values}), max(row.ulp for _, row in rows)
    if len(columns) == 1:
        console.print(f"{losses} losses computed on {columns[0]}; no other library to compare with.")
    else:
        agree = f"{losses} losses agree on {', '.join(columns)}: at most {most:.3g} ULP apart ({ALLOWED} allowed)."
        console.print(agree, style="green")
    return 0
