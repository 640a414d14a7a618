"""Code whose lines are elements, so that the style sheet can break a long one with an indent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge


class LineFormatter(HtmlFormatter):
    """The formatter of Sphinx, with each line in a `span`."""

    def wrap(self, source: Iterator[tuple[int, str]]) -> Any:
        return super().wrap((kind, f'<span class="line">{line}</span>') for kind, line in source)


def setup(app: Sphinx) -> dict[str, Any]:  # noqa: ARG001
    """Highlight by it."""
    PygmentsBridge.html_formatter = LineFormatter
    return {"parallel_read_safe": True, "parallel_write_safe": True}
