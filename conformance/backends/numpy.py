"""NumPy: arrays as they are, and arrays that may not be written to."""

from __future__ import annotations

from typing import Any

import numpy as np

from .base import Backend, small_blocks


class NumPy(Backend):
    name = "numpy"
    types = (np.ndarray, np.generic)
    validates_values = True
    halves = ("float16", "bfloat16")

    @property
    def version(self) -> str:
        return np.__version__

    def array(self, value: np.ndarray) -> Any:
        return np.array(value)

    def numpy(self, array: Any) -> np.ndarray:
        return np.asarray(array)


class InBlocks(NumPy):
    """Blocks of a few elements, so that what large arrays go through is tried at every edge."""

    name = "numpy:blocks"
    in_blocks = True
    scope = staticmethod(small_blocks)


class ReadOnly(NumPy):
    """A write into an argument is an error here."""

    name = "numpy:readonly"

    def array(self, value: np.ndarray) -> Any:
        value = np.array(value)
        value.flags.writeable = False
        return value
