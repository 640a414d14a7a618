"""array-api-strict at its strictest: a foreign device, no 64-bit types with float32, no data-dependent shapes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import array_api_strict as strict
import numpy as np

from .base import Backend

WIDE, NARROW = strict.Device("device1"), strict.Device("no_x64")


@contextmanager
def strictly() -> Iterator[None]:
    """Without what no formula may use, and without the floating-point warnings of the NumPy beneath."""
    with strict.ArrayAPIStrictFlags(boolean_indexing=False, data_dependent_shapes=False), np.errstate(all="ignore"):
        yield


class Strictest(Backend):
    """float64 lies on a device that is not the default one, float32 on one that knows no 64-bit types at all."""

    name = "array_api_strict:strictest"
    types = (type(strict.asarray(0.0)),)
    device = "device1, no_x64"
    portable = True
    dtypes = ("float64", "float32")

    scope = staticmethod(strictly)

    @property
    def version(self) -> str:
        return strict.__version__

    def move(self, value: Any, dtype: str = "float64") -> Any:
        if not isinstance(value, np.ndarray):
            return super().move(value, dtype)
        narrow = dtype == "float32"
        if value.dtype.kind == "f":
            with np.errstate(over="ignore"):
                value = value.astype(dtype)
        elif narrow and value.dtype.kind == "i":
            value = value.astype(np.int32)
        return strict.asarray(value, device=NARROW if narrow else WIDE)

    def array(self, value: np.ndarray) -> Any:
        return self.move(value, "float32" if value.dtype == np.float32 else "float64")

    def numpy(self, array: Any) -> np.ndarray:
        return np.asarray(array._array)

    def misplaced(self, array: Any) -> str:
        wrong = super().misplaced(array)
        if wrong:
            return wrong
        expected = NARROW if self.dtype(array) == "float32" else WIDE
        return "" if array.device == expected else f"on {array.device}"
