"""What came of a check: of one loss on one backend."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from .measure import Scale

ORACLE = "oracle"
"""The check that other projects make: their values against our references."""
PAIRWISE = ", pairwise"
"""What stands behind the name of a check where backends are held against each other."""
AGAINST = ", against "


class Failure(NamedTuple):
    """One comparison that failed."""

    sample: str
    what: str
    message: str
    known: str = ""
    """The reason, where the failure is a known deviation."""


class Output(NamedTuple):
    """What one backend gave, to be compared with what the others gave."""

    dtype: str
    array: np.ndarray
    wanted: np.ndarray | None
    scale: Scale
    slack: float


@dataclass
class Outcome:
    """Of one check of one loss on one backend."""

    loss: str
    check: str
    backend: str
    unit: str = "ULP"
    comparisons: int = 0
    worst: float = 0.0
    limit: float = 0.0
    """Of the comparison that came closest to its limit, or went furthest beyond."""
    at: str = ""
    """Where that was: sample and what was compared."""
    seconds: float = 0.0
    """Of processor time."""
    failures: list[Failure] = field(default_factory=list)
    errors: dict[str, float] = field(default_factory=dict)
    """The worst error of each sample, in the order of the samples."""
    precisions: dict[str, float] = field(default_factory=dict)
    """The worst error of each precision, where what was compared begins with its name."""
    outputs: dict[tuple[str, str], Output] = field(default_factory=dict)
    """By sample and by what it is; for pairs, not for the report."""

    @property
    def status(self) -> str:
        """ "passed", "failed", "known" (only known deviations) or "nothing" (nothing to compare)."""
        if any(not each.known for each in self.failures):
            return "failed"
        if self.failures:
            return "known"
        return "passed" if self.comparisons else "nothing"

    def record(self, sample: str, what: str, error: float, limit: float) -> None:
        """Count one comparison. An error that is NaN is infinite: it passes no limit."""
        error = float("inf") if error != error else error
        self.comparisons += 1
        self.errors[sample] = max(self.errors.get(sample, 0.0), error)
        precision = what.partition(",")[0]
        if "float" in precision:
            self.precisions[precision] = max(self.precisions.get(precision, 0.0), error)
        if not self.at or closeness(error, limit) > closeness(self.worst, self.limit):
            self.worst, self.limit, self.at = error, limit, f"{sample}: {what}"


def closeness(error: float, limit: float) -> float:
    """How much of its limit an error takes."""
    return error / limit if limit else error
