"""Any module that follows the standard and that no adapter of ours knows, by its name: MLX, for one."""

from __future__ import annotations

import warnings
from importlib import import_module, metadata
from typing import Any

import numpy as np

from .base import Backend, BackendUnavailable, numpy_dtype


class Module(Backend):
    """A namespace of the user's own. What it can do is found out by asking it."""

    narrow = False
    """Whether it has no integers of 64 bits."""

    def __init__(self, name: str) -> None:
        try:
            self.xp = import_module(name)
        except ImportError as error:
            raise BackendUnavailable(f"{name}: neither a backend of the suite nor a module ({error})") from None
        self.name = name
        self.make = getattr(self.xp, "asarray", None) or getattr(self.xp, "array", None)
        if self.make is None:
            raise BackendUnavailable(f"{name}: the module has neither `asarray` nor `array`")
        try:
            self.types = (type(self.array(np.zeros(1, dtype=np.float32))),)
        except Exception as error:
            raise BackendUnavailable(
                f"{name}: makes no array of a NumPy array ({type(error).__name__}: {error})"
            ) from None
        self.narrow = not self.holds("int64")
        self.dtypes = tuple(each for each in ("float32", "float64") if self.computes(each))
        self.halves = tuple(each for each in ("float16", "bfloat16") if self.holds(each))
        tiny = np.full(16, 1e-40, dtype=np.float32)
        self.flushes_subnormals = not np.all(self.numpy(self.array(tiny) * 1.0))

    @property
    def version(self) -> str:
        try:
            return metadata.version(self.name.partition(".")[0])
        except metadata.PackageNotFoundError:
            return str(getattr(self.xp, "__version__", "unknown"))

    def array(self, value: np.ndarray) -> Any:
        """In the dtype of `value`; integers of 64 bits in 32 where the library has no others."""
        dtype = value.dtype.name
        if self.narrow and dtype in ("int64", "uint64"):
            dtype = dtype.replace("64", "32")
            value = np.clip(value, np.iinfo(dtype).min, np.iinfo(dtype).max).astype(dtype)  # a bad id stays bad
        if dtype == "bfloat16":  # of `ml_dtypes`, which few libraries read
            value = value.astype(np.float32)
        known = getattr(self.xp, dtype, None)
        return self.make(value) if known is None else self.make(value, dtype=known)

    def numpy(self, array: Any) -> np.ndarray:
        """Evaluates a lazy array. NumPy cannot read bfloat16 of everyone."""
        if self.dtype(array) == "bfloat16":
            array = array.astype(self.xp.float32)
        return np.asarray(array)

    def holds(self, dtype: str) -> bool:
        """Whether an array of a dtype keeps it, and its values."""
        thirds = np.full(3, 5 / 3).astype(numpy_dtype(dtype))
        try:
            with warnings.catch_warnings(action="error"):
                there = self.array(thirds)
                return self.dtype(there) == dtype and bool(np.all(self.numpy(there) == thirds))
        except Exception:  # whatever a library raises: it does not hold this
            return False

    def computes(self, dtype: str) -> bool:
        """Whether the library also computes in a dtype: some hold float64, and give its exponential in float32."""
        x = np.linspace(-1.0, 1.0, 17, dtype=dtype)
        if not self.holds(dtype):
            return False
        found = self.numpy(self.xp.exp(self.array(x)))
        return bool(np.allclose(found, np.exp(x), rtol=16 * np.finfo(dtype).eps, atol=0.0))
