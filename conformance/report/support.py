"""What a reader of the README wants of a report."""

from __future__ import annotations

from typing import Any

from .describe import INFINITE


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
