"""Keras's losses, on its NumPy backend in float64.

Keras takes the mean over the last axis before anything else; elements are given as rows of one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np

from .base import Oracle

# Its backend and the folder of its settings come from the environment, once, at import. Nothing of the user's is read
# or written, and the environment is then as it was.
with (
    tempfile.TemporaryDirectory() as home,
    mock.patch.dict(os.environ, {"KERAS_BACKEND": "numpy", "KERAS_HOME": home}),
):
    import keras
    from keras.src.backend.common import dtypes

# A loss of dtype float64 is rounded to float32 on its way, by this table of the dtype of results: keras#23223.
IN_64_BITS = {"float64": "float64"}


@contextmanager
def in_float64() -> Iterator[None]:
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    try:
        with mock.patch.dict(dtypes.BIT64_TO_BIT32_DTYPE, IN_64_BITS):
            yield
    finally:
        keras.config.set_floatx(before)


def positions(
    name: str, input: np.ndarray, target: np.ndarray, *, reduction: str, sample_weight: Any = None, **options: Any
) -> Any:
    """One of its classes, called."""
    loss = getattr(keras.losses, name)(reduction=reduction, dtype="float64", **options)
    return keras.ops.convert_to_numpy(loss(target, input, sample_weight))


def elements(name: str, input: np.ndarray, target: np.ndarray, **options: Any) -> Any:
    """One of its classes, of elements."""
    return positions(name, input[..., None], target[..., None], **options)


def weighted(reduction: str) -> str:
    """Keras's word for a reduction whose mean divides by the weights."""
    return "mean_with_sample_weight" if reduction == "mean" else reduction


ORACLE = Oracle(
    "keras",
    "keras",
    sys.modules[__name__],
    lambda: f"{keras.__version__} on {keras.backend.backend()}",
    context=in_float64,
)
