"""The command line: `python -m array_losses COMMAND`; a command is a module of `cli`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from .cli.parser import Parser, suggestion

COMMANDS = {
    "demo": "compute the losses on real data, on every library that is installed, side by side",
    "list": "list the losses",
    "info": "show versions, libraries and devices",
    "diagnose": "say why a loss is NaN, huge or 0, of arrays in files: diagnose LOSS --input logits.npy --target y.npy",
    "validate": "list every error of files of losses, or their losses with their fingerprints",
    "plot": "draw losses: value, gradient and curvature, several losses or settings on top of each other",
    "gallery": "write a page with a picture of every loss",
}


def main(words: Sequence[str]) -> int:
    """Run one command; its exit code. Ends the program where a command or an option is unknown."""
    parser = Parser(prog="python -m array_losses", description="Loss functions, written once for every array library.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    made = {
        name: commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        for name, text in COMMANDS.items()
    }
    if not words:
        parser.print_help(sys.stderr)
        return 2
    name, *others = words
    if name in COMMANDS:
        code: int = import_module(f"{__package__}.cli.{name}").run(made[name], others)
        return code
    if not name.startswith("-"):
        parser.error(f'no command "{name}"{suggestion(name, tuple(COMMANDS))}')
    parser.parse_args(words)  # --help, or an error
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader has seen enough; what is left to flush goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
