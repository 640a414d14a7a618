"""Formulas as MathML that browsers show by themselves: no script, no font and no network is needed."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

FUNCTION = re.compile(r"<(mi|mo)>([A-Za-z]{2,})</\1>(?=(?:<[^>]*>)?(\(|\[|&#x00028;|&#x0005B;)?)")
BAR = re.compile(r"<mo(?: stretchy=\"false\")?>(&#x0007C;|&#x02016;)</mo>")
WITH_DIGIT = re.compile(r"\\operatorname\{(\w*\d\w*)\}")
TEXT_ALIGN = re.compile(r'columnalign="(left|right|center)"')


def mathml(latex: str, block: bool = False) -> str:
    r"""The MathML of a formula; lines that end in ``\\`` are aligned at ``&``."""
    latex = WITH_DIGIT.sub(r"\\text{\1}", " ".join(latex.split()))  # a name with a digit would be in italics
    if block and r"\\" in latex:
        latex = rf"\begin{{split}} {latex} \end{{split}}"
    made = convert(latex, display="block" if block else "inline")
    if "\\" in made or "<mi>&</mi>" in made:
        raise ExtensionError(f"no MathML for the formula {latex}")
    made = FUNCTION.sub(_function, made)
    made = BAR.sub(r'<mo stretchy="false" lspace="0" rspace="0">\1</mo>', made)
    return TEXT_ALIGN.sub(r'style="text-align: \1"', made)  # browsers have no columnalign


def _function(found: re.Match[str]) -> str:
    """A name of several letters is upright, with a thin space after it, but for one before a parenthesis."""
    _, name, opens = found.groups()
    after = "0" if opens else "0.17em"
    return f'<mo form="prefix" lspace="0.17em" rspace="{after}">{name}</mo>'


def inline(translator: Any, node: nodes.math) -> None:
    """Write a formula in a line."""
    translator.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def block(translator: Any, node: nodes.math_block) -> None:
    """Write a formula of its own."""
    translator.body.append(f'<div class="math">{mathml(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer `mathml`."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
