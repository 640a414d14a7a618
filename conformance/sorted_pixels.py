"""What the references of the Lovasz losses share."""

from __future__ import annotations

from collections.abc import Iterable

from .reference import Real, exact


def extension(pixels: Iterable[tuple[Real, bool]]) -> Real:
    """The sum over the pixels, by descending error, of the error times what the Jaccard loss rises by."""
    order = sorted(pixels, key=lambda pixel: -pixel[0])
    size, loss = sum(true for _, true in order), exact(0)
    before = found = others = exact(0)
    for error, true in order:
        found, others = found + true, others + (not true)
        jaccard = 1 - (size - found) / (size + others)
        loss, before = loss + (exact(0) if error == 0 else error * (jaccard - before)), jaccard
    return loss
