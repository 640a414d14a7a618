"""Outcomes on disk (`--keep DIR`): a long run that was cut off goes on where it stopped, in any number of parts."""

from __future__ import annotations

import os
import pickle
import platform
import sys
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

import array_losses

from .extra import Extra
from .outcome import Outcome

if TYPE_CHECKING:
    from .runner import Unit


class Kept:
    """The outcomes of finished units, a file each, under a name that says of what code and libraries they are."""

    def __init__(self, folder: Path, extra: Extra) -> None:
        self.folder = folder
        self.key = f"{sources()} {installed()} {added(extra)}"
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, unit: Unit) -> Path:
        """The file of a unit; one of its own for any difference in what was asked or what is here."""
        name = f"{unit.loss}@{unit.backend.replace(':', '_')}"
        return self.folder / f"{name}-{sha256((self.key + repr(unit)).encode()).hexdigest()[:16]}.pickle"

    def read(self, unit: Unit) -> list[Outcome] | None:
        """The outcomes of a unit that was done before; None of one that was not."""
        try:
            found: list[Outcome] = pickle.loads(self.path(unit).read_bytes())
        except FileNotFoundError:
            return None
        return found

    def write(self, unit: Unit, outcomes: list[Outcome]) -> None:
        """Keep what came of a unit; the file is whole or is not there."""
        path = self.path(unit)
        part = path.with_suffix(f".{os.getpid()}")
        part.write_bytes(pickle.dumps(outcomes))
        part.replace(path)


@cache
def sources() -> str:
    """A digest of the code of the library and of this suite."""
    return digest(each for module in (array_losses.__file__, __file__) for each in Path(module).parent.rglob("*.py"))


def added(extra: Extra) -> str:
    """A digest of the cases and deviations of others."""
    return digest((*(Path(str(sys.modules[name].__file__)) for name in extra.modules), *extra.files))


def digest(files: Iterable[Path]) -> str:
    return sha256(b"".join(f"{each}\n".encode() + each.read_bytes() for each in sorted(set(files)))).hexdigest()


@cache
def installed() -> tuple[str, ...]:
    """Python and all installed packages, with their versions."""
    return (platform.python_version(), *sorted({f"{each.name} {each.version}" for each in distributions()}))
