"""Landscapes: the loss of a box over where it lies, beside the true one."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autodiff.api import grad
from .curves import sum_of, total
from .detection import MOVED_BOX, REACH, TRUE_BOX, shifted
from .terms import Term
from .views import repeated

GRID, ARROWS = 121, 13
FLAT = 1e-9
"""A gradient as small as this has no direction."""


def landscape(terms: tuple[Term, ...], shift: Any) -> Any:
    """The loss of the box for each pair of shifts (n, 2)."""

    def loss(shift: Any) -> Any:
        arrays = shifted(shift), repeated(shift[:, 0], TRUE_BOX)
        return sum_of([term.values(arrays, shift.shape[0]) for term in terms])

    return loss(shift), grad(total(loss))(shift)


def draw_landscape(axes: Any, terms: tuple[Term, ...], title: str) -> None:
    """The loss in colours, arrows where the gradient pulls the box, and the boxes."""
    from matplotlib.patches import Rectangle

    x, shifts = grid(GRID)
    value, _ = landscape(terms, shifts)
    drawn = axes.contourf(x, x, value.reshape(GRID, GRID), levels=14, cmap="cividis")
    axes.figure.colorbar(drawn, ax=axes, label="loss", shrink=0.9).outline.set_visible(False)
    arrows(axes, terms)
    for box, line in ((TRUE_BOX, "-"), (MOVED_BOX, "--")):
        low, size = box[:2], box[2:] - box[:2]
        axes.add_patch(Rectangle(tuple(low), *size, fill=False, edgecolor="white", linewidth=1.8, linestyle=line))
    right = "shift to the right  $s_x$\nsolid: the true box; dashed: the moved one, before the shift"
    axes.set(title=title, xlabel=right, ylabel="shift upwards  $s_y$", aspect="equal")


def arrows(axes: Any, terms: tuple[Term, ...]) -> None:
    """The directions of descent, and dots where there is none."""
    _, shifts = grid(ARROWS, 0.92 * REACH)
    _, slope = landscape(terms, shifts)
    size = np.hypot(*slope.T)
    moving = size > FLAT
    step = -slope[moving] / size[moving, None]
    axes.quiver(*shifts[moving].T, *step.T, color="white", scale=26, width=0.006, alpha=0.85)
    axes.plot(*shifts[~moving].T, ".", color="white", markersize=3.5, alpha=0.85)


def grid(count: int, reach: float = REACH) -> tuple[Any, Any]:
    """The places along an axis, and all pairs of them."""
    x = np.linspace(-reach, reach, count)
    return x, np.stack(np.meshgrid(x, x), axis=-1).reshape(-1, 2)
