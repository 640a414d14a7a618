"""Weights, masks, divisors and reductions, as `api.md` has them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


class ShapeMismatch(Exception):  # noqa: N818, no error of ours
    """A weight or mask whose shape the rule does not allow."""


@dataclass
class Unreduced:
    """The losses of a call before weights, mask and reduction."""

    loss: np.ndarray
    weights: list[np.ndarray] = field(default_factory=list)
    """What multiplies the loss and counts in the divisor "weights", each of the shape of `loss`."""
    counted: np.ndarray | None = None
    """A weight that is in the loss already and only counts in that divisor."""
    kept: np.ndarray | None = None
    bad: np.ndarray | None = None
    """Where an argument holds what it must not."""
    positives: np.ndarray | None = None
    """What each element adds to the divisor of detection."""
    seen_bad: bool = False
    """Whether there is a bad value that belongs to no element kept, and is an error where it is looked at."""

    @property
    def is_bad(self) -> bool:
        return self.seen_bad or (self.bad is not None and bool(np.any(self.bad & self.mask)))

    @property
    def mask(self) -> np.ndarray:
        return np.ones(self.loss.shape, bool) if self.kept is None else self.kept

    def weight(self) -> np.ndarray:
        """The product of the weights, 0 where masked."""
        product = np.ones(self.loss.shape)
        for each in self.weights:
            product = product * np.where(self.mask, each, 0.0)
        return np.where(self.mask, product, 0.0)

    def weighed(self) -> np.ndarray:
        loss = times(self.weight(), np.where(self.mask, self.loss, 0.0))
        return loss if self.bad is None else np.where(self.bad & self.mask, np.nan, loss)


def times(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a * b with 0 * inf = 0."""
    return np.where((a == 0) | (b == 0), 0.0, a * b)


def by_rule(array: np.ndarray | None, shape: tuple[int, ...]) -> np.ndarray | None:
    """`sample_weight` or `where`: (), one for each sample, or the shape of the losses with any axis 1."""
    if array is None or array.ndim == 0:
        return None if array is None else np.broadcast_to(array, shape)
    if array.ndim == 1 and len(shape) > 1 and array.shape[0] == shape[0]:
        array = array.reshape((-1,) + (1,) * (len(shape) - 1))
    fits = array.ndim == len(shape) and all(a in (1, b) for a, b in zip(array.shape, shape, strict=True))
    if not fits:
        raise ShapeMismatch(f"{array.shape} for {shape}")
    return np.broadcast_to(array, shape)


def reduce(found: Unreduced, reduction: str, normalizer: object, own: str) -> np.ndarray:
    """The result of a call; `own` is the loss's own divisor: "weights", "count" or "positives"."""
    loss = found.weighed()
    if reduction == "none":
        return loss
    total = np.sum(loss)
    if reduction == "sum":
        return total
    divisor = divisor_of(found, own if normalizer is None else normalizer)
    return np.float64(0.0) if divisor == 0 else total / divisor


def divisor_of(found: Unreduced, normalizer: object) -> float:
    if normalizer == "count":
        return float(np.sum(found.mask))
    if normalizer == "positives":
        return max(1.0, float(np.sum(np.where(found.mask, found.positives, 0.0))))
    if normalizer == "weights":
        counted = 1.0 if found.counted is None else np.where(found.mask, found.counted, 0.0)
        return float(np.sum(found.weight() * counted))
    return float(normalizer)  # type: ignore[arg-type]
