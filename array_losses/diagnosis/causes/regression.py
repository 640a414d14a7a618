"""Causes in pairs of arrays that may hold any number: predictions and targets, images, boxes."""

from __future__ import annotations

import numpy as np

from ..entries import Entry, places
from ..evidence import Evidence
from .cause import Cause, number, span, spot
from .scales import FEW

RATIO, FAR = 50, 1e3
"""The ratio of two arrays' usual sizes, and of the losses at targets of 0 to others, from which something is wrong."""


def pair(e: Evidence) -> tuple[Entry, Entry] | None:
    """The first array and one like it, where both may hold any number."""
    main = e.main
    if main is None or any(e.traits) or e.geometry is None or e.domain_of(main) is not None or not main.counted.size:
        return None
    for each in e.truths:
        if each.axes == main.axes and each.counted.size and e.domain_of(each) is None and each.is_real:
            return main, each
    return None


def unscaled_images(e: Evidence) -> Cause | None:
    both = pair(e)
    if both is None or both[0].values.ndim < 3:
        return None
    for one, other in (both, both[::-1]):
        if is_image(one) and not is_image(other) and other.is_within(-2, 2):
            seen = f"`{one.name}` holds {span(one.low, one.high)}, as images do, `{other.name}` "
            return Cause("images not scaled", seen + span(other.low, other.high), f"write {one.name} / 255")
    one, other = both
    if is_image(one) and is_image(other) and (other.kind in "iu" or bool(np.all(other.counted % 1 == 0))):
        seen = f"`{one.name}` and `{other.name}` hold values up to {number(max(one.high, other.high))}, as images do"
        return Cause("images not scaled", seen, "divide both by 255: the loss is in their unit", sure=False)
    return None


def is_image(entry: Entry) -> bool:
    return entry.counted.size >= FEW and entry.is_within(0, 255) and entry.high > 100


def different_scales(e: Evidence) -> Cause | None:
    both = pair(e)
    if both is None or min(each.counted.size for each in both) < FEW:
        return None
    one, other = sorted(both, key=usual)
    if usual(other) > RATIO * max(usual(one), 1.0):
        seen = f"`{other.name}` is usually about {number(usual(other))}, `{one.name}` about {number(usual(one))}"
        remedy = f"bring both to one unit: scale {other.name} to about 1, and what is predicted back after it"
        return Cause("arrays of different scales", seen, remedy, sure=False)
    return None


def usual(entry: Entry) -> float:
    """The usual size of the values."""
    return float(np.median(np.abs(entry.counted)))


def ratio_of_zero(e: Evidence) -> Cause | None:
    both = pair(e)
    if both is None or len(e.parts) != 1 or e.parts[0].losses.shape != both[1].values.shape:
        return None
    losses, target = np.abs(e.parts[0].losses), both[1]
    zero = (target.numbers == 0) & target.kept
    others = losses[(target.numbers != 0) & e.parts[0].kept]
    if (
        zero.any()
        and others.size
        and np.isfinite(losses[zero]).all()
        and float(np.min(losses[zero])) > FAR * max(float(np.median(others)), 1.0)
    ):
        found = places(zero)
        seen = (
            f"`{target.name}` is 0 at {found.count} places{spot(found)}, whose losses are {number(losses[zero].min())}"
        )
        remedy = "a relative error divides by the target: take an absolute one, a larger eps, or mask them"
        return Cause("a ratio to 0", f"{seen} and more", remedy)
    return None


CAUSES = ((ratio_of_zero, unscaled_images, different_scales),)
