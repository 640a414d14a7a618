"""The report of a run: JSON, one HTML page, and what an older report did better."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from .backends import Backend
from .case import cases
from .check import checks, drawn
from .outcome import Outcome
from .runner import reproduction

SCHEMA = 1


def describe(
    outcomes: list[Outcome], backends: list[Backend], *, absent: dict[str, str], untested: list[str], profile: str,
    seconds: float,
) -> dict[str, Any]:  # fmt: skip
    """A run as plain data."""
    tried = {each.loss for each in outcomes}
    failures = [each for outcome in outcomes for each in outcome.failures]
    comparisons = sum(each.comparisons for each in outcomes)
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "profile": profile,
        "seconds": round(seconds, 1),
        "machine": {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"},
        "libraries": {"array_losses": version("array_losses"), "array-api-compat": version("array-api-compat")},
        "backends": [
            {"name": each.name, "version": each.version, "device": each.device, "engine": each.engine}
            for each in backends
        ],
        "absent": absent,
        "untested": untested,
        "checks": [{"name": each.name, "summary": each.summary, "unit": each.unit} for each in checks()],
        "losses": [
            {
                "name": case.name, "samples": [sample.label for sample in drawn(case)],
                "allowance": case.allowance._asdict(),
            }
            for case in cases() if case.name in tried
        ],
        "totals": {
            "comparisons": comparisons,
            "failed": sum(not each.known for each in failures),
            "known": sum(bool(each.known) for each in failures),
            "passed": comparisons - len(failures),
        },
        "outcomes": [plain(each) for each in outcomes],
    }  # fmt: skip


def version(package: str) -> str:
    return metadata.version(package)


def plain(outcome: Outcome) -> dict[str, Any]:
    """One outcome as plain data."""
    return {
        "loss": outcome.loss, "check": outcome.check, "backend": outcome.backend, "status": outcome.status,
        "unit": outcome.unit, "comparisons": outcome.comparisons, "worst": number(outcome.worst),
        "limit": number(outcome.limit), "at": outcome.at, "seconds": round(outcome.seconds, 2),
        "errors": {key: number(each) for key, each in outcome.errors.items() if each},
        "failures": [
            {**each._asdict(), "command": reproduction(outcome, each.sample)} for each in outcome.failures
        ],
    }  # fmt: skip


def number(x: float) -> float:
    """A number that JSON can hold, to three digits."""
    return float(f"{min(x, 1e308):.3g}") if x == x else 1e308


def write(report: dict[str, Any], folder: Path) -> list[Path]:
    """Write the report as JSON and as a page."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "report.json"
    data.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return [data]


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


def compare(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What passed in the old report and does not in the new one, and errors that grew beyond twice and a unit."""
    raise NotImplementedError
