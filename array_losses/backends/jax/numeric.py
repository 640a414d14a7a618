"""Elementwise numerics in JAX: a derivative of their own in place of that of the body."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from operator import add
from typing import Any

import jax
import jax.numpy as jnp
from jax.custom_derivatives import SymbolicZero

from ..numeric import Numeric

Arrays = tuple[jax.Array, ...]


def differentiable(numeric: Numeric, forward: Callable[..., jax.Array]) -> Callable[..., jax.Array]:
    """A form of an elementwise numeric, whose vjp is its jvp too: both multiply by the slope."""

    def form(*args: Any) -> jax.Array:
        places = [i for i, each in enumerate(args) if isinstance(each, jax.Array)]

        def filled(arrays: Arrays) -> list[Any]:
            given = dict(zip(places, arrays, strict=True))
            return [given.get(i, each) for i, each in enumerate(args)]

        @jax.custom_jvp
        def value(*arrays: jax.Array) -> jax.Array:
            return forward(*filled(arrays))

        @partial(value.defjvp, symbolic_zeros=True)
        def jvp(arrays: Arrays, tangents: tuple[Any, ...]) -> tuple[jax.Array, jax.Array]:
            assert numeric.derivative is not None
            result = value(*arrays)
            maps = numeric.derivative(result if numeric.keeps_result else None, *filled(arrays))
            moved = [(maps[i], t) for i, t in zip(places, tangents, strict=True) if type(t) is not SymbolicZero]
            terms: list[Any] = [linear(jnp.asarray(t)) for linear, t in moved if linear is not None]
            return result, jnp.broadcast_to(reduce(add, terms), result.shape) if terms else jnp.zeros_like(result)

        return value(*[args[i] for i in places])

    return form
