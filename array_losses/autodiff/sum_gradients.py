"""Gradients of a sum by the tape, made together with the sum, on plain arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..backends import backend_of, namespace
from ..backends.base import Backend
from ..typing import Array

Parts = tuple[Any, ...]


def tape_gradients(
    partials: Callable[..., Parts],
    arrays: list[Array | None],
    argnums: tuple[int, ...],
    cotangents: Parts | None = None,
) -> tuple[Parts, tuple[Array, ...]]:
    """The parts that a formula makes of the arrays, and the derivatives of the first with respect to some of them.

    With cotangents (None is 0), those of all parts. Without, a part beside the first that depends on what is
    differentiated is a LookupError: such a mean is not a total over a constant.
    """
    from .tape import pull_back
    from .tape_backend import tape_of

    backend = backend_of(arrays[argnums[0]])
    tape = tape_of(backend)
    # half precision is rounded once, at the end
    traced = [
        None if each is None else tape.cls(widened(backend, each) if i in argnums else each, active=i in argnums)
        for i, each in enumerate(arrays)
    ]
    parts = partials(*traced)
    if cotangents is not None:
        total = weighed(parts, cotangents)
    else:
        total, *others = parts
        if any(isinstance(each, tape.cls) and each.active for each in others):
            raise LookupError("the divisor depends on what is differentiated")
    inputs = tuple(each for i in argnums if (each := traced[i]) is not None)
    found = pull_back(total, backend.xp.ones_like(total.value), inputs) if total.active else [None] * len(inputs)
    gradients = [backend.xp.zeros_like(x.value) if g is None else g for x, g in zip(inputs, found, strict=True)]
    return tuple([each.value if isinstance(each, tape.cls) else each for each in parts]), tuple(gradients)


def weighed(parts: Parts, cotangents: Parts) -> Any:
    """The sum of the parts times their cotangents."""
    found = [each * g for each, g in zip(parts, cotangents, strict=True) if g is not None]
    first, *others = [namespace(each).sum(each) for each in found]
    return sum(others, start=first)


def widened(backend: Backend, array: Array) -> Array:
    """The array, half precision as float32."""
    return backend.cast(array, backend.compute_dtype(array.dtype))
