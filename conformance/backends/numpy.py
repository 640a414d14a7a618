"""NumPy: arrays as they are, and arrays that may not be written to."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from array_losses.backends import numpy as numpy_adapter

from .base import Backend, small


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
    """Blocks of a few elements, so that what large arrays go through is tried at every edge; in one thread, as starting
    others takes longer than all the rest."""

    name = "numpy:blocks"
    in_blocks = True
    scope = staticmethod(partial(small, numpy_adapter, ("BLOCK", "SHARED"), processors=lambda: 1))


class ReadOnly(NumPy):
    """A write into an argument is an error here."""

    name = "numpy:readonly"

    def array(self, value: np.ndarray) -> Any:
        value = np.array(value)
        value.flags.writeable = False
        return value
