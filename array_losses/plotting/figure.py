"""The figure of losses: value, gradient and curvature beside each other, and landscapes for boxes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .curves import Curve, curve
from .kinds import kind_of
from .landscape import draw_landscape
from .style import COLOURS, GREY, LINES, RC, limits
from .terms import Term
from .views import View

Lines = dict[str, Curve]
"""The lines of a loss, by case."""


class Drawn(NamedTuple):
    """A loss that is drawn: its name, its terms and its lines."""

    title: str
    terms: tuple[Term, ...]
    lines: Lines


def drawn(title: str, terms: tuple[Term, ...], view: View, points: int | None = None) -> Drawn:
    """A loss with its lines computed."""
    lines = {case: curve(terms, view, arrays, points) for case, arrays in view.cases.items()}
    return Drawn(title, terms, lines)


def figure(losses: list[Drawn], view: View) -> Any:
    """The picture of the losses, a `matplotlib.figure.Figure`."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(RC):
        if kind_of(losses[0].terms[0]) != "boxes":
            made = Figure(figsize=(10.5, 3.5), layout="constrained")
            draw_lines(made, losses, view, made.subplots(1, 3))
            return made
        one = len(losses) == 1
        made = Figure(figsize=(10.5, 5.6) if one else (max(10.5, 3.9 * len(losses)), 7.4), layout="constrained")
        parts: Any = made.subfigures(1, 2, width_ratios=(1.25, 1)) if one else made.subfigures(2, 1)
        first, second = parts
        for axes, each in zip(first.subplots(1, len(losses), squeeze=False)[0], losses, strict=True):
            draw_landscape(axes, each.terms, "" if one else each.title)
            axes.grid(False)
        draw_lines(second, losses, view, second.subplots(3, 1, sharex=True) if one else second.subplots(1, 3))
        if one:
            second.suptitle(None)
            made.suptitle(losses[0].title, **HEADING)
        return made


HEADING: dict[str, Any] = {"x": 0.01, "ha": "left", "fontweight": "bold", "fontsize": 12}


def draw_lines(made: Any, losses: list[Drawn], view: View, panels: Any) -> None:
    """Three panels, and a legend below them."""
    from matplotlib.ticker import MaxNLocator

    s = view.symbol
    texts = (r"loss  $\ell$", rf"gradient  $\partial\ell/\partial {s}$", rf"curvature  $\partial^2\ell/\partial {s}^2$")
    for axes, text, name in zip(panels, texts, ("value", "gradient", "curvature"), strict=True):
        axes.axhline(0.0, color=GREY, linewidth=0.8)
        for i, each in enumerate(losses):
            for j, line in enumerate(each.lines.values()):
                colour, dash = (j, i) if len(losses) == 1 else (i, j)
                style = {"color": COLOURS[colour % len(COLOURS)], "linestyle": LINES[dash % len(LINES)]}
                y = getattr(line, name)
                hides = any(np.allclose(y, other.get_ydata(), atol=1e-9) for other in axes.lines[1:])
                axes.plot(line.x, y, linewidth=0.9 if hides else 2.2, **style)  # so that what lies below is seen
        drawn = [(line.x, getattr(line, name)) for each in losses for line in each.lines.values()]
        axes.set_ylim(*limits(drawn, view.ends))
        axes.set(title=text, xlim=(view.low, view.high))
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 4, 5, 10]))
    below = panels[1] if panels[0].get_subplotspec().get_gridspec().ncols == 3 else panels[2]
    below.set_xlabel(f"{view.axis}  ${s}$")
    if len(losses) == 1:
        made.suptitle(losses[0].title, **HEADING)
    legend(made, losses, view)


def legend(made: Any, losses: list[Drawn], view: View) -> None:
    """What the colours and the dashes mean; nothing where there is one line."""
    from matplotlib.lines import Line2D

    entries = []
    if len(losses) > 1:
        entries = [Line2D([], [], color=COLOURS[i], linewidth=2.4, label=each.title) for i, each in enumerate(losses)]
    cases = [case for case in view.cases if case]
    for j, case in enumerate(cases):
        own = {"color": COLOURS[j % len(COLOURS)]} if len(losses) == 1 else {"color": GREY, "linestyle": LINES[j]}
        entries.append(Line2D([], [], linewidth=2.0, label=case, **own))
    if entries:
        made.legend(handles=entries, loc="outside lower center", ncols=min(len(entries), 4), handlelength=2.6)
