"""The libraries of the tests: how an array gets in, and how it comes out. None is optional: a missing one fails."""

from collections.abc import Callable
from typing import Any, NamedTuple

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import torch

DEVICE = strict.Device("device1")


class Library(NamedTuple):
    """One way to hold arrays."""

    name: str
    array: Callable[[np.ndarray], Any]
    numpy: Callable[[Any], np.ndarray]
    types: tuple[type, ...]
    flushes: bool = False
    """Whether subnormal numbers are taken as 0 (XLA on the CPU)."""


def readonly(a):
    a = np.array(a)
    a.flags.writeable = False
    return a


NUMPY = Library("numpy:readonly", readonly, np.asarray, (np.ndarray, np.generic))
TORCH = Library("torch", lambda a: torch.tensor(a), lambda t: t.detach().numpy(), (torch.Tensor,))
JAX = Library("jax", lambda a: jnp.asarray(a), np.asarray, (jax.Array,), flushes=True)
STRICT = Library(
    "array_api_strict:strictest",
    lambda a: strict.asarray(a, device=DEVICE),
    lambda a: np.asarray(a._array),
    (type(strict.asarray(0.0)),),
)
LIBRARIES = (NUMPY, TORCH, JAX, STRICT)


def cast(array: Any, dtype: str) -> Any:
    """Floating NumPy arrays in another precision, everything else as it is."""
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        return array
    with np.errstate(over="ignore"):  # an extreme of float64 may be inf in float32
        return array.astype(dtype)


def move(library: Library, value: Any, dtype: str = "float64") -> Any:
    """NumPy arrays, in tuples and dicts too, as arrays of a library."""
    if isinstance(value, dict):
        return {key: move(library, each, dtype) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(move(library, each, dtype) if isinstance(each, np.ndarray) else each for each in value)
    return library.array(cast(value, dtype)) if isinstance(value, np.ndarray) else value
