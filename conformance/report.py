"""The report of a run: JSON, one HTML page, and what a reader of the README wants of it."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from .backends import Backend
from .case import Case, cases
from .check import checks, drawn
from .outcome import ORACLE, Outcome
from .page import page
from .regressions import compare
from .trial import reproduction

SCHEMA = 1
INFINITE = 1e308
"""Stands for an error that is infinite or NaN, which JSON cannot hold."""


def describe(
    outcomes: list[Outcome], backends: list[Backend], *, absent: dict[str, str], untested: list[str], profile: str,
    seconds: float,
) -> dict[str, Any]:  # fmt: skip
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
            for case in cases() if case.name in labels
        ],
        "totals": {
            "comparisons": comparisons,
            "failed": sum(not each.known for each in failures),
            "known": sum(bool(each.known) for each in failures),
            "passed": comparisons - len(failures),
        },
        "outcomes": [plain(each, labels[each.loss]) for each in outcomes],
    }  # fmt: skip


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
        "loss": outcome.loss, "check": outcome.check, "backend": outcome.backend, "status": outcome.status,
        "unit": outcome.unit, "comparisons": outcome.comparisons, "worst": number(outcome.worst),
        "limit": number(outcome.limit), "at": outcome.at, "seconds": round(outcome.seconds, 2),
        "precisions": {key: number(each) for key, each in outcome.precisions.items() if outcome.unit},
        "failures": [{**each._asdict(), "command": reproduction(outcome, each)} for each in outcome.failures],
        "errors": errors,
    }  # fmt: skip


def number(x: float) -> float:
    """A number that JSON can hold, to three digits."""
    return float(f"{min(x, INFINITE):.3g}") if x == x else INFINITE


# --- files ----------------------------------------------------------------------------------------------------------


def write(report: dict[str, Any], folder: Path) -> list[Path]:
    """Write the report as JSON and as a page."""
    folder.mkdir(parents=True, exist_ok=True)
    data, html = folder / "report.json", folder / "report.html"
    data.write_text(text(report), encoding="utf-8")
    html.write_text(page(report), encoding="utf-8")
    return [data, html]


def text(report: dict[str, Any]) -> str:
    """JSON with one outcome, one loss, one backend a line, so that two reports can be compared by eye."""
    return "{\n" + ",\n".join(f" {json.dumps(key)}: {lines(each)}" for key, each in report.items()) + "\n}\n"


def lines(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"  {json.dumps(each, ensure_ascii=False)}" for each in value) + "\n ]"
    return json.dumps(value, ensure_ascii=False)


def read(path: Path) -> dict[str, Any]:
    """A report that was written before; `ValueError` if it is none, or none that can be read today."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not a report: no JSON ({error})") from None
    schema = report.get("schema", "") if isinstance(report, dict) else ""
    if schema not in ("", SCHEMA):
        raise ValueError(f"{path} is a report of schema {schema}; this suite reads schema {SCHEMA}")
    if not schema or not {"outcomes", "backends", "libraries", "machine", "profile"} <= report.keys():
        raise ValueError(f"{path} is not a report of this suite")
    return report


# --- README ---------------------------------------------------------------------------------------------------------


def support_table(*reports: dict[str, Any]) -> str:
    """The README's table of support: one row for each backend of these reports, and what none of them tested."""
    rows = [
        "| backend | version | device | losses | values, float32 | float64 | gradients |",
        "|---|---|---|---|---|---|---|",
    ]
    for report in reports:
        rows += [row(report, each) for each in report["backends"] if each["engine"] != "oracle"]
    tested = {each["name"] for report in reports for each in report["backends"]}
    missing = dict.fromkeys(name for each in reports for name in (*each["untested"], *each["absent"]))
    untested = [f"`{name}`" for name in missing if name not in tested]
    end = f"\n\nNot tested: {', '.join(untested)}." if untested else ""
    return "\n".join(rows) + end


def row(report: dict[str, Any], backend: dict[str, str]) -> str:
    """One backend: how many losses pass everything, and the worst errors of any."""
    mine = [each for each in report["outcomes"] if each["backend"] == backend["name"] and each["comparisons"]]
    losses = {each["loss"] for each in mine}
    failed = {each["loss"] for each in mine if each["status"] == "failed"}
    known = sum(bool(failure["known"]) for each in mine for failure in each["failures"])
    passed = f"{len(losses - failed)} of {len(losses)}" + (f", known deviations: {known}" if known else "")
    values = [each["precisions"] for each in mine if each["check"] == "values"]
    gradients = [each["worst"] for each in mine if each["check"] == "gradients, pairwise"]
    worst = [most([each[dtype] for each in values if dtype in each]) for dtype in ("float32", "float64")]
    cells = (f"`{backend['name']}`", backend["version"], backend["device"], passed, *worst, most(gradients))
    return f"| {' | '.join(cells)} |"


def most(errors: list[float]) -> str:
    if not errors:
        return "not tested"
    return "∞" if max(errors) >= INFINITE else f"≤ {max(errors):.1f} ULP"


__all__ = ["compare", "describe", "read", "support_table", "write"]
