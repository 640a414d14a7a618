"""What the cases of embedding losses share: cosines to 50 digits, and samples of rows and of batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import array_losses as al

from .case import Invalid, Sample
from .invalid import narrow
from .reference import EXACT, Real, exact, per_sample
from .samples import mask, poisoned, weights
from .valid_call import ValidCall

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


# --- batches --------------------------------------------------------------------------------------------------------


def present(where: Any, count: int) -> list[int]:
    """The places of the embeddings that there are."""
    return np.flatnonzero(per_sample(True if where is None else where, (count,))).tolist()


class Pairs:
    """The cosines of the pairs of a batch, and the positives and negatives of each anchor."""

    def __init__(self, input: np.ndarray, target: np.ndarray, where: Any) -> None:
        self.there, self.input, self.target = present(where, len(target)), input, target

    def cosine(self, i: int, k: int) -> Real:
        return cosine(self.input[i], self.input[k])

    def positives(self, i: int) -> list[int]:
        return [k for k in self.there if k != i and self.target[k] == self.target[i]]

    def negatives(self, i: int) -> list[int]:
        return [k for k in self.there if self.target[k] != self.target[i]]


IDS = np.array([3, 1, 1, 3, 1, 8])


def batches(rng: np.random.Generator, options: dict[str, Any]) -> Iterator[Sample]:
    """Samples of losses of all pairs of a batch, with a loss for each anchor."""

    def draw(count: int = 6, width: int = 3) -> tuple[np.ndarray, np.ndarray]:
        return rng.normal(size=(count, width)), IDS[:count]

    x, y = draw()
    yield Sample("plain", (x, y), options)
    yield Sample("defaults", (x, y))
    yield Sample("two views", (x, np.arange(6) // 2), options)
    yield Sample("one feature", draw(width=1), options, smooth=False)
    yield Sample("many features", draw(width=40), options)
    yield Sample("one positive pair", draw(4), options)
    yield Sample("no positive pair", draw(2), options)
    yield Sample("no negative pair", (x, np.zeros(6, dtype=np.int64)), options)
    yield Sample("one embedding", draw(1), options)
    yield Sample("empty batch", draw(0), options)
    yield Sample("no features", draw(width=0), options)
    yield Sample("sample weight of anchors", (x, y), {"sample_weight": weights(rng, (6,)), **options})
    yield Sample("sample weight of all", (x, y), {"sample_weight": np.asarray(0.25), **options})
    kept = np.array([True, True, True, False, True, False])
    yield Sample("masked", (x, y), {"where": kept, **options})
    bad = {"where": kept, "sample_weight": poisoned(weights(rng, (6,)), kept), **options}
    yield Sample("masked nan and inf", (poisoned(x, kept[:, None]), y), bad)
    none = np.zeros(6, dtype=bool)
    yield Sample("all masked", (poisoned(x, none[:, None]), y), {"where": none, **options})
    zero = x * (np.arange(6) != 2)[:, None]
    yield Sample("zero vector", (zero, y), options, smooth=False)
    yield Sample("equal embeddings", (np.ones((6, 3)), y), options, smooth=False, terms=2.0)
    opposite = x[[0, 1, 1, 0, 1, 0]] * np.array([1.0, 1.0, -1.0, -1.0, 1.0, 1.0])[:, None]
    yield Sample("opposite embeddings", (opposite, y), options, smooth=False, terms=2.0)
    lengths = np.array([1e150, 1e-150, 1e30, 1e-30, 1.0, 1e3])[:, None]
    yield Sample("extreme, huge and tiny", (x * lengths, y), options, smooth=False)


def views(rng: np.random.Generator, options: dict[str, Any]) -> Iterator[Sample]:
    """Samples of losses of two views of a batch."""

    def draw(count: int = 6, width: int = 3) -> tuple[np.ndarray, np.ndarray]:
        return rng.normal(size=(count, width)), rng.normal(size=(count, width))

    x, y = draw()
    yield Sample("plain", (x, y), options)
    yield Sample("defaults", (x, y))
    yield Sample("one feature", draw(width=1), options)
    yield Sample("many features", draw(width=20), options)
    yield Sample("two pairs", draw(2), options, terms=1.0)  # all correlations are 1 / 2 or -1 / 2
    yield Sample("one pair", draw(1), options, smooth=False)
    yield Sample("empty batch", draw(0), options)
    yield Sample("no features", draw(width=0), options)
    yield Sample("sample weight of all", (x, y), {"sample_weight": np.asarray(0.25), **options})
    kept = np.array([True, True, True, False, True, False])
    yield Sample("masked", (x, y), {"where": kept, **options})
    yield Sample(
        "masked nan and inf", (poisoned(x, kept[:, None]), poisoned(y, kept[:, None])), {"where": kept, **options}
    )
    one, none = np.arange(6) == 4, np.zeros(6, dtype=bool)
    yield Sample("one pair left", (x, y), {"where": one, **options}, smooth=False)
    yield Sample("all masked", (hidden(x, none), hidden(y, none)), {"where": none, **options})


def invalid_batch(good: ValidCall) -> Iterator[Invalid]:
    """What losses of all pairs of a batch refuse."""
    x, y = good["input"], good["target"]
    for bad in (x[0], x[None], x[0, 0]):
        yield good.but(al.ShapeError, "input", bad, "have shape (N, D)")
    for bad in (y[:1], y[:, None], y[:0], np.asarray(1)):
        yield good.but(al.ShapeError, "target", bad, f"have shape (N,) = ({len(y)},)")
    for dtype in (np.bool_, np.float64, np.complex64):
        yield good.but(al.DTypeError, "target", y.astype(dtype), "hold integer ids")
    yield from narrow(good, ("sample_weight", "where"), (len(y),), "(N,)")


def invalid_views(good: ValidCall, first: str, second: str, shape: tuple[int, ...], letters: str) -> Iterator[Invalid]:
    """What losses of two views refuse, of which the unreduced loss has this shape."""
    x, y = good[first], good[second]
    for bad in (x[0], x[None], x[0, 0]):
        yield good.but(al.ShapeError, first, bad, "have shape (N, D)")
    for bad in (y[:1], y[:, :1], y[0], y[None], y[:0], np.asarray(0.5)):
        yield good.but(al.ShapeError, second, bad, f"have the shape of `{first}`, {x.shape}")
    yield good.but(al.DTypeError, second, y.astype(np.complex64), "hold real numbers")
    yield good.but(al.DTypeError, second, y > 0, "hold numbers", "bool")
    if shape:
        yield from narrow(good, ("sample_weight",), shape, letters)
    else:
        for bad in ((1,), x.shape[:1]):
            yield good.but(al.ShapeError, "sample_weight", np.ones(bad), "be 0-d")
    yield from narrow(good, ("where",), (len(x),), "(N,)")
