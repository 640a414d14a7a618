"""The report as one HTML page that needs nothing else: style, script and data are in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def page(report: dict[str, Any]) -> str:
    """The page of a report."""
    parts = {"css": part("css"), "js": part("js"), "data": embedded(report)}
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], part("html"))


def part(kind: str) -> str:
    return (HERE / f"page.{kind}").read_text(encoding="utf-8")


def embedded(report: dict[str, Any]) -> str:
    """JSON that cannot end the element it stands in, nor open a comment in it, whatever a message says."""
    data = json.dumps(report, ensure_ascii=False, separators=(",", ":"))
    return data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
