"""Gradients of a sum by the tape, made together with the sum, on plain arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..backends import backend_of
from ..backends.base import Backend
from ..evaluation.evaluable import Divisor
from ..typing import Array


def tape_gradients(
    formula: Callable[..., tuple[Any, Any]], arrays: list[Array | None], wanted: tuple[int, ...]
) -> tuple[Array, Divisor, tuple[Array, ...]]:
    """The (total, divisor) of a formula, and the total's derivatives with respect to the wanted arrays.

    A divisor that depends on one of them is a LookupError: such a mean is not a total over a constant.
    """
    from .tape import pull_back
    from .tape_backend import tape_of

    backend = backend_of(arrays[wanted[0]])
    tape = tape_of(backend)
    # half precision is rounded once, at the end
    traced = [
        None if each is None else tape.cls(widened(backend, each) if i in wanted else each, active=i in wanted)
        for i, each in enumerate(arrays)
    ]
    total, divisor = formula(*traced)
    if isinstance(divisor, tape.cls):
        if divisor.active:
            raise LookupError("the divisor depends on what is differentiated")
        divisor = divisor.value
    inputs = tuple(each for i in wanted if (each := traced[i]) is not None)
    found = pull_back(total, backend.xp.ones_like(total.value), inputs) if total.active else [None] * len(inputs)
    gradients = [backend.xp.zeros_like(x.value) if g is None else g for x, g in zip(inputs, found, strict=True)]
    return total.value, divisor, tuple(gradients)


def widened(backend: Backend, array: Array) -> Array:
    """The array, half precision as float32."""
    return backend.cast(array, backend.compute_dtype(array.dtype))
