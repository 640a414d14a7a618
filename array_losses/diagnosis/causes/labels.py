"""Causes in the labels."""

from __future__ import annotations

import numpy as np

from ...domains import SIGNS
from ...families.labels import Probabilities
from ...families.roles import Real
from ..entries import Entry, places
from ..evidence import Evidence
from .cause import Cause, number, span, spot

IGNORED = (-100, -1, 255, 254, 65535)
"""The ids that data sets mark with what is to be ignored."""


def bad_of(entry: Entry) -> np.ndarray:
    """The values outside what an array may hold."""
    return np.unique(entry.values[entry.outside]) if entry.outside is not None else np.zeros(0)


def labels_of(e: Evidence) -> list[Entry]:
    """The arrays of labels of two classes."""
    return [each for each in e.truths if isinstance(each.role, Real) and each.role.labels and e.domain_of(each)]


def off_by_one(e: Evidence) -> Cause | None:
    for entry in e.ids:
        if bad_of(entry).tolist() == [e.classes] and entry.low >= 1 and e.classes > 1:
            seen = f"`{entry.name}` holds {span(entry.low, entry.high)}, for {e.classes} classes; ids count from 0"
            return Cause("labels off by one", seen, f"write {entry.name} - 1")
    return None


def unannounced_ignore(e: Evidence) -> Cause | None:
    for entry in [*e.ids, *labels_of(e)]:
        bad = bad_of(entry)
        of_ids = entry in e.ids
        others = not of_ids and (entry.holds_only(-1, 1) or entry.holds_only(0, 255))  # signs, or a mask as an image
        if len(bad) != 1 or float(bad[0]) not in IGNORED or others:
            continue
        assert entry.outside is not None
        share = np.count_nonzero(entry.outside) / max(entry.values.size, 1)
        found = number(float(bad[0]))
        seen = f"{share:.1%} of `{entry.name}` is {found}, and nothing else is out of {entry.allowed}"
        by_id = "ignore_index" in e.options and of_ids
        remedy = f"ignore_index={found}" if by_id else f"where={entry.name} != {found}"
        image = of_ids and entry.holds_only(0, 255) and entry.low == 0
        drawn = f"; if it is the foreground of a mask drawn as an image, write {entry.name} // 255" if image else ""
        return Cause("unannounced ignore id", seen, f"if {found} marks what is to be ignored, write {remedy}{drawn}")
    return None


def out_of_range(e: Evidence) -> Cause | None:
    for entry in e.truths if e.failed else ():
        if entry.kind in "iu" and not isinstance(entry.role, Real) and bad_of(entry).size:
            assert entry.outside is not None
            found, bad = places(entry.outside), bad_of(entry)
            seen = f"{found.count} of `{entry.name}` lie out of {entry.allowed or 'their range'}: "
            seen += f"{span(float(bad[0]), float(bad[-1]))}{spot(found)}"
            return Cause("labels out of range", seen, "give the model as many classes as there are, or mend the labels")
    return None


def signs_for_bits(e: Evidence) -> Cause | None:
    for entry in labels_of(e):
        if e.domain_of(entry) != SIGNS and entry.holds_only(-1, 1) and entry.low == -1:
            seen = f"`{entry.name}` holds -1 and 1; this loss takes labels of 0 and 1"
            by_option = ' (or labels="pm1")' * (e.options.get("labels") == "01")
            return Cause("labels -1 and 1 in place of 0 and 1", seen, f"write ({entry.name} + 1) / 2{by_option}")
    return None


def bits_for_signs(e: Evidence) -> Cause | None:
    for entry in labels_of(e):
        if e.domain_of(entry) == SIGNS and entry.holds_only(0, 1) and entry.low == 0:
            seen = f"`{entry.name}` holds 0 and 1; this loss takes labels of -1 and 1"
            by_option = ' (or labels="01")' * (e.options.get("labels") == "pm1")
            return Cause("labels 0 and 1 in place of -1 and 1", seen, f"write 2 * {entry.name} - 1{by_option}")
    return None


def not_sum_to_one(e: Evidence) -> Cause | None:
    if e.options.get("activation") == "sigmoid" or e.geometry is None:
        return None
    for entry in e.truths:
        soft = isinstance(entry.role, Probabilities)
        own = isinstance(entry.role, Real) and not entry.role.labels and e.domain_of(entry) is not None
        if not entry.is_floating or not (soft or (own and entry.allowed == "[0, 1]")) or not entry.counted.size:
            continue
        axes = axes_of(e, entry) if own or e.traits.logits else []
        if axes and entry.sums(axes[0]).size and not any(entry.sums_to_one(axis) for axis in axes):
            sums = entry.sums(axes[0])
            seen = f"`{entry.name}` sums to {span(float(sums.min()), float(sums.max()))} along axis {axes[0]}"
            remedy = "divide it by its sum; for labels that do not exclude each other take a loss for several labels"
            return Cause("soft labels that do not sum to 1", seen, remedy, sure=False)
    return None


def axes_of(e: Evidence, entry: Entry) -> list[int]:
    """The axes along which an array may be a distribution."""
    if e.class_axis is not None:
        return [e.class_axis]
    ndim = entry.values.ndim
    return sorted({ndim - 1, min(1, ndim - 1)}, reverse=True) if ndim else []


def one_class(e: Evidence) -> Cause | None:
    if e.classes == 1 and e.traits.logits and e.value == 0 and e.options.get("activation") != "sigmoid":
        seen = "there is one class, whose probability is 1 whatever the logits"
        return Cause("one class only", seen, "take a loss of binary logits, or give two classes")
    return None


CAUSES = (
    (off_by_one, signs_for_bits, bits_for_signs, unannounced_ignore, out_of_range),
    (not_sum_to_one,),
    (one_class,),
)
