"""Causes in the gradient."""

from __future__ import annotations

import numpy as np

from ..entries import places
from ..evidence import Evidence
from .cause import Cause, number, spot

TINY = 1e-6
"""A derivative of one loss below which nothing is learned."""


def vanishing(e: Evidence) -> Cause | None:
    if not e.parts or not e.gradient or e.failed or any(part.divisor == 0 for part in e.parts):
        return None
    size = max([float(np.sum(np.abs(part.losses))) / max(int(part.kept.sum()), 1) for part in e.parts])
    most = max([float(np.max(np.abs(g), initial=0.0)) for g in e.gradient.values()])
    most *= max([part.divisor for part in e.parts]) / (abs(e.factor) or 1.0)
    if size > 0.01 and most < TINY:
        main = e.main
        far = f"; `{main.name}` holds up to {number(max(abs(main.low), abs(main.high)))} in size" if main else ""
        seen = f"the losses are {number(size)} each, and no derivative of one is above {number(most)}{far}"
        remedy = "saturated scores, boxes that do not meet, embeddings that are all alike have no slope: "
        remedy += "start from smaller outputs, or take a loss that has a slope there"
        return Cause("vanishing gradient", seen, remedy, sure=False)
    return None


def not_finite(e: Evidence) -> Cause | None:
    for name, g in e.gradient.items() if not e.failed else ():
        found = places(~np.isfinite(g))
        if found.count:
            seen = f"the loss is finite, and its gradient by `{name}` is not at {found.count} places{spot(found)}"
            return Cause("gradient not finite", seen, "mask these places, or keep away from the edge of the domain")
    return None


CAUSES = ((not_finite,), (vanishing,))
