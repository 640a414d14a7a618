"""Reports as files: JSON, one HTML page, and the summary that is committed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .describe import SCHEMA
from .page import page
from .summary import summarize


def write(report: dict[str, Any], folder: Path) -> list[Path]:
    """Write the report as JSON and as a page, and its summary."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {"report.json": text(report), "report.html": page(report), "summary.json": text(summarize(report))}
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in written]


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
