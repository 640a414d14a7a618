"""Does every backend agree with every other, and with the truth?"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from array_losses.errors import closest

from .backends import BACKENDS, CPU, BackendUnavailable, backend
from .case import cases
from .check import checks
from .extra import Extra, ExtraError
from .oracles import ORACLES
from .report import read
from .run_check import COMMAND

GROUPS = {"cpu": CPU, "gpu": tuple(name for name in BACKENDS if name not in CPU)}
DTYPES = ("float32", "float64")


class Parser(argparse.ArgumentParser):
    """argparse, with one line for what is wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))


def known(parser: Parser, option: str, words: Iterable[str], names: Sequence[str]) -> None:
    """Refuse a word that is none of the names, and say which it may have meant."""
    for word in words:
        if word not in names:
            close = closest(word, names)
            hint = f'did you mean "{close}"?' if close else f"there are {', '.join(names)}"
            parser.error(f'{option}: no "{word}"; {hint}')


def parse(words: Sequence[str]) -> argparse.Namespace:
    """What the user asks for; ends the program where that is nothing we know."""
    parser = Parser(prog=COMMAND, description=__doc__)
    parser.add_argument(
        "--backends",
        type=listed,
        metavar="A,B,...",
        default=(),
        help=f"required: each must be here, or the run fails; {', '.join(BACKENDS)}, the groups cpu and gpu, or the "
        "name of any module whose arrays follow the Array API standard",
    )
    parser.add_argument(
        "--oracles",
        type=listed,
        metavar="A,B,...",
        default=None,
        help=f"other projects to ask, each of which must be here; by default all that are here: {', '.join(ORACLES)}",
    )
    parser.add_argument(
        "--cases",
        type=listed,
        metavar="A,B,...",
        default=(),
        help="modules with cases of losses of your own, which then are what is tested (see array_losses.testing.extra)",
    )
    parser.add_argument(
        "--xfails",
        type=Path,
        action="append",
        metavar="FILE",
        default=[],
        help="a TOML file of deviations that are known; one that does not show fails the run",
    )
    parser.add_argument("--losses", type=listed, metavar="A,B,...", default=(), help="only these losses")
    parser.add_argument("--checks", type=listed, metavar="A,B,...", default=(), help="only these checks")
    parser.add_argument(
        "--sample", action="append", metavar="WORDS", default=[], help="only samples with these words; may be repeated"
    )
    parser.add_argument("--dtype", choices=DTYPES, default="", help="only this precision, in checks of values")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="leave out most samples where an evaluation is expensive, and most relations (`count` in check.py)",
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes side by side")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep there what is done, and go on from there: a run that was cut off is not lost",
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help="write report.json, report.html, summary.json there")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="name what an older report.json did better")
    asked = parser.parse_args(words)
    asked.backends = tuple(dict.fromkeys(each for name in asked.backends for each in GROUPS.get(name, (name,))))
    try:
        asked.extra = Extra(asked.cases, tuple(asked.xfails))
        asked.extra.enter()
    except ExtraError as error:
        parser.error(str(error))
    known(parser, "--losses", asked.losses, [case.name for case in cases()])
    known(parser, "--checks", asked.checks, [check.name for check in checks()])
    known(parser, "--oracles", asked.oracles or (), list(ORACLES))
    asked.losses = asked.losses or asked.extra.losses()
    if asked.jobs < 1:
        parser.error(f"--jobs: at least 1, got {asked.jobs}")
    if asked.compare is not None and not asked.compare.is_file():
        parser.error(f"--compare: no file {asked.compare}")
    try:
        asked.compare = read(asked.compare) if asked.compare else None
    except ValueError as error:
        parser.error(f"--compare: {error}")
    if not asked.backends and not asked.oracles:
        parser.error(f"--backends: name what must be tested; on this machine: --backends {','.join(here())}")
    return asked


def here() -> list[str]:
    """The backends of this machine."""
    found = []
    for name in BACKENDS:
        try:
            found.append(backend(name).name)
        except BackendUnavailable:
            continue
    return found


def main(words: Sequence[str]) -> int:
    """Run the suite; 0 if everything agrees, 1 if not, 2 if what is asked for makes no sense."""
    asked = parse(words)
    from .session import session

    return session(asked)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # each process takes one core
    # one copy of every class, under the name by which cases of others import them
    from array_losses.testing.__main__ import main

    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
