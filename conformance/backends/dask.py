"""Dask: graphs that nothing may compute before their time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dask
import dask.array as da
import numpy as np

from .base import Backend


@contextmanager
def lazy() -> Iterator[None]:
    """An error where anything is computed inside."""

    def early(*_: Any, **__: Any) -> Any:
        raise AssertionError("Dask computed early")

    with dask.config.set(scheduler=early), np.errstate(all="ignore"):
        yield


class Dask(Backend):
    name = "dask"
    types = (da.Array,)
    expensive = True
    covered = frozenset({"bad_values", "domain", "hyperparameters"})  # by jax:jit and numpy
    scope = staticmethod(lazy)

    @property
    def version(self) -> str:
        return dask.__version__

    def array(self, value: np.ndarray) -> Any:
        """In chunks of two rows, so that every sum crosses a boundary; of more rows where these would be many."""
        return da.from_array(value, chunks=(max(2, len(value) // 8), *value.shape[1:]) if value.ndim else ())

    def numpy(self, array: Any) -> np.ndarray:
        """The graph as it was built: fusing its tasks takes longer than running them on so few elements."""
        with np.errstate(all="ignore"):  # of the NumPy beneath
            return np.asarray(array.compute(scheduler="synchronous", optimize_graph=False))
