"""`list`: the catalog as a table."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from shutil import get_terminal_size
from textwrap import fill

from ..catalog import TASKS, Record, catalog
from .parser import known_task


def run(parser: ArgumentParser, words: Sequence[str]) -> int:
    parser.add_argument("--task", type=known_task, metavar="T", help=f"only those that serve T: {', '.join(TASKS)}")
    return show(parser.parse_args(words).task)


def show(task: str | None) -> int:
    """Print the losses that serve a task, or all."""
    records = catalog(task)
    head = ("LOSS", "CLASS", "IN TORCH", "TASKS")
    rows = [(record.name, record.cls.__name__, torch_name(record), ", ".join(record.tasks)) for record in records]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    print(line(head, widths))
    for record, row in zip(records, rows, strict=True):
        print(line(row, widths))
        print(wrapped(record.summary, "    "))
    print(f"\n{len(records)} losses{f' for {task}' if task else ''}. IN TORCH: the name in torch.nn.functional.")
    return 0


def torch_name(record: Record) -> str:
    return {None: "-", record.name: "same name"}.get(record.torch, record.torch or "-")


def line(cells: tuple[str, ...], widths: list[int], gap: int = 1) -> str:
    """Cells in columns; the last one wraps within its own."""
    *first, last = cells
    start = "".join(cell.ljust(width + gap) for cell, width in zip(first, widths, strict=False))
    return (start + wrapped(last, " " * len(start)).lstrip()).rstrip()


def wrapped(text: str, margin: str) -> str:
    """Text below a margin, no wider than the terminal."""
    width = max(get_terminal_size((100, 24)).columns - 1, len(margin) + 13)
    return fill(text, width, initial_indent=margin, subsequent_indent=margin)
