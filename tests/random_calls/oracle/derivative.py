"""Directional derivatives of a number by central differences, and whether it is smooth there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

STEP = 2e-4


def central(f: Callable[[float], float], h: float) -> float:
    """Of fourth order: the error falls with h^4."""
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)


def derivative(f: Callable[[np.ndarray], float], x: np.ndarray, direction: np.ndarray) -> float | None:
    """The derivative of f at x in a direction; None where f is not smooth, as two steps tell."""

    def along(t: float) -> float:
        with np.errstate(all="ignore"):
            return float(f(x + t * direction))

    coarse, fine = central(along, STEP), central(along, STEP / 3)
    size = max(abs(along(0.0)), abs(fine), 1e-3)
    return fine if np.isfinite(fine) and abs(coarse - fine) <= 1e-7 * size else None
