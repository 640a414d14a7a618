"""NumPy: values may be read, warnings of the floating-point unit are not for the user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import BY_MODULE
from .base import KINDS, LARGEST, Backend, Result
from .numpy_kernels import NATIVE


class NumPyBackend(Backend):
    """Arrays in host memory."""

    noun = "NumPy array"
    conversion = "numpy.asarray({})"
    types = (np.ndarray, np.generic)

    def __init__(self) -> None:
        super().__init__("numpy", np, NATIVE)
        self.kinds = {np.dtype(name): kind for name, kind in KINDS.items() if hasattr(np, name)}

    def cast(self, array: np.ndarray, dtype: np.dtype) -> np.ndarray:
        if array.dtype == dtype:
            return array
        with np.errstate(over="ignore"):  # inf in half precision
            return array.astype(dtype)

    def as_ids(self, ids: np.ndarray) -> np.ndarray:
        if ids.dtype == np.uint64:  # too large an id stays too large
            ids = np.minimum(ids, LARGEST)
        return ids.astype(np.int64, copy=False)

    def objection(self, array: object) -> tuple[str, str] | None:
        if isinstance(array, np.ma.MaskedArray):
            return "be a plain array: write {0}.filled(0), and the mask as `where=~{0}.mask`", ""
        if isinstance(array, np.matrix):
            return "be a plain array: write numpy.asarray({})", ""
        return None

    def device(self, array: np.ndarray) -> str:
        return "cpu"

    def allows_caching(self, input: object) -> bool:
        return True

    def from_host(self, value: Any, like: object, dtype: np.dtype | None = None) -> np.ndarray:
        return np.asarray(value, dtype=dtype)

    def arange(self, count: int, like: object) -> np.ndarray:
        return np.arange(count)

    def concrete_or_none(self, array: np.ndarray) -> np.ndarray:
        return array

    def run(self, formula: Callable[..., Result], arrays: tuple[Any, ...]) -> Result:
        with np.errstate(all="ignore"):
            return formula(*arrays)

    def owns_memory(self, array: object) -> bool:
        return isinstance(array, np.ndarray) and array.base is None and array.flags.writeable


def quiet() -> np.errstate:
    return np.errstate(all="ignore")


BACKEND = BY_MODULE["numpy"] = NumPyBackend()
