"""PyTorch's functions, in float64 on the CPU."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from .base import Oracle


def tensor(array: np.ndarray | None) -> Any:
    return None if array is None else torch.tensor(array)


def whole(name: str, *arrays: np.ndarray, **options: Any) -> Any:
    """A loss of arrays as they are."""
    options = {key: tensor(each) if isinstance(each, np.ndarray) else each for key, each in options.items()}
    return getattr(F, name)(*map(tensor, arrays), **options)


elements = whole


def positions(name: str, input: np.ndarray, target: np.ndarray, **options: Any) -> Any:
    """A loss with a class axis, which is the second in torch: (N, C, *S) or (C,)."""
    ids = target.dtype.kind in "iu"
    return whole(name, classes_second(input), target if ids else classes_second(target), **options)


def classes_second(x: np.ndarray) -> np.ndarray:
    return x if x.ndim == 1 else np.moveaxis(x, -1, 1)


ORACLE = Oracle("torch.nn.functional", "torch", sys.modules[__name__], lambda: torch.__version__)
