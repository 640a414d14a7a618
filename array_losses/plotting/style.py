"""The look of the pictures: colours that colour-blind readers tell apart, thin axes, nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Those of Okabe and Ito, but for the yellow, which is faint on white."""
LINES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.4)), (0, (6, 1.5, 1, 1.5)), (0, (2, 2)), (0, (8, 3)))
GREY, FAINT = "#6b7280", "#e5e7eb"
RC: dict[Any, Any] = {
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.labelcolor": "#1f2937",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.7,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "legend.frameon": False,
    "mathtext.fontset": "dejavusans",
    "svg.hashsalt": "array_losses",
}

FLAT = 1e-5
"""Differences as small as this are taken for rounding, or for the eps of a norm."""
EDGE = 0.08
"""The share of an axis beside a pole whose values do not set the scale."""


def limits(lines: list[tuple[Any, Any]], ends: tuple[float, float]) -> tuple[float, float]:
    """The ends of an axis: of all that is drawn, but for poles at finite ends, which would flatten the rest."""
    values = np.concatenate([y[np.isfinite(y)] for _, y in lines])
    if values.size == 0:
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    if np.all(np.isfinite(ends)):
        inner = np.concatenate(
            [y[(x > x[0] + EDGE * (x[-1] - x[0])) & (x < x[-1] - EDGE * (x[-1] - x[0]))] for x, y in lines]
        )
        first, last = float(inner.min()), float(inner.max())
        low, high = max(low, first - 1.5 * (last - first)), min(high, last + 1.5 * (last - first))
    room = 0.06 * (high - low)
    if room <= FLAT * max(abs(low), abs(high), 1.0):  # one number
        low, high = min(low, 0.0), max(high, 0.0)
        room = 0.15 * (high - low) if high - low > FLAT else 1.0
    return low - room, high + room
