"""TOML: written from configs, and the lines where a file says what; Python reads TOML, and keeps no lines."""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_left
from typing import Any

from ..composable import CONFIG_VERSION
from .reader import Place

BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
CLOSERS = ("]", "]]", "]]]", "]}", "]}}", "]}]", "]}}]", "]]}", "]]}}", "]]}]", "]]}}]", '"""', "'''")
"""What may end a value that is cut at the end of a line: within a list, as only lists go over lines, or a text."""


def written(tables: dict[str, dict[str, Any]]) -> str:
    """A file of configs by name."""
    lines = [f"version = {CONFIG_VERSION}"]
    for name, config in tables.items():
        if "sum" in config:
            for term in config["sum"]:
                lines += ["", f"[[{_key(name)}.sum]]", *_pairs(term)]
        else:
            lines += ["", f"[{_key(name)}]", *_pairs(config)]
    return "\n".join(lines) + "\n"


def _pairs(table: dict[str, Any]) -> list[str]:
    lines = []
    for key, value in table.items():
        if key == "options":
            lines += [f"options.{_key(name)} = {_value(each)}" for name, each in value.items()]
        elif key != "version":  # which is the file's
            lines.append(f"{key} = {_value(value)}")
    return lines


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(key)} = {_value(each)}' for key, each in value.items())}}}"
    return repr(value)  # a number; inf and nan too are as TOML has them


def line_of(text: str, place: Place) -> int:
    """The line where what stands at a place begins; of what is not there, that of what should hold it."""
    lines = text.replace("\r\n", "\n").split("\n")
    ends = _ends(lines)
    while place:
        found = bisect_left(ends, True, key=lambda end: _holds(lines[:end], place))
        if found < len(ends):
            first, last = (ends[found - 1] if found else 0) + 1, ends[found]
            for n in range(first, last):  # a value of several lines
                if any(_holds([*lines[:n], closer], place) for closer in CLOSERS):
                    return n
            return last
        place = place[:-1]
    return 1


def _ends(lines: list[str]) -> list[int]:
    """The numbers of the lines that end a statement."""
    found, start = [], 0
    for n in range(1, len(lines) + 1):
        if _parsed(lines[start:n]) is not None:
            found.append(n)
            start = n
    return found


def _holds(lines: list[str], place: Place) -> bool:
    value: Any = _parsed(lines)
    for key in place:
        try:
            value = value[key]
        except (LookupError, TypeError):
            return False
    return True


def _parsed(lines: list[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError):
        return None
