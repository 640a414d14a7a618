"""The only door to array-api-compat: everything else asks a backend for its namespace."""

from __future__ import annotations

from types import ModuleType

from ..typing import Device, Namespace


def standard_namespace(array: object) -> Namespace:
    """The Array API namespace of an array; TypeError if it has none."""
    from array_api_compat import array_namespace

    return array_namespace(array)


def standard_device(array: object) -> Device:
    """The device of an array."""
    from array_api_compat import device

    return device(array)


def is_standard_array(value: object) -> bool:
    """Whether `value` is an array of a library that follows the standard."""
    from array_api_compat import is_array_api_obj

    return bool(is_array_api_obj(value))


def torch_namespace() -> ModuleType:
    """The standard, spoken by torch."""
    import array_api_compat.torch as xp

    return xp


def cupy_namespace() -> ModuleType:
    """The standard, spoken by CuPy."""
    import array_api_compat.cupy as xp

    return xp
