"""Which values an argument may hold, and what rounding is forgiven."""

from __future__ import annotations

import numpy as np

ABSENT = -(2**31)
"""An id that fits no class, for ids too large for an index."""


def slack(dtype: np.dtype) -> float:
    """By how much a probability may leave [0, 1]."""
    if dtype.name == "float16":
        return 8 * 2.0**-10
    if dtype.name == "bfloat16":
        return 8 * 2.0**-7
    return 1e-6


def probabilities(values: np.ndarray, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """Values counted as lying on the bounds they leave by rounding, and where they are bad."""
    bad = (values < -tolerance) | (values > 1 + tolerance)
    return np.where(bad, values, np.clip(values, 0.0, 1.0)), bad


def ids(values: np.ndarray) -> np.ndarray:
    """Class ids as int64; what is too large is no class."""
    flat = [int(each) if abs(int(each)) < 2**31 else ABSENT for each in values.reshape(-1).tolist()]
    return np.asarray(flat, np.int64).reshape(values.shape)
