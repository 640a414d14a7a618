"""CuPy, on its current device."""

from __future__ import annotations

from typing import Any

import cupy
import numpy as np

from .base import Backend, BackendUnavailable


class CuPy(Backend):
    name = "cupy"
    types = (cupy.ndarray,)
    halves = ("float16",)

    def __init__(self) -> None:
        try:
            (cupy.ones(1) + 1).get()  # compiles a kernel, which needs more than a device
            properties = cupy.cuda.runtime.getDeviceProperties(0)
        except Exception as error:
            raise BackendUnavailable(
                f"cupy: no usable GPU ({type(error).__name__}: {error})".partition("\n")[0]
            ) from None
        self.device = f"cuda:0 {properties['name'].decode()}"

    @property
    def version(self) -> str:
        return cupy.__version__

    def array(self, value: np.ndarray) -> Any:
        return cupy.asarray(value)

    def numpy(self, array: Any) -> np.ndarray:
        return cupy.asnumpy(array)
