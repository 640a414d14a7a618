"""The few numbers of a report that are committed: what the README shows, and the worst of each loss."""

from __future__ import annotations

from collections import Counter
from typing import Any


def summarize(report: dict[str, Any]) -> dict[str, Any]:
    """A report without its outcomes; as large for each loss as one line."""
    kept = ("schema", "date", "profile", "seconds", "machine", "libraries", "absent", "untested", "totals")
    return {
        **{key: report[key] for key in kept},
        "backends": [{**each, **of_backend(report, each["name"])} for each in report["backends"]],
        "losses": [{"name": each["name"], **of_loss(report, each["name"])} for each in report["losses"]],
        "known": dict(Counter(each["known"] for each in failures(report["outcomes"]) if each["known"])),
    }


def of_backend(report: dict[str, Any], name: str) -> dict[str, Any]:
    """How many losses pass everything on a backend, and the worst errors of any; None where nothing was compared."""
    mine = [each for each in report["outcomes"] if each["backend"] == name and each["comparisons"]]
    losses = {each["loss"] for each in mine}
    failed = {each["loss"] for each in mine if each["status"] == "failed"}
    values = [each["precisions"] for each in mine if each["check"] == "values"]
    gradients = [each["worst"] for each in mine if each["check"] == "gradients, pairwise"]
    return {
        "losses": len(losses),
        "passed": len(losses - failed),
        "known": sum(bool(each["known"]) for each in failures(mine)),
        "values": {dtype: most(each[dtype] for each in values if dtype in each) for dtype in ("float32", "float64")},
        "gradients": most(gradients),
    }


def of_loss(report: dict[str, Any], name: str) -> dict[str, Any]:
    """The comparisons of a loss on all backends, the worst value, and the processor time it took."""
    mine = [each for each in report["outcomes"] if each["loss"] == name]
    return {
        "comparisons": sum(each["comparisons"] for each in mine),
        "failed": sum(not each["known"] for each in failures(mine)),
        "values": most(each["worst"] for each in mine if each["check"] == "values" and each["comparisons"]),
        "seconds": round(sum(each["seconds"] for each in mine), 1),
    }


def failures(outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for outcome in outcomes for each in outcome["failures"]]


def most(errors: Any) -> float | None:
    return max(errors, default=None)
