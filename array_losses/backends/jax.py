"""JAX: `jax.numpy` is the standard itself; tracers are never looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..sums import PYTREES
from .blocks import Layout
from .generic import KINDS, Backend


@jax.custom_jvp
def absolute(x: Any) -> Any:
    """With derivative 0 at 0. XLA fuses one use of x where it keeps the x of x sign(x) in memory."""
    return jnp.abs(x)


@absolute.defjvp
def absolute_jvp(primals: Any, tangents: Any) -> Any:
    (x,), (t,) = primals, tangents
    return absolute(x), jnp.sign(x) * t


@partial(jax.custom_jvp, nondiff_argnums=(1,))
def bounded(x: Any, limit: float) -> Any:
    """x, at least -limit and at most limit: XLA makes a vectorized sum of this, but not of a selection."""
    return jnp.sign(x) * jnp.minimum(jnp.abs(x), limit)


@bounded.defjvp
def bounded_jvp(limit: float, primals: Any, tangents: Any) -> Any:
    (x,), (t,) = primals, tangents
    return bounded(x, limit), jnp.where(jnp.abs(x) > limit, 0.0, t)


def clip(x: Any, low: float, high: float) -> Any:
    if low == -high:
        return bounded(x, high)
    return jnp.where(x < low, low, jnp.where(x > high, high, x))


def log1p(x: Any) -> Any:
    """ln(1 + x), right in float64 too: XLA's own is up to 129 ULP off from -0.42 to -0.29 (jax-ml/jax#39707)."""
    if x.dtype != jnp.float64:
        return jnp.log1p(x)
    far = x < -0.25
    return jnp.where(far, jnp.log(jnp.where(far, 1 + x, 1.0)), jnp.log1p(jnp.where(far, 0.0, x)))


def pick(x: Any, ids: Any, axis: int) -> Any:
    picked = jnp.take_along_axis(x, jnp.expand_dims(ids, axis), axis=axis, mode="promise_in_bounds")
    return jnp.squeeze(picked, axis)


def log_softmax_at(x: Any, ids: Any, axis: int) -> Any:
    """Without the log-probabilities of the other classes, which XLA would write to memory."""
    if x.shape[axis] == 0:
        return pick(jax.nn.log_softmax(x, axis), ids, axis)
    top = jax.lax.stop_gradient(jnp.max(x, axis=axis, keepdims=True))
    total = jnp.sum(jnp.exp(x - top), axis=axis)
    return pick(x, ids, axis) - jnp.squeeze(top, axis) - jnp.log(total)


NATIVE: dict[str, Callable[..., Any]] = {
    "absolute": absolute,
    "clip": clip,
    "log1p": log1p,
    "log_softmax": jax.nn.log_softmax,
    "log_softmax_at": log_softmax_at,
    "softmax": jax.nn.softmax,
    "stop_gradient": jax.lax.stop_gradient,
    "pick": pick,
}


@partial(jax.jit, static_argnums=(0, 1))
def staged(function: Callable[..., Any], fixed: tuple[tuple[str, Any], ...], arrays: dict[str, Any]) -> Any:
    """A call of a loss as one compiled function, which JAX keeps for the same loss and options."""
    return function({**dict(fixed), **arrays})


def scanned(formula: Callable[..., tuple[Any, ...]], arrays: tuple[Any, ...], layout: Layout) -> list[Any]:
    """What a formula gives for each chunk, side by side: in one loop, whose derivative makes each chunk once more."""
    *others, last = layout.chunks()
    count, step = len(others), others[0][0].stop
    lies = [axes is not None and 0 in axes for axes in layout.axes]
    once = jax.checkpoint(formula, prevent_cse=False)

    def body(_: None, parts: list[Any]) -> Any:
        mine = iter(parts)
        return None, once(*[next(mine) if cut else each for each, cut in zip(arrays, lies, strict=True)])

    stacked = [
        jnp.reshape(each[: count * step], (count, step, *each.shape[1:]))
        for each, cut in zip(arrays, lies, strict=True)
        if cut
    ]
    _, found = jax.lax.scan(body, None, stacked, length=count)
    ends = jax.checkpoint(formula)(*layout.take(arrays, last))
    return [jnp.concatenate([jnp.reshape(a, (-1,)), jnp.reshape(b, (-1,))]) for a, b in zip(found, ends, strict=True)]


class JaxBackend(Backend):
    """Arrays on any device, and the tracers of jit, grad and vmap."""

    noun = "JAX array"
    conversion = "jax.numpy.from_dlpack({})"
    types = (jax.Array, jax.core.Tracer)
    staged = staticmethod(staged)

    def __init__(self) -> None:
        super().__init__("jax", jnp, NATIVE)
        self.kinds = {jnp.dtype(name): kind for name, kind in KINDS.items()}

    def cast(self, array: Any, dtype: Any) -> Any:
        return array.astype(dtype)

    def device(self, array: Any) -> Any:
        """The one device of a concrete array; None for a tracer or a sharded array, which JAX places itself."""
        if isinstance(array, jax.core.Tracer) or len(array.devices()) != 1:
            return None
        return next(iter(array.devices()))

    def from_host(self, value: Any, like: Any, dtype: Any = None) -> Any:
        value = np.asarray(value)
        value = value.astype(dtype or value.dtype.newbyteorder("="), copy=False)
        if value.dtype in (np.int64, np.uint64) and jnp.asarray(0).dtype != np.int64:
            limits = np.iinfo(np.int32)  # JAX would wrap a label of 2**32 to 0; a bad label has to stay bad
            value = np.clip(value, 0 if value.dtype == np.uint64 else limits.min, limits.max)
        return jnp.asarray(value)

    def arange(self, count: int, like: Any) -> Any:
        return jnp.arange(count)

    def is_variable(self, array: Any) -> bool:
        return isinstance(array, jax.core.Tracer)

    def look(self, array: Any) -> Any:
        device = self.device(array)
        return None if device is None or device.platform != "cpu" else np.asarray(array)

    def evaluate(self, totals: Any, arrays: tuple[Any, ...]) -> Any:
        if not totals.prepared.large:
            return totals(*arrays)
        layout = totals.prepared.layout()
        known, divisor = totals.constant(arrays, layout)

        def part(*block: Any) -> Any:
            return totals.totals(*block)[: 1 if known else 2]

        found = [jnp.sum(each) for each in scanned(part, arrays, layout)]
        return totals.finish(found[0], divisor if known else found[1])

    def evaluate_each(self, formula: Any, prepared: Any, dtype: Any) -> Any:
        if not prepared.large:
            return formula(*prepared.arrays)
        (losses,) = scanned(lambda *block: (formula(*block),), prepared.arrays, prepared.layout())
        return losses

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
    def value_and_grad(f: Callable[..., Any], args: tuple[Any, ...], places: tuple[int, ...]) -> Any:
        return jax.value_and_grad(f, argnums=places)(*args)


BACKEND = JaxBackend()


def unflattener(cls: Callable[..., Any]) -> Callable[..., Any]:
    return lambda constants, children: cls(children, constants)


for cls, flatten in PYTREES:
    jax.tree_util.register_pytree_node(cls, flatten, unflattener(cls))
