"""`python -m benchmarks`: the time and memory of every loss against the peers, in one process, on the same data.

Where other work runs on the machine, give the benchmarks one core (`taskset -c 0 python -m benchmarks`): threads that
wait for each other on a core which is taken wait for whole time slices, and the figures are of the scheduler.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from .cases import cases
from .peers import PEERS, MissingError, check_device, load

SIZES, QUICK_SIZES = (8, 1_000, 100_000, 1_000_000, 10_000_000), (8, 100_000, 1_000_000)
BUDGET, QUICK_BUDGET = 1.0, 0.2
MODES = ("eager", "compiled", "jit")


class Parser(argparse.ArgumentParser):
    """argparse, with one line for what is wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))


def counts(text: str) -> tuple[int, ...]:
    """Sizes such as 8,1e3."""
    try:
        found = sorted({int(float(each)) for each in listed(text)})
    except (ValueError, OverflowError):
        found = []
    if not found or found[0] < 1:
        raise argparse.ArgumentTypeError(f'numbers of elements, such as 8,1e3,1e6; got "{text}"')
    return tuple(found)


def known(parser: Parser, option: str, words: Iterable[str], names: Sequence[str]) -> None:
    """Refuse a word that is none of the names, and say which it may have meant."""
    for word in words:
        if word not in names:
            close = get_close_matches(word, names, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"there are {', '.join(names)}"
            parser.error(f'{option}: no "{word}"; {hint}')


def parse(words: Sequence[str]) -> argparse.Namespace:
    """What the user asks for; ends the program where that is nothing we know, or where a peer named is missing."""
    parser = Parser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--losses", type=listed, metavar="A,B,...", default=(), help="only these losses")
    parser.add_argument(
        "--against",
        type=listed,
        metavar="A,B,...",
        help=f"only these peers, and each of them must be here: {', '.join(PEERS)} (all that are installed)",
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--sizes", type=counts, metavar="N,M,...", help="elements (8,1e3,1e5,1e6,1e7)")
    parser.add_argument("--huge", action="store_true", help="1e8 elements too, where the memory allows")
    parser.add_argument("--modes", type=listed, metavar="A,B,...", default=MODES, help=f"only these: {','.join(MODES)}")
    parser.add_argument("--quick", action="store_true", help="8,1e5,1e6 elements, little time for each row")
    parser.add_argument("--budget", type=float, metavar="SECONDS", help="time for each row (1; quick 0.2)")
    parser.add_argument("--tokens", type=int, metavar="N", help="of linear_cross_entropy (8192; quick 512)")
    parser.add_argument("--no-memory", dest="memory", action="store_false", help="do not measure memory")
    parser.add_argument("--report", type=Path, metavar="DIR", help="write the results, their summary and plots there")
    parser.add_argument("--traffic", action="store_true", help="count the bytes that operators move, nothing else")
    parser.add_argument("--derivatives", action="store_true", help="time derivatives by hand against rules, only")
    parser.add_argument("--summary", type=Path, metavar="FILE", help="print the table that a results.json makes, only")
    parser.add_argument("--by-loss", type=Path, metavar="FILE", help="print torch's part of it, loss by loss, only")
    asked = parser.parse_args(words)
    for option, file in (("--summary", asked.summary), ("--by-loss", asked.by_loss)):
        if file is not None:
            if not file.is_file():
                parser.error(f"{option}: no file {file}")
            return asked
    known(parser, "--losses", asked.losses, list(dict.fromkeys(case.loss for case in cases())))
    known(parser, "--against", asked.against or (), tuple(PEERS))
    known(parser, "--modes", asked.modes, MODES)
    asked.budget = (QUICK_BUDGET if asked.quick else BUDGET) if asked.budget is None else asked.budget
    if asked.traffic or asked.derivatives:
        return asked
    asked.sizes = (asked.sizes or (QUICK_SIZES if asked.quick else SIZES)) + ((10**8,) if asked.huge else ())
    asked.own = asked.tokens and 32_000 * asked.tokens
    try:
        asked.against = present(asked.against, asked.device)
        check_device(asked.device, asked.against)
    except MissingError as error:
        parser.error(str(error))
    return asked


def present(named: tuple[str, ...] | None, device: str) -> tuple[str, ...]:
    """The peers that are here; MissingError if one that was named is not."""
    found = []
    for name in named or PEERS:
        try:
            load(name, device)
            found.append(name)
        except MissingError as error:
            if named:
                raise
            print(f"left out: {error}", file=sys.stderr)
    return tuple(found)


def main(words: Sequence[str]) -> int:
    """Run the benchmarks; 0, 1 if a comparison was refused or failed, 2 if what is asked for makes no sense."""
    asked = parse(words)
    if asked.summary is not None:
        from .report import read, table
        from .summary import summarize

        print(table(summarize(read(asked.summary))))
        return 0
    if asked.by_loss is not None:
        from .by_loss import by_loss
        from .report import read

        print(by_loss(read(asked.by_loss)))
        return 0
    if asked.traffic:
        from .traffic import report

        print(report())
        return 0
    if asked.derivatives:
        from . import derivatives

        print(derivatives.table(list(derivatives.lines(asked.budget, asked.losses))))
        return 0
    from .session import session

    return session(asked)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
