"""`info`: what is installed, for a user who wonders and for a report of a bug."""

from __future__ import annotations

import platform
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib.metadata import version

from .. import __version__
from .libraries import LIBRARIES, Found, find
from .list import line


def run(parser: ArgumentParser, words: Sequence[str]) -> int:
    parser.parse_args(words)
    return info()


def info() -> int:
    """Print the versions, the libraries and the devices."""
    rows = [
        ("array_losses", __version__, ""),
        ("array_api_compat", version("array_api_compat"), ""),
        ("Python", platform.python_version(), platform.platform()),
        ("", "", ""),
        ("LIBRARY", "VERSION", "DEVICES"),
        *(row(find(library)) for library in LIBRARIES),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for cells in rows:
        print(line(cells, widths, gap=2))
    return 0


def row(found: Found) -> tuple[str, str, str]:
    """Name, version and devices of a library, or why it cannot be used."""
    if found.trouble == "not installed":
        return found.library.module, "-", f"not installed; pip install {found.library.install}"
    devices = ", ".join(device.name for device in found.devices)
    return found.library.module, found.version or "-", found.trouble or devices
