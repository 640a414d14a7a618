"""`plot`: a picture of losses, as a file."""

from __future__ import annotations

import ast
import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from ..catalog import catalog
from ..errors import ArrayLossesError, OptionError, closest
from ..families.function import family_of
from .parser import loss_class, suggestion

PICTURE = "array_losses_plot.png"


def run(parser: ArgumentParser, words: Sequence[str]) -> int:
    """Write the picture of losses that are named: 0, or 2 where that cannot be."""
    return draw(parsed(parser, words))


def parsed(parser: ArgumentParser, words: Sequence[str]) -> Namespace:
    """The parsed words, among them the options of all losses."""
    parser.add_argument("names", nargs="+", metavar="NAME", help="losses: functions or classes, as in `list`")
    parser.add_argument("--out", default=PICTURE, metavar="FILE", help=f"a .png, .svg or .pdf ({PICTURE})")
    parser.add_argument("--over", metavar="LOW,HIGH", help="the ends of what the losses are drawn over")
    parser.epilog = "Any option of a loss may follow: --gamma 0,2,5 draws it with each of these."
    options = [f"--{name}" for name in hyperparameters()]
    for option in options:
        parser.add_argument(option, metavar="VALUES", help=SUPPRESS)
    joined = list(words)
    for i in range(len(words) - 1, 0, -1):  # argparse takes "-2,0" for an option
        if words[i - 1] in ("--over", *options) and words[i][:2].strip("-").isdigit():
            joined[i - 1 : i + 1] = [f"{words[i - 1]}={words[i]}"]
    asked, left = parser.parse_known_args(joined)
    if left:
        unknown = left[0].partition("=")[0]
        parser.error(f"no option {unknown}{suggestion(unknown, ('--out', '--over', *options))}")
    return asked


def hyperparameters() -> tuple[str, ...]:
    """The names of the hyperparameters of all losses."""
    return tuple(sorted({name for record in catalog() for name in family_of(record.function).hyperparameters}))


def draw(asked: Namespace) -> int:
    """Write the picture of the named losses: 0, or 2 where that cannot be."""
    from ..plotting.api import plot, require

    options = {name: vars(asked)[name] for name in hyperparameters() if vars(asked).get(name) is not None}
    try:
        require("plot")
        classes = [loss_class(name) for name in asked.names]
        refuse_unused(classes, options)
        losses = [each for cls in classes for each in settings(cls, options)]
        over = None if asked.over is None else tuple(values(asked.over))
        figure = plot(*losses, over=over)
    except (ArrayLossesError, ModuleNotFoundError) as error:
        print(f"python -m array_losses plot: {error}", file=sys.stderr)
        return 2
    return write(lambda: saved(figure, Path(asked.out)), asked.out)


def write(made: Any, out: str) -> int:
    """Write something and say where; 2 where there is no such folder or kind of picture."""
    try:
        path = made()
    except (OSError, ValueError) as error:
        print(f"cannot write {out} ({error})", file=sys.stderr)
        return 2
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    print(path)
    return 0


def saved(figure: Any, path: Path) -> Path:
    from ..plotting.gallery import save

    save(figure, path)
    return path


def settings(cls: Any, options: dict[str, str]) -> list[Any]:
    """The loss for each combination of the options that it has."""
    own = {name: text for name, text in options.items() if name in family_of(cls.function).hyperparameters}
    return [cls(**dict(zip(own, each, strict=True))) for each in product(*map(values, own.values()))]


def refuse_unused(classes: list[Any], options: dict[str, str]) -> None:
    """Refuse an option that none of the losses has."""
    known = sorted({name for cls in classes for name in family_of(cls.function).hyperparameters})
    for name in options:
        if name not in known:
            close = closest(name, known) if known else ""
            hint = f"did you mean --{close}?" if close else f"there are {', '.join(known) or 'none'}"
            raise OptionError(f"none of the losses has the option --{name}; {hint}")


def values(text: str) -> list[Any]:
    """The values of an option, with commas between them; commas within brackets belong to one value."""
    try:
        found = ast.literal_eval(f"[{text}]")
    except (SyntaxError, ValueError):
        found = [value(each.strip()) for each in text.split(",")]
    if not found:
        raise OptionError("an option without a value; write --NAME VALUE or --NAME VALUE,VALUE")
    return list(found)


def value(word: str) -> Any:
    known = {"true": True, "false": False, "none": None}
    try:
        return known[word.lower()] if word.lower() in known else ast.literal_eval(word)
    except (SyntaxError, ValueError):
        return word
