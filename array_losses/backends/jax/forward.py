"""JAX's forms of the values of numerics, whose derivatives are those written beside them.

On a CPU XLA makes one vectorized loop of a sum and what it is of, but for selections, and the clamp that it makes of a
minimum and a maximum: their results it writes to memory first.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import jax
import jax.numpy as jnp


def clip(x: jax.Array, low: jax.Array | float, high: jax.Array | float) -> jax.Array:
    """By two maxima, of which XLA makes no clamp."""
    x = x if isinstance(low, float) and low == -inf else jnp.maximum(x, low)
    return x if isinstance(high, float) and high == inf else -jnp.maximum(-x, -high)


def masked_fill(x: jax.Array, kept: jax.Array) -> jax.Array:  # noqa: ARG001
    """The array as it is, hidden from derivatives alone."""
    return x


FORWARD: dict[str, Callable[..., Any]] = {"abs_": jnp.abs, "clip": clip, "masked_fill": masked_fill, "snap": clip}
OWN_DERIVATIVE = FORWARD.keys() | {
    "barron_of_number",
    "cauchy",
    "gaussian_nll",
    "geman_mcclure",
    "half_square",
    "jensen_shannon",
    "log_cosh",
    "squared_log1p_distance",
}
"""Those, and the numerics whose derivative, as written beside them, XLA computes faster than that of their body."""
