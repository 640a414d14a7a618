"""`validate`: everything that is wrong with files of losses."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from ..config.file import read


def run(parser: ArgumentParser, words: Sequence[str]) -> int:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a TOML file, as `array_losses.load` reads it")
    return validate(parser.parse_args(words).files)


def validate(files: Sequence[str]) -> int:
    """Print every error of the files, or their losses; 0: all is right, 1: it is not, 2: one cannot be read."""
    code = 0
    for file in files:
        try:
            losses, problems = read(file)
        except OSError as error:
            print(f"{file}: {error.strerror or error}", file=sys.stderr)
            code = 2
            continue
        for _, problem in sorted(problems, key=lambda each: each[0]):
            print(problem)
        if problems:
            print(f"{file}: {len(problems)} error{'s' * (len(problems) > 1)}")
            code = max(code, 1)
        else:
            shown = [f"{file}: [{name}] {loss.fingerprint()} {loss!r}" for name, loss in losses.items()]
            print("\n".join(shown) or f"{file}: no losses")
    return code
