"""How far off: errors in units in the last place."""

from __future__ import annotations

import numpy as np

from .backends.base import numpy_dtype

Scale = np.ndarray | float
"""The size of parts that cancel, in all results or in each."""


def ulps(found: np.ndarray, wanted: np.ndarray, dtype: str, scale: Scale = 0.0, slack: float = 0.0) -> np.ndarray:
    """The error of each element in units in the last place of `dtype`, at the size of `wanted` or at `scale`.

    `scale` is the size of parts that cancel in the result; a difference of at most `slack` is none. An infinity in
    place of a number, or NaN in place of anything else, is infinitely far off; but where the parts overflow, inf is
    right.
    """
    info = limits(dtype)
    found, wanted = np.asarray(found, dtype=np.float64), np.asarray(wanted, dtype=np.float64)
    wanted = np.where(np.abs(wanted) > info.max, np.copysign(np.inf, wanted), wanted)
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(found - wanted)
    size = np.maximum(np.where(np.isfinite(wanted), np.abs(wanted), 0.0), np.maximum(scale, info.smallest_normal))
    unit = np.ldexp(info.eps, np.frexp(np.minimum(size, info.max))[1] - 1)
    overflow = (size > info.max) & (found == np.inf)
    same = (found == wanted) | (np.isnan(found) & np.isnan(wanted)) | (off <= slack) | overflow
    return np.where(same, 0.0, np.where(np.isfinite(off), off / unit, np.inf))


class Limits:
    """The extremes of a dtype, as Python numbers."""

    def __init__(self, eps: float, smallest_normal: float, largest: float) -> None:
        self.eps, self.smallest_normal, self.max = eps, smallest_normal, largest


def limits(dtype: str) -> Limits:
    if dtype == "bfloat16":
        import ml_dtypes

        info = ml_dtypes.finfo(ml_dtypes.bfloat16)
    else:
        info = np.finfo(numpy_dtype(dtype))
    return Limits(float(info.eps), float(info.smallest_normal), float(info.max))


def worst(errors: np.ndarray) -> float:
    """The largest error; 0 of none."""
    return float(np.max(errors, initial=0.0))
