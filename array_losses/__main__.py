"""The command line: `python -m array_losses demo | list | info | plot | gallery`."""

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
    "plot": "draw losses: value, gradient and curvature, several losses or settings on top of each other",
    "gallery": "write a page with a picture of every loss",
}
PICTURE, GALLERY = "array_losses_plot.png", "array_losses_gallery"
"""Where `plot` and `gallery` write, where nothing else is said."""


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
    made = {
        name: commands.add_parser(name, help=text, description=text, allow_abbrev=name != "plot")
        for name, text in COMMANDS.items()
    }
    made["list"].add_argument(
        "--task", type=known_task, metavar="T", help=f"only those that serve T: {', '.join(TASKS)}"
    )
    made["demo"].add_argument(
        "--train", action="store_true", help="train two small models on every library: the loss curves must coincide"
    )
    made["demo"].add_argument("--plot", metavar="FILE", help="of --train: the picture (array_losses_train.png)")
    made["plot"].add_argument("names", nargs="+", metavar="NAME", help="losses: functions or classes, as in `list`")
    made["plot"].add_argument("--out", default=PICTURE, metavar="FILE", help=f"a .png, .svg or .pdf ({PICTURE})")
    made["plot"].add_argument("--over", metavar="LOW,HIGH", help="the ends of what the losses are drawn over")
    made["plot"].epilog = "Any option of a loss may follow: --gamma 0,2,5 draws it with each of these."
    made["gallery"].add_argument("--out", default=GALLERY, metavar="DIR", help=f"the folder ({GALLERY})")
    made["gallery"].add_argument("--task", type=known_task, metavar="T", help="only the losses that serve T")
    if not words:
        parser.print_help(sys.stderr)
        parser.exit(2)
    if not words[0].startswith("-") and words[0] not in COMMANDS:
        parser.error(f'no command "{words[0]}"{suggestion(words[0], tuple(COMMANDS))}')
    if words[0] == "plot":
        return _parsed_plot(parser, made["plot"], words)
    asked = parser.parse_args(words)
    if asked.command == "demo" and asked.plot is not None and not asked.train:
        made["demo"].error("--plot needs --train")
    return asked


def _parsed_plot(parser: Parser, plot: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    """The parsed `plot`, which takes the options of all losses."""
    from .cli.plot import hyperparameters

    options = [f"--{name}" for name in hyperparameters()]
    for option in options:
        plot.add_argument(option, metavar="VALUES", help=argparse.SUPPRESS)
    joined = list(words)
    for i in range(len(words) - 1, 0, -1):  # argparse takes "-2,0" for an option
        if words[i - 1] in ("--over", *options) and words[i][:2].strip("-").isdigit():
            joined[i - 1 : i + 1] = [f"{words[i - 1]}={words[i]}"]
    asked, left = parser.parse_known_args(joined)
    if left:
        unknown = left[0].partition("=")[0]
        plot.error(f"no option {unknown}{suggestion(unknown, ('--out', '--over', *options))}")
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
    if asked.command == "list":
        from .cli.list import show

        return show(asked.task)
    if asked.command == "plot":
        from .cli.plot import draw

        return draw(asked)
    if asked.command == "gallery":
        from .cli.plot import draw_gallery

        return draw_gallery(asked)
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
