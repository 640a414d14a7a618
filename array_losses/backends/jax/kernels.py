"""JAX's native functions: what XLA makes fast code of, and what has the derivative that it has elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from typing import Any

import jax
import jax.numpy as jnp

from ...constants import E_MINUS_100
from ..class_sum import class_sum
from ..domain_factor import domain_factor


@jax.custom_jvp
def log_clamped(p: jax.Array) -> jax.Array:
    """The portable function without a selection, of which XLA makes no vectorized sum."""
    return jnp.maximum(jnp.log(p), -100.0)


@log_clamped.defjvp
def log_clamped_jvp(primals: tuple[jax.Array], tangents: tuple[jax.Array]) -> tuple[jax.Array, jax.Array]:
    (p,), (t,) = primals, tangents
    return log_clamped(p), t / jnp.where(p <= E_MINUS_100, inf, p)


@jax.custom_jvp
def log1m_clamped(p: jax.Array) -> jax.Array:
    return jnp.maximum(log1p(-p), -100.0)


@log1m_clamped.defjvp
def log1m_clamped_jvp(primals: tuple[jax.Array], tangents: tuple[jax.Array]) -> tuple[jax.Array, jax.Array]:
    (p,), (t,) = primals, tangents
    return log1m_clamped(p), -t / jnp.where(1 - p <= E_MINUS_100, inf, 1 - p)


def nan_outside(loss: jax.Array, arrays: list[jax.Array], domains: Any) -> Any:
    """The loss, NaN outside the domains: of labels alone by a selection, as losses of logits make some themselves."""
    if len(arrays) == 1:
        return loss * jnp.where(domains[0].holds(arrays[0]), jnp.ones_like(loss), nan)
    if not all(each.closed for each in domains):
        for x, domain in zip(arrays, domains, strict=True):
            loss = loss * jnp.where(domain.holds(jax.lax.stop_gradient(x)), 1.0, nan)
        return loss
    return loss * domain_factor(jnp, jax.lax.stop_gradient(arrays), domains)


def log1p(x: jax.Array) -> jax.Array:
    """ln(1 + x), right in float64 too: XLA's own is up to 129 ULP off from -0.42 to -0.29 (jax-ml/jax#39707)."""
    if x.dtype != jnp.float64:
        return jnp.log1p(x)
    far = x < -0.25
    return jnp.where(far, jnp.log(jnp.where(far, 1 + x, 1.0)), jnp.log1p(jnp.where(far, 0.0, x)))


def split(x: jax.Array, axis: int) -> bool:
    """Whether an explicit mesh shards an axis, along which there is then no gather and no slice."""
    sharding = getattr(jax.typeof(x), "sharding", None)
    spec = () if sharding is None else sharding.spec
    return axis < len(spec) and spec[axis] is not None


def take_class(x: jax.Array, ids: jax.Array, axis: int) -> jax.Array:
    """The entries at `ids`, by a gather; by a mask where the classes are sharded."""
    if split(x, axis):
        classes = jnp.arange(x.shape[axis]).reshape((-1,) + (1,) * (x.ndim - 1 - axis))
        return jnp.sum(jnp.where(jnp.expand_dims(ids, axis) == classes, x, 0.0), axis=axis)
    picked = jnp.take_along_axis(x, jnp.expand_dims(ids, axis), axis=axis, mode="promise_in_bounds")
    return jnp.squeeze(picked, axis)


def take_class_weight(values: jax.Array, ids: jax.Array) -> jax.Array:
    """The entry for each id, laid out as the ids."""
    sharding = getattr(jax.typeof(ids), "sharding", None)
    if sharding is None or all(each is None for each in sharding.spec):
        return values.at[ids].get(mode="promise_in_bounds")
    return values.at[ids].get(mode="promise_in_bounds", out_sharding=sharding)


def without_first(x: jax.Array) -> jax.Array:
    """The entries but the first, gathered where the last axis is sharded: a part of a part has no layout."""
    if split(x, x.ndim - 1):
        sharding = jax.typeof(x).sharding
        whole = sharding.spec.update(partitions=(*sharding.spec[: x.ndim - 1], None))
        x = jax.sharding.reshard(x, sharding.update(spec=whole))  # type: ignore[no-untyped-call]
    return x[..., 1:]


def laid(x: jax.Array, axis: int) -> tuple[jax.Array, int]:
    """The array with the axis last where that pays, and the axis: else XLA makes each e^x again for every class."""
    few = isinstance(x.size, int) and x.size < MANY  # not where it is a symbol
    return (x, axis) if few else (jnp.moveaxis(x, axis, -1), x.ndim - 1)


def along_last(function: Callable[[jax.Array, int], jax.Array]) -> Callable[[jax.Array, int], jax.Array]:
    """A function along an axis, by one along the last."""

    def along(x: jax.Array, axis: int) -> jax.Array:
        x, last = laid(x, axis)
        return jnp.moveaxis(function(x, last), last, axis)

    return along


MANY = 1 << 18
"""Elements from which that pays: fewer stay in the cache."""
log_softmax, softmax = along_last(jax.nn.log_softmax), along_last(jax.nn.softmax)


def log_softmax_at(x: jax.Array, ids: jax.Array, axis: int) -> jax.Array:
    """The log-probabilities at `ids` alone: XLA would write those of the other classes to memory."""
    return log_softmax_at_and_sum(x, ids, None, axis)[0]


def log_softmax_at_and_sum(
    x: jax.Array, ids: jax.Array, weight: jax.Array | None, axis: int
) -> tuple[jax.Array, jax.Array]:
    """The log-probabilities at `ids`, picked from x itself, and the weighed sum of all."""
    if x.shape[axis] == 0:
        log_p = jax.nn.log_softmax(x, axis)
        return take_class(log_p, ids, axis), jnp.sum(log_p, axis)
    x, axis = laid(x, axis)
    top = jax.lax.stop_gradient(jnp.max(x, axis=axis, keepdims=True))
    shifted = x - top
    total = jnp.squeeze(jnp.log(jnp.sum(jnp.exp(shifted), axis=axis, keepdims=True)), axis)
    at = take_class(x, ids, axis) - jnp.squeeze(top, axis) - total
    whole = x.shape[axis] if weight is None else jnp.sum(weight)
    return at, class_sum(jnp, shifted, weight, axis) - whole * total


def fold(x: jax.Array, others: tuple[jax.Array, ...], state: Any, step: Callable[..., Any]) -> Any:
    """By a scan: a loop of Python's would be compiled step by step."""
    return jax.lax.scan(lambda state, entry: (step(state, *entry), None), state, (x, *others))[0]


NATIVE: dict[str, Callable[..., Any]] = {
    "fold": fold,
    "log1m_clamped": log1m_clamped,
    "log1p": log1p,
    "log_clamped": log_clamped,
    "log_softmax": log_softmax,
    "log_softmax_at": log_softmax_at,
    "log_softmax_at_and_sum": log_softmax_at_and_sum,
    "softmax": softmax,
    "stop_gradient": jax.lax.stop_gradient,
    "nan_outside": nan_outside,
    "take_class_weight": take_class_weight,
    "take_class": take_class,
    "without_first": without_first,
}
