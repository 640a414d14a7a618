"""Samples of losses of logits and labels between 0 and 1, such as qualities and heat maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .case import Sample
from .samples import Draw, elementwise, labels


def draw(rng: np.random.Generator) -> Draw:
    """Logits and soft labels."""
    return lambda shape: (2 * rng.normal(size=shape), rng.uniform(0.05, 0.95, shape))


def samples(rng: np.random.Generator) -> Iterator[Sample]:
    """Shapes, weights and masks; labels of other dtypes; large logits."""
    yield from elementwise(rng, draw(rng))
    yield from labels(rng, draw(rng))
    yield from extremes("")


def extremes(suffix: str, **options: Any) -> Iterator[Sample]:
    """Large logits."""
    big = np.array([1e4, -1e4, 50.0, -50.0, 1e4, -1e4, 50.0, -50.0, 0.0, 0.0])
    yield Sample(f"extreme{suffix}", (big, np.array([0, 1, 0, 1, 1, 0, 1, 0, 1, 0])), options)
    yield Sample(f"extreme, soft target{suffix}", (big, np.full(10, 0.25)), options)


def infinities(suffix: str, **options: Any) -> Iterator[Sample]:
    """Certain logits."""
    far = np.array([np.inf, -np.inf])
    yield Sample(f"infinite, right{suffix}", (far, np.array([1, 0])), options, smooth=False)
    yield Sample(f"infinite, wrong{suffix}", (far, np.array([0, 1])), options, smooth=False)
    nothing = {**options, "sample_weight": np.zeros(2)}
    yield Sample(f"infinite, wrong, weight 0{suffix}", (far, np.array([0, 1])), nothing, smooth=False)
