"""`gallery`: a page with a picture of every loss."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from ..catalog import Record
from .parser import known_task
from .plot import write

FOLDER = "array_losses_gallery"


def run(parser: ArgumentParser, words: Sequence[str]) -> int:
    """Write the page: 0, or 2 where that cannot be."""
    parser.add_argument("--out", default=FOLDER, metavar="DIR", help=f"the folder ({FOLDER})")
    parser.add_argument("--task", type=known_task, metavar="T", help="only the losses that serve T")
    asked = parser.parse_args(words)
    from ..plotting.api import require

    try:
        require("gallery")
    except ModuleNotFoundError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    from ..plotting.gallery import gallery

    return write(lambda: gallery(Path(asked.out), asked.task, progress), asked.out)


def progress(record: Record) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{record.name}", end="", file=sys.stderr, flush=True)
