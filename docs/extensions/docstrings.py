"""Docstrings as Sphinx reads them: a shape such as (N, *S) begins no emphasis."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

STAR = re.compile(r"(?<![\w\\*`])\*(?=[A-Z]\w*(?![\w*]))")


def escape_stars(_app: Sphinx, _what: str, _name: str, _found: Any, _options: Any, lines: list[str]) -> None:
    """Write the stars of shapes as characters, but in examples."""
    lines[:] = [line if line.lstrip().startswith((">>>", "...")) else STAR.sub(r"\\*", line) for line in lines]


def setup(app: Sphinx) -> dict[str, Any]:
    """Read docstrings after numpydoc has."""
    app.connect("autodoc-process-docstring", escape_stars, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
