"""Samples of pairs of distributions, and the calls that their losses must refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

import array_losses as al

from .case import Invalid, Sample
from .invalid import narrow
from .samples import mask, poisoned, weights
from .valid_call import ValidCall

Pair = tuple[np.ndarray, np.ndarray]
Held = Callable[[np.ndarray], np.ndarray]


def draw(rng: np.random.Generator, shape: tuple[int, ...], axis: int = 1) -> np.ndarray:
    """Distributions along an axis, in multiples of 2^-20."""
    found = np.rint(rng.uniform(0.05, 1.0, shape) * 2**10)
    return found / 2**12 if not found.size else found / found.sum(axis=min(axis, len(shape) - 1), keepdims=True)


def pairs(rng: np.random.Generator, held: Held) -> Iterator[Sample]:
    """Shapes, axes, weights and masks; `held` makes of probabilities what the loss takes."""

    def both(*shape: int, axis: int = 1) -> Pair:
        return held(draw(rng, shape, axis)), held(draw(rng, shape, axis))

    shape = (4, 5)
    yield Sample("plain", both(*shape))
    yield Sample("one distribution", both(6))
    yield Sample("one outcome", both(3, 1))
    yield Sample("sequence", both(2, 3, 4))
    yield Sample("spatial", both(2, 3, 2, 2))
    yield Sample("channels last", both(2, 3, 4, axis=-1), {"axis": -1})
    yield Sample("outcomes first", both(5, 3, axis=0), {"axis": 0})
    yield Sample("empty batch", both(0, 3))
    yield Sample("empty space", both(2, 3, 0))
    yield Sample("sample weight", both(*shape), {"sample_weight": weights(rng, (4,))})
    yield Sample("sample weight of places", both(2, 3, 4), {"sample_weight": weights(rng, (1, 4))})
    yield Sample("sample weight of all", both(*shape), {"sample_weight": np.asarray(0.25)})
    yield Sample("sample weight 0", both(*shape), {"sample_weight": np.zeros(4)})
    kept = mask(rng, (2, 4))
    yield Sample("masked", both(2, 3, 4), {"where": kept, "sample_weight": weights(rng, (2,))})
    yield Sample("masked samples", both(*shape), {"where": mask(rng, (4,))})
    bad = tuple(poisoned(each, kept[:, None]) for each in both(2, 3, 4))
    hidden = {"where": kept, "sample_weight": poisoned(weights(rng, (2, 4)), kept)}
    yield Sample("masked nan and inf", bad, hidden)
    none = np.zeros(4, dtype=bool)
    yield Sample("all masked", tuple(poisoned(each, none[:, None]) for each in both(*shape)), {"where": none})


def alike(good: ValidCall) -> Iterator[Invalid]:
    """Arrays of two shapes, and axes that are not there."""
    x, y = good["input"], good["target"]
    for bad in (y[:1], y[:, :1], y[:, 0], y[None], y[:0], np.asarray(0.5)):
        yield good.but(al.ShapeError, "target", bad, f"have shape (N, C, *S) = {x.shape}")
    yield good.but(al.DTypeError, "target", y.astype(np.complex64), "hold real numbers")
    for axis in (2, -3):
        yield good.but(al.OptionError, "axis", axis, f"name one of the 2 axes of `input`, of shape {x.shape}")
    yield from narrow(good, ("sample_weight", "where"), x.shape[:1], "(N, *S)")
