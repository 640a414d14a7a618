"""`plot` and `gallery`: pictures of losses, as files."""

from __future__ import annotations

import ast
import sys
from argparse import Namespace
from itertools import product
from pathlib import Path
from typing import Any

from ..catalog import CLASSES, catalog
from ..errors import ArrayLossesError, OptionError, closest
from ..families.base import family_of


def hyperparameters() -> tuple[str, ...]:
    """The names of the hyperparameters of all losses."""
    return tuple(sorted({name for record in catalog() for name in family_of(record.function).hyperparameters}))


def draw(asked: Namespace) -> int:
    """Write the picture of the named losses: 0, or 2 where that cannot be."""
    from ..plotting.api import plot, require

    options = {name: vars(asked)[name] for name in hyperparameters() if vars(asked).get(name) is not None}
    try:
        require("plot")
        classes = [named(name) for name in asked.names]
        refuse_unused(classes, options)
        losses = [each for cls in classes for each in settings(cls, options)]
        over = None if asked.over is None else tuple(values(asked.over))
        figure = plot(*losses, over=over)
    except (ArrayLossesError, ModuleNotFoundError) as error:
        print(f"python -m array_losses plot: {error}", file=sys.stderr)
        return 2
    return write(lambda: saved(figure, Path(asked.out)), asked.out)


def draw_gallery(asked: Namespace) -> int:
    """Write the page of all losses: 0, or 2 where that cannot be."""
    from ..plotting.api import require

    try:
        require("gallery")
    except ModuleNotFoundError as error:
        print(f"python -m array_losses gallery: {error}", file=sys.stderr)
        return 2
    from ..plotting.gallery import gallery

    return write(lambda: gallery(Path(asked.out), asked.task, progress), asked.out)


def progress(record: Any) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{record.name}", end="", file=sys.stderr, flush=True)


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


def named(name: str) -> Any:
    """The class of a loss, by the name of its function or its own."""
    from .. import losses

    records = {record.name: record.cls for record in catalog()} | {each: getattr(losses, each) for each in CLASSES}
    if name not in records:
        close = closest(name, records)
        hint = f'; did you mean "{close}"?' if close else "; `python -m array_losses list` shows all"
        raise OptionError(f'no loss "{name}"{hint}')
    return records[name]


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
