"""Hyperparameters as 0-d arrays, which may be differentiated."""

from __future__ import annotations

from typing import Any

import numpy as np

import array_losses as al

from .source import Source

INSIDE = {
    "gamma": (0.5, 1, 2.0, 3.5),
    "delta": (0.1, 0.5, 1.0, 3),
    "beta": (1 / 9, 0.5, 1.0, 2),
    "label_smoothing": (0.1,),
    "smoothing": (0.1, 0.5),
    "z_loss": (0.1,),
    "softcap": (5.0,),
    "smooth_nr": (1.0, 1e-5),
    "smooth_dr": (1.0, 1e-5),
    "alpha": (0.25, 0.6, 0.5),
}
"""Continuous hyperparameters, and values within their domains."""


def are_taken() -> bool:
    """Whether this version of the library takes them."""
    try:
        slope = al.grad(lambda d: al.huber_loss(np.asarray([3.0]), [0.0], delta=d))(np.asarray(1.0))
    except (al.ArrayLossesError, TypeError):
        return False
    return bool(slope == 2.0)


TAKEN = are_taken()


def as_arrays(source: Source, loss: str, arrays: dict[str, np.ndarray], options: dict[str, Any]) -> bool:
    """Make arrays of some options; say whether there are any."""
    if not TAKEN or not source.flag(20):
        return False
    names = [name for name, value in options.items() if value in INSIDE.get(name, ())]
    for name in names:
        arrays[name] = np.asarray(float(options.pop(name)))
    return bool(names)
