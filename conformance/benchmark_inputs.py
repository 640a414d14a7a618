"""Inputs of about n elements, float32 and 64-bit ids, as NumPy arrays."""

from __future__ import annotations

import numpy as np

from .benchmark import Draw

PIXEL_CLASSES = 4
BOX_CLASSES = 21
WIDTH = 256


def normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.standard_normal(shape, dtype=np.float32)


def pair(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
    """Predictions and true values; a third of the errors on the steep side of delta = 1."""
    return normal(rng, n), normal(rng, n)


def logits(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
    """Binary logits and labels."""
    return 3 * normal(rng, n), (rng.random(n) < 0.3).astype(np.float32)


def probabilities(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
    return 0.01 + 0.98 * rng.random(n, dtype=np.float32), (rng.random(n) < 0.3).astype(np.float32)


def classes(count: int) -> Draw:
    """Logits of `count` classes and ids; moderate, since Keras clips probabilities."""

    def draw(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
        rows = max(1, n // count)
        return normal(rng, rows, count), rng.integers(0, count, rows)

    return draw


def weighted_classes(count: int) -> Draw:
    """And a weight for each class."""

    def draw(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
        return *classes(count)(rng, n), 0.5 + rng.random(count, dtype=np.float32)

    return draw


def weighted(draw: Draw) -> Draw:
    """And a weight for each element."""
    return lambda rng, n: (*draw(rng, n), 0.5 + rng.random(n, dtype=np.float32))


def masked(draw: Draw) -> Draw:
    """And a mask, of four elements in five."""
    return lambda rng, n: (*draw(rng, n), rng.random(n) < 0.8)


def log_probabilities(count: int) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
        z, y = classes(count)(rng, n)
        return z - np.log(np.exp(z).sum(1, keepdims=True)), y

    return draw


def pixels(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
    """Logits (2, C, S) of two images, and ids."""
    spots = max(1, n // (2 * PIXEL_CLASSES))
    return normal(rng, 2, PIXEL_CLASSES, spots), rng.integers(0, PIXEL_CLASSES, (2, spots))


def ignored_pixels(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
    """Logits (2, C, H, W), and ids of which one in ten is 255."""
    side = max(1, round((n / (2 * PIXEL_CLASSES)) ** 0.5))
    ids = rng.integers(0, PIXEL_CLASSES, (2, side, side))
    return normal(rng, 2, PIXEL_CLASSES, side, side), np.where(rng.random(ids.shape) < 0.1, 255, ids)


def anchors(n: int) -> tuple[int, int]:
    """Images and default boxes: a default box has 4 offsets and its logits."""
    images = 8 if n >= 10_000 else 1
    return images, max(1, n // (images * (4 + BOX_CLASSES)))


def matched(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
    """Boxes of a detector, matched: one in twenty is positive."""
    images, boxes = anchors(n)
    ids = np.where(rng.random((images, boxes)) < 0.05, rng.integers(1, BOX_CLASSES, (images, boxes)), 0)
    ids[:, 0] = 1
    return (normal(rng, images, boxes, 4), normal(rng, images, boxes, BOX_CLASSES), normal(rng, images, boxes, 4), ids)


def corners(rng: np.random.Generator, *shape: int) -> np.ndarray:
    centre, size = rng.random((*shape, 2), dtype=np.float32), 0.05 + 0.3 * rng.random((*shape, 2), dtype=np.float32)
    return np.concatenate([centre - size / 2, centre + size / 2], axis=-1)


def unmatched(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
    """Boxes of a detector, default boxes, and five ground truths an image."""
    images, boxes = anchors(n)
    return (
        normal(rng, images, boxes, 4),
        normal(rng, images, boxes, BOX_CLASSES),
        corners(rng, boxes),
        corners(rng, images, 5),
        rng.integers(1, BOX_CLASSES, (images, 5)),
    )


def language_head(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
    """Hidden states, a head of 32000 tokens, and next tokens: n logits, if they were held."""
    vocabulary, width = (32_000, WIDTH) if n >= 32_000 else (max(2, n // 4), 4)
    tokens = max(1, n // vocabulary)
    head = normal(rng, vocabulary, width) / np.float32(np.sqrt(width))
    return normal(rng, tokens, width), head, rng.integers(0, vocabulary, tokens)
