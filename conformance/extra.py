"""What a run takes from outside: cases of losses of your own (`--cases`), and known deviations (`--xfails`).

A module of cases has a `CASE` or a list `CASES`, of losses made with the families of array_losses. A file of known
deviations is TOML, one entry a deviation; all fields but the last two are patterns as of file names:

    [[xfail]]
    loss = "my_loss"
    check = "values*"
    backend = "torch:*"
    sample = "extreme*"   # may be left out, as `message` may: any
    message = "*ULP off*"
    reason = "log1p of this build is 6 ULP off"
    link = "https://..."  # may be left out

An entry that speaks of what was tried and excuses nothing fails the run.
"""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import array_losses as al
from array_losses.errors import closest

from . import case as known_cases
from . import xfails as known_deviations
from .case import Case
from .xfails import Deviation

REQUIRED, OPTIONAL = ("loss", "check", "backend", "reason"), ("sample", "message", "link")


class ExtraError(Exception):
    """What is named cannot be used; the text says why."""


class Extra(NamedTuple):
    """What was named, for every process of a run."""

    modules: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    def enter(self) -> None:
        """Make it known in this process, in place of what was entered before."""
        known_cases.ADDED = {name: load(name) for name in self.modules}
        known_deviations.ADDED = tuple(each for path in self.files for each in read(path))

    def losses(self) -> tuple[str, ...]:
        """The names of the losses of these modules."""
        return tuple(case.name for found in known_cases.ADDED.values() for case in found)


# --- cases ----------------------------------------------------------------------------------------------------------


def load(name: str) -> tuple[Case, ...]:
    """The cases of a module."""
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{name}.".startswith(f"{error.name}."):
            raise ExtraError(f'no module "{name}"; it is looked for here and where Python looks') from None
        raise ExtraError(f'module "{name}" needs {error.name}, which is not installed') from None
    except Exception as error:
        raise ExtraError(f'module "{name}" cannot be imported: {type(error).__name__}: {error}') from error
    if not hasattr(module, "CASE") and not hasattr(module, "CASES"):
        raise ExtraError(f'module "{name}" has no cases: give it a CASE, or a list CASES')
    found = (*getattr(module, "CASES", ()), *((module.CASE,) if hasattr(module, "CASE") else ()))
    for each in found:
        verify(name, each)
    return found


def verify(module: str, case: Any) -> None:
    """Refuse what is no case, or of no loss that the checks can handle."""
    if not isinstance(case, Case):
        raise ExtraError(f'module "{module}": a case is an array_losses.testing.case.Case, got {type(case).__name__}')
    family = getattr(case.loss, "family", None)
    if family is None:
        raise ExtraError(
            f'module "{module}": no family made the loss of {case.name}; decorate its formula with pointwise, '
            "classwise or regional (array_losses.families)"
        )
    if family.name != case.name:
        raise ExtraError(f'module "{module}": the case "{case.name}" is of the loss "{family.name}"; give it that name')
    if case.name in {record.name for record in al.catalog()}:
        raise ExtraError(f'module "{module}": "{case.name}" is a loss of array_losses; give yours another name')


# --- known deviations -----------------------------------------------------------------------------------------------


def read(path: Path) -> tuple[Deviation, ...]:
    """The entries of a file."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise ExtraError(f"no file {path}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ExtraError(f"{path} is no TOML: {error}") from None
    entries = content.pop("xfail", [])
    if content or not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise ExtraError(f"{path}: a list of entries is needed, each under [[xfail]]")
    return tuple(entry(f"{path}, entry {i}", each) for i, each in enumerate(entries, 1))


def entry(place: str, fields: dict[str, Any]) -> Deviation:
    """One entry."""
    for name, value in fields.items():
        if name not in (*REQUIRED, *OPTIONAL):
            close = closest(name, (*REQUIRED, *OPTIONAL))
            hint = f'did you mean "{close}"?' if close else f"there are {', '.join((*REQUIRED, *OPTIONAL))}"
            raise ExtraError(f'{place}: unknown field "{name}"; {hint}')
        if not isinstance(value, str):
            raise ExtraError(f"{place}: `{name}` must be a text, got {value!r}")
    for name in REQUIRED:
        if not fields.get(name):
            raise ExtraError(f"{place}: `{name}` is missing")
    return Deviation(**{"sample": "*", "message": "*", "link": "", **fields})
