"""The known deviations, all of them: each with its reason and a link, each strict.

An entry excuses failures of one check of some losses on some backends; one that excuses nothing in a full run is an
error, so that the list cannot outlive its reasons.
"""

from __future__ import annotations

from fnmatch import fnmatch
from typing import NamedTuple

from .outcome import Outcome


class Deviation(NamedTuple):
    """Which failures are known; each field is a pattern as of file names."""

    loss: str
    check: str
    backend: str
    sample: str
    reason: str
    link: str

    def excuses(self, loss: str, check: str, backend: str, sample: str) -> bool:
        given = (loss, check, backend, sample)
        return all(fnmatch(text, pattern) for text, pattern in zip(given, self[:4], strict=True))


KNOWN: tuple[Deviation, ...] = ()


def reason(loss: str, check: str, backend: str, sample: str) -> str:
    """Why a failure is known; empty if it is not."""
    found = (each for each in KNOWN if each.excuses(loss, check, backend, sample))
    return next((f"{each.reason} ({each.link})" for each in found), "")


def unused(outcomes: list[Outcome]) -> list[str]:
    """The entries that excused nothing in a full run that tried what they speak of."""
    tried = [(each.loss, each.check, each.backend) for each in outcomes]
    shown = [(o.loss, o.check, o.backend, each.sample) for o in outcomes for each in o.failures]
    return [
        ", ".join(known[:4]) for known in KNOWN
        if any(known.excuses(*each, known.sample) for each in tried) and not any(known.excuses(*each) for each in shown)
    ]  # fmt: skip
