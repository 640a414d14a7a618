"""What the cases of embedding losses share: cosines to 50 digits, and samples of rows and of batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .case import Sample
from .reference import EXACT, Real, exact
from .samples import mask, poisoned, weights

# --- numbers --------------------------------------------------------------------------------------------------------


def dot(a: Any, b: Any) -> Real:
    return sum((exact(x) * exact(y) for x, y in zip(a, b, strict=True)), exact(0))


def length(a: Any) -> Real:
    return EXACT.sqrt(dot(a, a))


def cosine(a: Any, b: Any, eps: float = 0.0) -> Real:
    """The cosine of two vectors, their lengths at least `eps`; with a zero vector 0."""
    size = max(length(a), exact(eps)) * max(length(b), exact(eps))
    return dot(a, b) / size if size else exact(0)


# --- rows -----------------------------------------------------------------------------------------------------------


def rowwise(rng: np.random.Generator, draw: Callable[..., tuple[np.ndarray, ...]]) -> Iterator[Sample]:
    """Shapes, weights and masks of losses of rows; `draw` makes arrays of a shape whose last axis the loss has not."""
    shape = (4, 3)
    yield Sample("plain", draw(shape))
    yield Sample("one vector", draw((3,)))
    yield Sample("sequence", draw((2, 3, 4)))
    yield Sample("one feature", draw((4, 1)), smooth=False)
    yield Sample("many features", draw((3, 40)))
    yield Sample("empty batch", draw((0, 3)))
    yield Sample("no features", draw((3, 0)), smooth=False)
    yield Sample("sample weight", draw(shape), {"sample_weight": weights(rng, (4,))})
    yield Sample("sample weight of sequences", draw((2, 3, 4)), {"sample_weight": weights(rng, (2, 3))})
    yield Sample("sample weight of samples", draw((2, 3, 4)), {"sample_weight": weights(rng, (2,))})
    yield Sample("sample weight of all", draw(shape), {"sample_weight": np.asarray(0.25)})
    yield Sample("sample weight 0", draw(shape), {"sample_weight": np.zeros(4)})
    yield Sample("masked", draw((2, 3, 4)), {"where": mask(rng, (2, 3))})
    yield Sample("masked samples", draw((2, 3, 4)), {"where": np.array([False, True])})
    kept, own = np.array([True, False, True, False]), weights(rng, (4,))
    yield Sample("masked, weighted", draw(shape), {"where": kept, "sample_weight": own})
    bad = tuple(hidden(each, kept) for each in draw(shape))
    yield Sample("masked nan and inf", bad, {"where": kept, "sample_weight": poisoned(own, kept)})
    none = np.zeros(4, dtype=bool)
    yield Sample("all masked", tuple(hidden(each, none) for each in draw(shape)), {"where": none})


def hidden(array: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Rows, or numbers of them, with NaN, infinities and bad labels where not kept."""
    wide = kept.reshape(kept.shape + (1,) * (array.ndim - kept.ndim))
    return poisoned(array, wide) if array.dtype.kind == "f" else np.where(wide, array, 7)


LENGTHS, OTHERS = (np.array(each)[:, None] for each in ([1e150, 1e-150, 1e30, 1e-5], [1e30, 1e-30, 1e-5, 1e25]))
"""Lengths of vectors whose squares do not fit; the others may be lists, which are of 32 bits too."""
