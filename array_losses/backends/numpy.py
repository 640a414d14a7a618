"""NumPy: values may be read, warnings of the floating-point unit are not for the user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import BY_MODULE
from .generic import KINDS, LARGEST, Backend


def pick(x: Any, ids: Any, axis: int) -> Any:
    """Row and column of a matrix, which NumPy finds faster than `take_along_axis`."""
    if x.ndim == 2 and axis == 1:
        return x[np.arange(x.shape[0]), ids]
    return np.take_along_axis(x, np.expand_dims(ids, axis), axis).squeeze(axis)


class NumPyBackend(Backend):
    """Arrays in host memory."""

    noun = "NumPy array"
    conversion = "numpy.asarray({})"
    types = (np.ndarray, np.generic)

    def __init__(self) -> None:
        super().__init__("numpy", np, {"clip": np.clip, "pick": pick})
        self.kinds = {np.dtype(name): kind for name, kind in KINDS.items() if hasattr(np, name)}

    def cast(self, array: Any, dtype: Any) -> Any:
        if array.dtype == dtype:
            return array
        with np.errstate(over="ignore"):  # inf in half precision
            return array.astype(dtype)

    def as_ids(self, ids: Any) -> Any:
        if ids.dtype == np.uint64:  # too large an id stays too large
            ids = np.minimum(ids, LARGEST)
        return ids.astype(np.int64, copy=False)

    def accepts(self, array: Any) -> bool:
        return not isinstance(array, np.matrix | np.ma.MaskedArray)

    def device(self, array: Any) -> Any:
        return "cpu"

    def from_host(self, value: Any, like: Any, dtype: Any = None) -> Any:
        return np.asarray(value, dtype=dtype)

    def arange(self, count: int, like: Any) -> Any:
        return np.arange(count)

    def look(self, array: Any) -> Any:
        return array

    def evaluate(self, formula: Callable[..., Any], arrays: tuple[Any, ...]) -> Any:
        with np.errstate(all="ignore"):
            return formula(*arrays)


BACKEND = BY_MODULE["numpy"] = NumPyBackend()
