"""A run as plain data."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from ..backends import Backend
from ..case import Case, cases
from ..check import checks, drawn
from ..outcome import ORACLE, Outcome
from ..run_check import reproduction

SCHEMA = 1
INFINITE = 1e308
"""Stands for an error that is infinite or NaN, which JSON cannot hold."""


def describe(
    outcomes: list[Outcome],
    backends: list[Backend],
    *,
    absent: dict[str, str],
    untested: list[str],
    profile: str,
    seconds: float,
) -> dict[str, Any]:
    """A run as plain data."""
    labels = {case.name: labelled(case, outcomes) for case in cases() if any(o.loss == case.name for o in outcomes)}
    failures = [each for outcome in outcomes for each in outcome.failures]
    comparisons = sum(each.comparisons for each in outcomes)
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "profile": profile,
        "seconds": round(seconds, 1),
        "machine": {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"},
        "libraries": {each: metadata.version(each) for each in ("array_losses", "array-api-compat")},
        "backends": [
            {"name": each.name, "version": each.version, "device": each.device, "engine": each.engine}
            for each in backends
        ],
        "absent": absent,
        "untested": untested,
        "stale": [],
        "worse": [],
        "checks": [
            *({"name": each.name, "summary": each.summary, "unit": each.unit} for each in checks()),
            {"name": ORACLE, "summary": "The reference equals what another project gives.", "unit": "ULP"},
        ],
        "losses": [
            {"name": case.name, "samples": labels[case.name], "allowance": case.allowance._asdict()}
            for case in cases()
            if case.name in labels
        ],
        "totals": {
            "comparisons": comparisons,
            "failed": sum(not each.known for each in failures),
            "known": sum(bool(each.known) for each in failures),
            "passed": comparisons - len(failures),
        },
        "outcomes": [plain(each, labels[each.loss]) for each in outcomes],
    }


def labelled(case: Case, outcomes: list[Outcome]) -> list[str]:
    """What was measured of a loss: its samples, then what single checks add to them."""
    found = dict.fromkeys(sample.label for sample in drawn(case))
    for each in outcomes:
        if each.loss == case.name and each.unit:
            found |= dict.fromkeys(each.errors)
    return list(found)


def plain(outcome: Outcome, labels: list[str]) -> dict[str, Any]:
    """One outcome as plain data. Its errors stand in the order of the loss's samples, null where none was measured."""
    errors = [number(outcome.errors[each]) if each in outcome.errors else None for each in labels if outcome.unit]
    while errors and errors[-1] is None:
        errors.pop()
    return {
        "loss": outcome.loss,
        "check": outcome.check,
        "backend": outcome.backend,
        "status": outcome.status,
        "unit": outcome.unit,
        "comparisons": outcome.comparisons,
        "worst": number(outcome.worst),
        "limit": number(outcome.limit),
        "at": outcome.at,
        "seconds": round(outcome.seconds, 2),
        "precisions": {key: number(each) for key, each in outcome.precisions.items() if outcome.unit},
        "failures": [{**each._asdict(), "command": reproduction(outcome, each)} for each in outcome.failures],
        "errors": errors,
    }


def number(x: float) -> float:
    """A number that JSON can hold, to three digits."""
    return float(f"{min(x, INFINITE):.3g}") if x == x else INFINITE
