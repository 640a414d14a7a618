"""The backends of the suite by name: ways to hold arrays and to evaluate a loss on them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from .base import Backend, BackendUnavailable

BACKENDS: dict[str, tuple[str, str]] = {
    "numpy": ("numpy", "NumPy"),
    "numpy:readonly": ("numpy", "ReadOnly"),
    "numpy:blocks": ("numpy", "InBlocks"),
    "array_api_strict:strictest": ("strict", "Strictest"),
    "torch:cpu": ("torch", "Torch"),
    "torch:blocks": ("torch", "InBlocks"),
    "torch:compile": ("torch", "Compiled"),
    "torch:cuda": ("torch", "Cuda"),
    "jax:cpu": ("jax", "Jax"),
    "jax:jit": ("jax", "Jitted"),
    "jax:gpu": ("jax", "Gpu"),
    "cupy": ("cupy", "CuPy"),
    "dask": ("dask", "Dask"),
}
"""Name -> module in this package and class; a module is imported when its backend is asked for."""

CPU = tuple(name for name in BACKENDS if name not in ("torch:cuda", "jax:gpu", "cupy"))
"""What needs no GPU."""


def backend(name: str) -> Backend:
    """A backend by its name, or by that of a module that follows the standard; `BackendUnavailable` if it is not
    here.
    """
    if name not in BACKENDS:
        from .module import Module

        return Module(name)
    module, cls = BACKENDS[name]
    try:
        made: Callable[[], Backend] = getattr(import_module(f".{module}", __name__), cls)
        return made()
    except ImportError as error:
        raise BackendUnavailable(f"{name}: {error}") from error


__all__ = ["BACKENDS", "CPU", "Backend", "BackendUnavailable", "backend"]
