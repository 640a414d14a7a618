"""What a call may keep for later ones: arrays that no trace, transformation or mode has made, beside such inputs."""

from __future__ import annotations

from typing import Any

from . import backend_of

Array = Any


def joins(input: Array) -> bool:
    """Whether arrays of earlier calls may be used beside an input."""
    backend = backend_of(input)
    if backend.name == "torch":
        from .one_pass import concrete

        return concrete((input,), anywhere=True)
    # a tracer, and an array on several devices, are on none
    return backend.name in KEEPING and backend.device(input) is not None


def lasting(array: Array, input: Array) -> Array | None:
    """An array just made beside an input that `joins`, as it may be kept; None where it may not."""
    backend = backend_of(array)
    keep = KEEPING.get(backend.name)
    return None if keep is None else keep(array, backend.device(input))


def _torch(array: Array, device: Any) -> Array:  # noqa: ARG001
    import torch

    if not array.is_inference():
        return array
    with torch.inference_mode(False):  # else no derivative could be taken later
        return array.clone()


def _jax(array: Array, device: Any) -> Array | None:
    import jax

    there = backend_of(array).device(array)
    if there is None:  # a trace surrounds the call, though not its input
        return None
    return array if there == device else jax.device_put(array, device)


def _cupy(array: Array, device: Any) -> Array:  # noqa: ARG001
    import cupy

    cupy.cuda.get_current_stream().synchronize()  # later calls may be on another stream
    return array


KEEPING = {"numpy": lambda array, _: array, "torch": _torch, "jax": _jax, "cupy": _cupy}
"""How each library keeps an array; of others it is not known what traces them."""
