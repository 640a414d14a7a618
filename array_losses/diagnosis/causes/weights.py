"""Causes in masks, weights and divisors: a loss of 0, or one of the wrong size."""

from __future__ import annotations

import numpy as np

from ..entries import places
from ..evidence import Evidence
from .cause import Cause, number, spot


def empty_batch(e: Evidence) -> Cause | None:
    if e.main is not None and e.main.values.size == 0:
        seen = f"`{e.main.name}` has shape {e.main.values.shape}: there is nothing in it"
        return Cause("empty batch", seen, "a mean over nothing is 0 here; look why the batch is empty")
    return None


def mask_leaves_nothing(e: Evidence) -> Cause | None:
    if e.positions and e.masked == e.positions:
        seen = f"`where` is False at all {e.positions} positions"
        return Cause(
            "a mask that leaves nothing", seen, "True is what counts: is it the mask of the padding? write ~mask"
        )
    return None


def everything_ignored(e: Evidence) -> Cause | None:
    if e.positions and e.ignored and e.masked + e.ignored == e.positions:
        masked = f", the others are masked ({e.masked})" if e.masked else ""
        seen = f"{e.ignored} of {e.positions} ids are ignore_index = {e.options.get('ignore_index')}{masked}"
        return Cause("everything ignored", seen, "look how the labels are made, or truncated: the loss of nothing is 0")
    return None


def zero_weights(e: Evidence) -> Cause | None:
    counted = e.positions > e.masked + e.ignored
    for entry in e.weights if counted else ():
        if entry.counted.size and not entry.counted.any():
            seen = f"all of `{entry.name}` that counts is 0"
            return Cause("weights that sum to 0", seen, "look how the weights are made: a batch of weight 0 has loss 0")
    for part in e.parts if counted else ():
        if part.divisor == 0 and part.divided_by.endswith("weights"):
            seen = f"the weights of what counts in {part.loss} sum to 0, and the mean divides by that"
            return Cause("weights that sum to 0", seen, 'give other weights, or normalizer="count"')
    return None


def zero_normalizer(e: Evidence) -> Cause | None:
    given = e.options.get("normalizer")
    if given is not None and not isinstance(given, str) and any(part.divisor == 0 for part in e.parts):
        return Cause("a normalizer of 0", "`normalizer` is 0: the mean over nothing is 0", "count once more")
    return None


def negative_weights(e: Evidence) -> Cause | None:
    for entry in e.entries.values():
        if (entry.is_weight or entry.name == "weight") and entry.counted.size and entry.low < 0:
            found = places((entry.numbers < 0) & entry.kept)
            seen = f"{found.count} of {entry.values.size} weights in `{entry.name}` are below 0, "
            seen += f"down to {number(entry.low)}{spot(found)}"
            return Cause("negative weights", seen, "a negative weight rewards the error: take weights >= 0")
    return None


def summed(e: Evidence) -> Cause | None:
    count = sum(int(np.count_nonzero(part.kept)) for part in e.parts)
    if e.reduction == "sum" and count > 1 and abs(e.value) > 100:
        mean = e.value / count
        seen = f'reduction="sum" adds up {count} losses; their mean is {number(mean)}'
        remedy = 'compare it as reduction="mean", or give a normalizer: the learning rate depends on it'
        return Cause("a sum, not a mean", seen, remedy, sure=False)
    return None


CAUSES = (
    (empty_batch, mask_leaves_nothing, everything_ignored, zero_weights, zero_normalizer),
    (negative_weights,),
    (summed,),
)
