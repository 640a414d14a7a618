"""CuPy: constants are made on the input's own device, values are never read back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cupy

from ..typing import Device, DType
from . import BY_MODULE
from .base import KINDS, Backend, Result
from .compat import cupy_namespace


class CuPyBackend(Backend):
    """Arrays on a CUDA or ROCm device."""

    noun = "CuPy array"
    conversion = "cupy.from_dlpack({})"
    to_host = "cupy.asnumpy({})"
    move = "with {1}.device: {0} = cupy.asarray({0})"
    types = (cupy.ndarray,)

    def __init__(self) -> None:
        super().__init__("cupy", cupy_namespace())
        self.kinds = {cupy.dtype(name): kind for name, kind in KINDS.items() if name != "bfloat16"}

    def device(self, array: cupy.ndarray) -> Device:
        return array.device

    def from_host(self, value: Any, like: cupy.ndarray, dtype: DType = None) -> cupy.ndarray:
        with like.device:  # CuPy's creation functions know no `device`
            return cupy.asarray(value, dtype=dtype)

    def allows_caching(self, input: object) -> bool:
        return True

    def cacheable(self, array: cupy.ndarray, device: Device) -> cupy.ndarray:
        cupy.cuda.get_current_stream().synchronize()  # later calls may be on another stream
        return array

    def to_numpy(self, array: cupy.ndarray) -> Any:
        return cupy.asnumpy(array)

    def arange(self, count: int, like: cupy.ndarray) -> cupy.ndarray:
        with like.device:
            return cupy.arange(count)

    # `compile` could be `cupy.fuse` of a loss's formula: it takes elementwise functions only, and awaits a GPU to try

    def run(self, formula: Callable[..., Result], arrays: tuple[Any, ...]) -> Result:
        with next(array for array in arrays if array is not None).device:
            return formula(*arrays)


BACKEND = CuPyBackend()
for cls in BACKEND.types:
    BY_MODULE[cls.__module__] = BACKEND
