"""`diagnose`: a report on a call of a loss whose arrays lie in files."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from ast import literal_eval
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from ..errors import ArgumentError, ArrayLossesError
from .parser import loss_class

STYLES = {"bad": "1;31", "doubt": "1;33", "good": "32", "head": "1", "dim": "2"}
"""What text is -> the code of its colour in a terminal."""


def run(parser: ArgumentParser, words: Sequence[str]) -> int:
    parser.add_argument("loss", metavar="LOSS", help="a function or class: cross_entropy, CrossEntropyLoss")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    parser.epilog = "The arrays of the loss are given by name, as files of numpy.save; options as values."
    asked, given = parser.parse_known_args(words)
    return diagnose(asked.loss, given, asked.json)


def diagnose(name: str, words: Sequence[str], as_json: bool) -> int:
    """Print the report on a loss, by the name of its function or class; the exit code."""
    try:
        function, options = loss_class(name).function, parsed(name, words)
        from ..diagnosis.api import diagnose as report_on

        report = report_on(function, **options)
    except ArrayLossesError as error:
        print(error, file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps(report.to_dict(), indent=2, allow_nan=False))
        return 0
    from ..diagnosis.text import plain, text

    print(text(report.to_dict(), painted if has_colours() else plain))
    return 0


def parsed(name: str, words: Sequence[str]) -> dict[str, Any]:
    """The arrays and options of pairs ``--name value``: a file of NumPy's, a number, a word."""
    found: dict[str, Any] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        option, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not option:
            refuse(f"{name}: arrays and options are given by name, --input FILE.npy, got {word}")
        if not equals:
            if not rest:
                refuse(f"{name}: --{option} needs a file or a value")
            value = rest.pop(0)
        found[option.replace("-", "_")] = read(value)
    return found


def read(value: str) -> Any:
    """A value: the array of a file, plain data, or the word itself."""
    if value.endswith(".npy"):
        return loaded(value)
    if value.endswith((".npz", ".csv", ".txt", ".pt", ".pth", ".parquet")) or Path(value).is_file():
        refuse(f"{value}: arrays are given as files of numpy.save, with the ending .npy")
    try:
        return literal_eval(value)
    except (ValueError, SyntaxError):
        return value


def loaded(file: str) -> Any:
    """The array of a file."""
    try:
        import numpy
    except ImportError:
        refuse('diagnose needs NumPy: pip install "array_losses[numpy]"')
    if not Path(file).is_file():
        refuse(f"no file {file}")
    try:
        return numpy.load(file, allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        refuse(f"{file} is no array of numbers as numpy.save writes it: {error}")


def refuse(text: str) -> NoReturn:
    raise ArgumentError(text)


def has_colours() -> bool:
    """Whether the output is a terminal with colours, and they are wanted."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def painted(text: str, kind: str) -> str:
    return f"\x1b[{STYLES[kind]}m{text}\x1b[0m"
