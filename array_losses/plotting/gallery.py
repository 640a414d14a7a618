"""The gallery: a page with a picture of every loss, grouped by task."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from ..catalog import TASKS, Record, catalog
from .api import plot

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>array_losses: the losses in pictures</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #1f2937; margin: 0 auto; max-width: 1480px; padding: 1rem 2rem; }}
nav a {{ margin-right: 1rem; }} a {{ color: #0072b2; }} h2 {{ border-bottom: 1px solid #e5e7eb; margin-top: 3rem; }}
section {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(min(600px, 100%), 1fr)); gap: 2rem; }}
figure {{ margin: 0; }} figure img {{ width: 100%; height: auto; }} figcaption {{ font-size: 0.95rem; }}
figcaption small {{ color: #6b7280; }}
</style></head><body>
<h1>The losses in pictures</h1>
<p>Value, gradient and curvature of each loss with its defaults, for one sample.
<code>al.plot(loss)</code> draws them with other options, and several on top of each other.</p>
<nav>{links}</nav>
{groups}
</body></html>
"""
GROUP = '<h2 id="{task}">{task}</h2>\n<section>\n{cards}\n</section>'
CARD = """<figure id="{name}"><a href="{name}.svg"><img src="{name}.svg" loading="lazy" alt="{alt}"></a>
<figcaption><code>{name}</code> {summary}{others}</figcaption></figure>"""


def gallery(folder: Path, task: str | None = None, done: Callable[[Record], object] = str) -> Path:
    """Write a picture of each loss, or of those of one task, and the page that shows them; the page's path.

    A loss of several tasks stands with the first of them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    groups: dict[str, list[Record]] = {}
    for record in catalog(task):
        groups.setdefault(task or record.tasks[0], []).append(record)
        save(plot(record.cls), folder / f"{record.name}.svg")
        done(record)
    page = folder / "index.html"
    parts = [GROUP.format(task=each, cards="\n".join(map(card, groups[each]))) for each in TASKS if each in groups]
    links = " ".join(f'<a href="#{each}">{each}</a>' for each in TASKS if each in groups)
    page.write_text(PAGE.format(links=links, groups="\n".join(parts)), encoding="utf-8")
    return page


def card(record: Record) -> str:
    """The picture of a loss, and what it is."""
    others = f" <small>Also {', '.join(record.tasks[1:])}.</small>" if record.tasks[1:] else ""
    summary, alt = escape(record.summary), f"value, gradient and curvature of {record.name}"
    return CARD.format(name=record.name, summary=summary, others=others, alt=alt)


def save(figure: Any, path: Path) -> None:
    """Write a picture, the same bytes each time."""
    from matplotlib import rc_context

    from .style import RC

    stamp = {"Date": None} if path.suffix == ".svg" else None
    with rc_context({"svg.hashsalt": RC["svg.hashsalt"]}):
        figure.savefig(path, dpi=150, metadata=stamp)
