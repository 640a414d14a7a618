"""What the commands parse their words with."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from .. import losses
from ..catalog import CLASSES, TASKS, catalog
from ..errors import OptionError, closest
from ..objects import Loss


class Parser(argparse.ArgumentParser):
    """argparse, with the usage below the message, where `--help` is one word away."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n{self.format_usage()}")


def suggestion(word: str, known: Sequence[str]) -> str:
    """The known word that is meant, as a question; "" where none is near."""
    close = closest(word, known)
    return f'; did you mean "{close}"?' if close else ""


def known_task(word: str) -> str:
    """`word`, if it is a task."""
    if word in TASKS:
        return word
    raise argparse.ArgumentTypeError(f'no task "{word}"{suggestion(word, TASKS) or "."} Tasks: {", ".join(TASKS)}')


def loss_class(name: str) -> type[Loss]:
    """The class of a loss, by the name of its function or its own."""
    known: dict[str, type[Loss]] = {record.name: record.cls for record in catalog()} | {
        each: getattr(losses, each) for each in CLASSES
    }
    if name not in known:
        hint = suggestion(name, tuple(known)) or "; `python -m array_losses list` shows all"
        raise OptionError(f'no loss "{name}"{hint}')
    return known[name]
