"""The thin adapters, one per library, and the rule that finds one.

An adapter is looked up by the array that arrives. Its module is imported when the first array of its library comes,
so that `import array_losses` costs no framework.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from ..typing import Namespace
from .base import Backend

BY_MODULE: dict[str, Backend] = {}
"""A cache: the module that defines an array type -> its adapter. Text keys, since torch.compile guards on them."""


def backend_of(array: object) -> Backend:
    """The adapter of an array's library; TypeError where `array` is of no library that follows the standard."""
    backend = BY_MODULE.get(type(array).__module__)
    return backend if backend is not None else _find(array)


def namespace(array: object) -> Namespace:
    """The Array API namespace that a formula on this array is written in."""
    return backend_of(array).xp


def lift_to_deepest_trace(array: object, others: Iterable[object]) -> Any:
    """The array, traced as deep as the deepest of the others."""
    deepest = array
    for each in others:
        if each is not None and getattr(type(each), "tape_level", 0) > getattr(type(deepest), "tape_level", 0):
            deepest = each
    if deepest is array:
        return array
    adopted = backend_of(deepest).lift(array, backend_of(array))
    return array if adopted is None else adopted


def is_floating(array: Any) -> bool:
    """Whether an array holds floating-point numbers."""
    return backend_of(array).kind(array.dtype) in ("half", "real")


def _find(array: object) -> Backend:
    """The adapter whose types `array` is an instance of: subclasses, tracers, and the first array of a library."""
    if "numpy" in sys.modules:
        from .numpy import BACKEND as NUMPY

        if isinstance(array, NUMPY.types):
            return NUMPY
    if "torch" in sys.modules:
        from .torch.backend import BACKEND as TORCH

        if isinstance(array, TORCH.types):
            return TORCH
    if "jax" in sys.modules:
        from .jax.backend import BACKEND as JAX

        if isinstance(array, JAX.types):
            BY_MODULE[type(array).__module__] = JAX
            return JAX
    if "cupy" in sys.modules:
        from .cupy import BACKEND as CUPY

        if isinstance(array, CUPY.types):
            return CUPY
    backend = BY_MODULE[type(array).__module__] = Backend.for_array(array)
    return backend


if sys.modules.get("torch"):  # else with its first tensor; what is imported while torch.compile traces can disturb it
    from .torch import backend as _torch  # noqa: F401
