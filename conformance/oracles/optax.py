"""Optax's losses, on JAX in float64. It leaves the reduction to the caller."""

from __future__ import annotations

import sys
from typing import Any

import jax
import numpy as np
import optax

from .base import Oracle

ROOM = 32
"""Elements or positions that fit: JAX compiles for every shape, so all samples are given the same."""


def filled(rows: np.ndarray) -> np.ndarray:
    return np.concatenate([rows, np.zeros((ROOM - len(rows), *rows.shape[1:]), dtype=rows.dtype)])


def elements(name: str, input: np.ndarray, target: np.ndarray, *, reduction: str = "none", **options: Any) -> Any:
    """A loss of each element."""
    found = getattr(optax.losses, name)(filled(input.reshape(-1)), filled(target.reshape(-1)), **options)
    return np.asarray(found)[: input.size].reshape(input.shape)


def positions(name: str, input: np.ndarray, target: np.ndarray, *, reduction: str = "none", **options: Any) -> Any:
    """A loss of each position, of ids or of labels with a class axis."""
    *shape, classes = input.shape
    count = int(np.prod(shape))
    rows = target.reshape(count) if target.dtype.kind in "iu" else target.reshape(count, classes)
    found = getattr(optax.losses, name)(filled(input.reshape(count, classes)), filled(rows), **options)
    return np.asarray(found)[:count].reshape(shape)


compiled_dice_loss = jax.jit(
    optax.losses.dice_loss, static_argnames=("apply_softmax", "ignore_background", "axis", "reduction")
)


def in_float64() -> Any:
    """JAX's numbers are of 32 bits unless told otherwise; what others in this process were told stays."""
    return jax.enable_x64(True)


ORACLE = Oracle(
    "optax",
    "optax",
    sys.modules[__name__],
    lambda: f"{optax.__version__} on JAX {jax.__version__}",
    reductions=("none",),
    context=in_float64,
)
