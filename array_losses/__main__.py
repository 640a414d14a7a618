"""The command line: `python -m array_losses demo | list | info | diagnose | validate`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from .catalog import TASKS
from .errors import closest

COMMANDS = {
    "demo": "compute the losses on real data, on every library that is installed, side by side",
    "list": "list the losses",
    "info": "show versions, libraries and devices",
    "diagnose": "say why a loss is NaN, huge or 0, of arrays in files: diagnose LOSS --input logits.npy --target y.npy",
    "validate": "list every error of files of losses, or their losses with their fingerprints",
}


class Parser(argparse.ArgumentParser):
    """argparse, with the usage below the message, where `--help` is one word away."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n{self.format_usage()}")


def suggestion(word: str, known: Sequence[str]) -> str:
    close = closest(word, known)
    return f'; did you mean "{close}"?' if close else ""


def known_task(word: str) -> str:
    """`word`, if it is a task."""
    if word in TASKS:
        return word
    raise argparse.ArgumentTypeError(f'no task "{word}"{suggestion(word, TASKS) or "."} Tasks: {", ".join(TASKS)}')


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The parsed command line; ends the program where a command or an option is unknown."""
    parser = Parser(prog="python -m array_losses", description="Loss functions, written once for every array library.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    made = {name: commands.add_parser(name, help=text, description=text) for name, text in COMMANDS.items()}
    made["list"].add_argument(
        "--task", type=known_task, metavar="T", help=f"only those that serve T: {', '.join(TASKS)}"
    )
    made["demo"].add_argument(
        "--train", action="store_true", help="train two small models on every library: the loss curves must coincide"
    )
    made["demo"].add_argument("--plot", metavar="FILE", help="of --train: the picture (array_losses_train.png)")
    made["diagnose"].add_argument("loss", metavar="LOSS", help="a function or class: cross_entropy, CrossEntropyLoss")
    made["diagnose"].add_argument("--json", action="store_true", help="the report as JSON")
    made["diagnose"].epilog = "The arrays of the loss are given by name, as files of numpy.save; options as values."
    made["validate"].add_argument(
        "files", nargs="+", metavar="FILE", help="a TOML file, as `array_losses.load` reads it"
    )
    if not words:
        parser.print_help(sys.stderr)
        parser.exit(2)
    if not words[0].startswith("-") and words[0] not in COMMANDS:
        parser.error(f'no command "{words[0]}"{suggestion(words[0], tuple(COMMANDS))}')
    asked, others = parser.parse_known_args(words)
    if asked.command == "diagnose":
        asked.given = others
    elif others:
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    if asked.command == "demo" and asked.plot is not None and not asked.train:
        made["demo"].error("--plot needs --train")
    return asked


def main(words: Sequence[str]) -> int:
    """Run one command; its exit code."""
    asked = parse(words)
    if asked.command == "demo" and asked.train:
        from .cli.train import PLOT, demo_train

        return demo_train(PLOT if asked.plot is None else asked.plot)
    if asked.command == "demo":
        from .cli.demo import demo

        return demo()
    if asked.command == "diagnose":
        from .cli.diagnose import diagnose

        return diagnose(asked.loss, asked.given, asked.json)
    if asked.command == "list":
        from .cli.list import show

        return show(asked.task)
    if asked.command == "validate":
        from .cli.validate import validate

        return validate(asked.files)
    from .cli.info import info

    return info()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader has seen enough; what is left to flush goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
