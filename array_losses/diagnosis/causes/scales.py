"""Causes in the scale of numbers: probabilities, logits, logarithms, percent, pixels."""

from __future__ import annotations

import numpy as np

from ...domains import UNIT
from ..entries import Entry
from ..evidence import Evidence
from .cause import Cause, span
from .labels import axes_of

FEW = 8
"""The least number of values that tell a scale."""


def probabilities_as_logits(e: Evidence) -> Cause | None:
    main = e.main
    if (
        main is None
        or not e.traits.logits
        or main.counted.size < 2
        or not main.is_within(0, 1)
        or main.low == main.high
    ):
        return None
    axis = e.class_axis
    whole = axis is not None and main.values.shape[axis] > 1 and main.sums_to_one(axis)
    if not whole and (axis is not None or main.counted.size < FEW):
        return None
    seen = f"all of `{main.name}` lies in [0, 1]" + f", and sums to 1 along axis {axis}" * whole
    without = "; or say so: activation=None" if "activation" in e.options else ""
    remedy = f"give what the model has before its {'softmax' if whole else 'sigmoid'}{without}"
    return Cause("probabilities given as logits", seen, remedy, sure=whole)


def unit(e: Evidence) -> list[Entry]:
    """The arrays of numbers in [0, 1] that hold others."""
    return [each for each in e.entries.values() if e.domain_of(each) == UNIT and is_out(each)]


def is_out(entry: Entry) -> bool:
    announced = entry.holds_only(0, 1, 255) and not entry.holds_only(0, 255)  # an id to be ignored
    return entry.outside is not None and bool(entry.outside.any()) and not announced


def logits_as_probabilities(e: Evidence) -> Cause | None:
    for entry in unit(e):
        if entry is e.main and (entry.low < 0 or entry.high > 1):
            seen = f"`{entry.name}` holds {span(entry.low, entry.high)}, and this loss takes probabilities"
            remedy = "give the softmax or sigmoid of it, or take the loss of logits"
            return Cause("logits given as probabilities", seen, remedy)
    return None


def percent(e: Evidence) -> Cause | None:
    for entry in unit(e):
        if entry.is_within(0, 100) and entry.high > 2 and float(np.median(entry.counted)) != 1:
            seen = f"`{entry.name}` holds {span(entry.low, entry.high)}, and may hold {entry.allowed}"
            return Cause("percent in place of fractions", seen, f"write {entry.name} / 100", sure=False)
    return None


def pixels_as_probabilities(e: Evidence) -> Cause | None:
    for entry in unit(e):
        if entry.is_within(0, 255) and entry.high > 100:
            seen = f"`{entry.name}` holds {span(entry.low, entry.high)}, as images do, and may hold {entry.allowed}"
            return Cause("images not scaled", seen, f"write {entry.name} / 255", sure=entry.high == 255)
    return None


def probabilities_as_logs(e: Evidence) -> Cause | None:
    main = e.main
    if main is None or not e.traits.logs or not main.is_within(0, 1) or main.low == main.high:
        return None
    if any(main.sums_to_one(axis) for axis in logs_axes(e, main)):
        seen = f"all of `{main.name}` lies in [0, 1], and sums to 1; this loss takes logarithms of probabilities"
        return Cause("probabilities given as log-probabilities", seen, f"give log({main.name}), from a log-softmax")
    return None


def unnormalised_logs(e: Evidence) -> Cause | None:
    main = e.main
    if main is None or not e.traits.logs or not main.counted.size:
        return None
    axes = logs_axes(e, main)
    if not axes or any(main.sums_to_one(axis, np.exp) for axis in axes):
        return None
    sums = main.sums(axes[0], np.exp)
    if not sums.size:
        return None
    seen = f"exp({main.name}) sums to {span(float(sums.min()), float(sums.max()))} along axis {axes[0]}, not to 1"
    return Cause("unnormalised log-probabilities", seen, f"give the log-softmax of `{main.name}`", sure=main.high > 0)


def logs_axes(e: Evidence, main: Entry) -> list[int]:
    """The axes along which logarithms of probabilities may be those of a distribution."""
    own = main.axis_of("C")
    return axes_of(e, main) if own is None else [own]


CAUSES = (
    (probabilities_as_logits, probabilities_as_logs, unnormalised_logs),
    (percent, pixels_as_probabilities, logits_as_probabilities),
)
