"""The reading of a file: its losses, and everything that is wrong with it."""

from __future__ import annotations

import os
import re
from typing import Any

from ..errors import ArrayLossesError, OptionError, describe
from .reader import A_TABLE, Problem, Reader


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], list[tuple[int, ArrayLossesError]]]:
    """The losses of a file, by name, and an error for everything that is wrong with it, each with its line."""
    import tomllib

    file = os.fsdecode(path)
    with open(path, "rb") as stream:  # noqa: PTH123, as pathlib would slow every import down
        data = stream.read()
    try:
        text = data.decode()
        tables = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return {}, [(line, OptionError(f"{file}:{line}: not TOML: {error}"))]
    except ValueError as error:
        line = _line_in(str(error), data)
        return {}, [(line, OptionError(f"{file}:{line}: not TOML: {error}"))]
    except RecursionError:
        return {}, [(1, OptionError(f"{file}:1: not TOML: values are nested too deeply"))]
    from .toml import line_of

    found, problems = _read_tables(tables)
    errors = []
    for name, problem in problems:
        line = line_of(text, problem.place if name is None else (name, *problem.place))
        errors.append((line, problem.error(f"{file}:{line}" + ("" if name is None else f" [{name}]"))))
    return found, errors


def _read_tables(tables: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str | None, Problem]]]:
    """The losses, and the problems, each with the name of its table, None for the file's own."""
    top, found = Reader(), {}
    top.version(tables)
    problems: list[tuple[str | None, Problem]] = []
    for name, table in tables.items():
        if name == "version":
            continue
        if not isinstance(table, dict):
            top.refuse((name,), A_TABLE, describe(table))
            continue
        reader = Reader()
        found[name] = reader.described(table)
        problems += [(name, each) for each in reader.problems]
    return found, [*[(None, each) for each in top.problems], *problems]


def _line_in(message: str, data: bytes) -> int:
    """The line that an error of Python's parser names; the last one where it says the end."""
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else data.count(b"\n") + (not data.endswith(b"\n"))
