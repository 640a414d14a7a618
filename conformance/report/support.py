"""What a reader of the README wants of a report."""

from __future__ import annotations

from typing import Any

from .describe import INFINITE


def support_table(*summaries: dict[str, Any]) -> str:
    """The README's table of support: one row for each backend of these summaries, and what none of them tested."""
    rows = [
        "| backend | version | device | losses | values, float32 | float64 | gradients |",
        "|---|---|---|---|---|---|---|",
    ]
    for summary in summaries:
        rows += [row(each) for each in summary["backends"] if each["engine"] != "oracle"]
    tested = {each["name"] for summary in summaries for each in summary["backends"]}
    missing = dict.fromkeys(name for each in summaries for name in (*each["untested"], *each["absent"]))
    untested = [f"`{name}`" for name in missing if name not in tested]
    end = f"\n\nNot tested: {', '.join(untested)}." if untested else ""
    return "\n".join(rows) + end


def row(backend: dict[str, Any]) -> str:
    """One backend: how many losses pass everything, and the worst errors of any."""
    known = f", known deviations: {backend['known']}" if backend["known"] else ""
    passed = f"{backend['passed']} of {backend['losses']}{known}"
    worst = (*backend["values"].values(), backend["gradients"])
    cells = (f"`{backend['name']}`", backend["version"], backend["device"], passed, *map(said, worst))
    return f"| {' | '.join(cells)} |"


def said(error: float | None) -> str:
    if error is None:
        return "not tested"
    return "∞" if error >= INFINITE else f"≤ {error:.1f} ULP"
