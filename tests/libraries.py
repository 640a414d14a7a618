"""A library of the tests: how an array gets in, and how it comes out."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Library(NamedTuple):
    """One way to hold arrays."""

    name: str
    array: Callable[[np.ndarray], Any]
    numpy: Callable[[Any], np.ndarray]
    types: tuple[type, ...]


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
