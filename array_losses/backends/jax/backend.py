"""JAX: `jax.numpy` is the standard itself; tracers are never looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import export

from ...sums import PYTREES
from ...typing import Device, DType
from ..base import KINDS, Backend
from ..numeric import Numeric
from ..sums_text import from_text, to_text
from .forward import FORWARD, OWN_DERIVATIVE
from .kernels import NATIVE
from .numeric import differentiable


def call_plainly(function: Callable[..., Any], fixed: tuple[tuple[str, Any], ...], arrays: dict[str, Any]) -> Any:
    """A call of a loss."""
    return function({**dict(fixed), **arrays})


compiled_call = jax.jit(call_plainly, static_argnums=(0, 1))


def jit_call(function: Callable[..., Any], fixed: tuple[tuple[str, Any], ...], arrays: dict[str, Any]) -> Any:
    """A call of a loss as one compiled function, which JAX keeps for the same loss and options.

    Not with a function among the options: one that is new in each call would be compiled each time.
    """
    call = call_plainly if any(callable(value) for _, value in fixed) else compiled_call
    return call(function, fixed, arrays)


class JaxBackend(Backend):
    """Arrays on any device, and the tracers of jit, grad and vmap."""

    noun = "JAX array"
    conversion = "jax.numpy.from_dlpack({})"
    move = "jax.device_put({}, {}.device)"
    types = (jax.Array, jax.core.Tracer)
    jit_call = staticmethod(jit_call)
    own_derivatives = OWN_DERIVATIVE

    def __init__(self) -> None:
        super().__init__("jax", jnp, NATIVE | FORWARD)
        self.kinds = {jnp.dtype(name): kind for name, kind in KINDS.items()}

    def form(self, numeric: Numeric) -> Callable[..., Any]:
        form = super().form(numeric)
        return differentiable(numeric, form) if numeric.name in OWN_DERIVATIVE else form

    def cast(self, array: jax.Array, dtype: np.dtype) -> jax.Array:
        return array.astype(dtype)

    def device(self, array: jax.Array) -> jax.Device | None:
        """The one device of a concrete array; None for a tracer or a sharded array, which JAX places itself."""
        if isinstance(array, jax.core.Tracer):
            return None
        first, *others = array.devices()
        return None if others else first

    def from_host(self, value: Any, like: object, dtype: DType = None) -> jax.Array:
        value = np.asarray(value)
        value = value.astype(dtype or value.dtype.newbyteorder("="), copy=False)
        if value.dtype in (np.int64, np.uint64) and jnp.asarray(0).dtype != np.int64:
            limits = np.iinfo(np.int32)  # JAX would wrap a label of 2**32 to 0; a bad label has to stay bad
            value = np.clip(value, 0 if value.dtype == np.uint64 else limits.min, limits.max)
        return jnp.asarray(value)

    def arange(self, count: int, like: object) -> jax.Array:
        return jnp.arange(count)

    def allows_caching(self, input: jax.Array) -> bool:
        return self.device(input) is not None  # a tracer, and an array on several devices, are on none

    def cacheable(self, array: jax.Array, device: Device) -> jax.Array | None:
        there = self.device(array)
        if there is None:  # a trace surrounds the call, though not its input
            return None
        return array if there == device else jax.device_put(array, device)

    def requires_grad(self, array: object) -> bool:
        return isinstance(array, jax.core.Tracer)

    def concrete_or_none(self, array: jax.Array) -> np.ndarray | None:
        device = self.device(array)
        return None if device is None or device.platform != "cpu" else np.asarray(array)

    def compile(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @partial(jax.jit, static_argnums=0)
        def call(fixed: tuple[tuple[str, Any], ...], args: Any, options: dict[str, Any]) -> Any:
            return function(*args, **dict(fixed), **options)

        def compiled(*args: Any, **options: Any) -> Any:
            traced = {name: each for name, each in options.items() if hasattr(each, "dtype")}
            fixed = tuple((name, each) for name, each in options.items() if name not in traced)
            return call(fixed, args, traced)

        return compiled

    @staticmethod
    def value_and_grad(f: Callable[..., Any], args: tuple[Any, ...], places: tuple[int, ...], has_aux: bool) -> Any:
        return jax.value_and_grad(f, argnums=places, has_aux=has_aux)(*args)


BACKEND = JaxBackend()


def swapped(unflatten: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The `unflatten` of `PYTREES` with its arguments in JAX's order."""
    return lambda constants, children: unflatten(children, constants)


for cls, flatten, unflatten in PYTREES:
    jax.tree_util.register_pytree_node(cls, flatten, swapped(unflatten))
    export.register_pytree_node_serialization(
        cls,
        serialized_name=f"array_losses.{cls.__name__}",
        serialize_auxdata=lambda constants: to_text(constants).encode(),
        deserialize_auxdata=lambda text: from_text(text.decode()),
    )
