"""Causes in single numbers: NaN, infinities, overflow, logarithms of 0."""

from __future__ import annotations

import numpy as np

from ...families.roles import Logits
from ..entries import places
from ..evidence import Evidence
from .cause import Cause, number, spot

HALF = ("float16", "bfloat16")
LARGE_LOGIT, LARGE = 1e3, 1e6
LOG_OF_0 = 50.0
"""The loss of an element that only the logarithm of a tiny number gives."""


def nan_in_padding(e: Evidence) -> Cause | None:
    for entry in e.entries.values() if e.failed else ():
        found = entry.nan & entry.kept
        if not found.any() or (entry.is_weight and entry.values.ndim < 1):
            continue
        rows, total = padded_rows(found, e.class_axis if entry is e.main else None)
        if rows:
            seen = f"`{entry.name}` is NaN in {rows} of {total} rows, wholly, and nowhere else{spot(places(found))}"
            remedy = "where they are padding, mask them: where=mask, False for padding (NaN * 0 is NaN)"
            return Cause("NaN in padding", seen, remedy)
    return None


def padded_rows(found: np.ndarray, axis: int | None) -> tuple[int, int]:
    """The number of rows that are wholly NaN, and of all; 0 where others hold NaN too, or all do."""
    if found.ndim == 1 and axis is None:  # a row is an element: the last ones
        count = int(np.count_nonzero(found))
        return (count if 0 < count < found.size and found[-count:].all() else 0), found.size
    if found.ndim == 0 or found.ndim == 1:
        return 0, 0
    for axes in ((found.ndim - 1 if axis is None else axis,), tuple(range(1, found.ndim))):
        whole, some = np.all(found, axis=axes), np.any(found, axis=axes)
        if some.any() and not some.all() and np.array_equal(whole, some):
            return int(np.count_nonzero(whole)), whole.size
    return 0, 0


def nan_in_array(e: Evidence) -> Cause | None:
    for entry in e.entries.values() if e.failed else ():
        found = places(entry.nan & entry.kept)
        if found.count:
            seen = f"{found.count} of {entry.values.size} in `{entry.name}` are NaN{spot(found)}"
            remedy = "find out what made them before the loss" + " (data with gaps?)" * (entry is not e.main)
            return Cause("NaN in an array", seen, remedy)
    return None


def half_overflow(e: Evidence) -> Cause | None:
    for entry in e.entries.values():
        found = places(entry.infinite & entry.kept)
        if entry.dtype in HALF and found.count and e.failed:
            most = "65504" if entry.dtype == "float16" else "3.4e38"
            seen = f"{found.count} of `{entry.name}` are infinite in {entry.dtype}, whose largest number is {most}"
            return Cause(
                "half-precision overflow", seen + spot(found), "compute it in float32 or bfloat16, or scale it"
            )
    for name, g in e.gradient.items():
        entry = e.entries[name]
        found = places(np.isinf(g))
        if entry.dtype in HALF and found.count and entry.finite.all():
            seen = f"the gradient by `{name}` overflows in {entry.dtype} at {found.count} places{spot(found)}"
            return Cause("half-precision overflow", seen, "scale the loss down, or compute in float32 or bfloat16")
    return None


def infinite_target(e: Evidence) -> Cause | None:
    for entry in e.truths if e.failed else ():
        found = places(entry.infinite & entry.kept)
        if found.count and "target" in entry.name:
            seen = f"{found.count} of `{entry.name}` are infinite{spot(found)}"
            return Cause("infinite target", seen, "mend the data, or mask them: where=isfinite(...)")
    return None


def log_of_zero(e: Evidence) -> Cause | None:
    main = e.main
    if main is None or not e.parts:
        return None
    costly = np.abs(e.parts[-1].losses)
    costly = (costly >= LOG_OF_0) | np.isnan(costly)
    domain = e.domain_of(main)
    at_bound = (
        main.infinite & (main.numbers < 0) if e.traits.logs or e.traits.logits else np.zeros(main.values.shape, bool)
    )
    if domain is not None and domain.closed:
        at_bound = at_bound | (main.numbers == domain.low) | (main.numbers == domain.high)
    at_bound = at_bound & main.kept
    found = places(at_bound & costly if at_bound.shape == costly.shape else at_bound)
    if not found.count or not costly.any() or (domain is None and not e.failed):
        return None
    value = number(float(main.numbers[found.first[0]]))
    seen = f"`{main.name}` is {value} where the target wants something else, at {found.count} places{spot(found)}"
    remedy = "give logits to the loss that takes them: a softmax or sigmoid rounds to 0 and 1, and log 0 is -inf"
    return Cause("log of 0", seen, remedy)


def infinite_input(e: Evidence) -> Cause | None:
    for entry in e.entries.values() if e.failed else ():
        found = places(entry.infinite & entry.kept)
        if found.count:
            seen = f"{found.count} of {entry.values.size} in `{entry.name}` are infinite{spot(found)}"
            return Cause(
                "infinite input", seen, "the model overflowed: look at its weights, the learning rate, the dtype"
            )
    return None


def exploded_logits(e: Evidence) -> Cause | None:
    for entry in e.entries.values():
        logits = isinstance(entry.role, Logits) or (entry is e.main and e.traits.logits)
        most = max(abs(entry.low), abs(entry.high))
        if logits and most > LARGE_LOGIT:
            seen = f"`{entry.name}` holds up to {number(most)} in size; logits beyond 100 are certainty already"
            remedy = (
                "lower the learning rate, clip the gradient, normalise the input; look for the step where they grew"
            )
            return Cause("exploded logits", seen, remedy, sure=bool(e.failed or abs(e.value) > 10))
    return None


def exploded_predictions(e: Evidence) -> Cause | None:
    main = e.main
    if main is None or e.traits.logits or not main.counted.size:
        return None
    most, usual = max(abs(main.low), abs(main.high)), max([1.0, *[max(abs(t.low), abs(t.high)) for t in e.truths]])
    if main.is_floating and most > LARGE and most > 1e4 * usual:
        seen = f"`{main.name}` holds up to {number(most)} in size, the other arrays {number(usual)}"
        remedy = "lower the learning rate, clip the gradient; look for the step where it grew"
        return Cause("exploded predictions", seen, remedy)
    return None


def overflow(e: Evidence) -> Cause | None:
    if not e.parts or not all(bool(np.all(each.finite | ~each.kept)) for each in e.entries.values()):
        return None
    bad = any(each.outside is not None and each.outside.any() for each in e.entries.values())
    losses = [each for each in e.parts if not np.all(np.isfinite(each.losses))]
    if losses and not bad and not e.error and e.main is not None:
        found = places(~np.isfinite(losses[0].losses))
        most = max(abs(e.main.low), abs(e.main.high))
        seen = f"all numbers are finite, up to {number(most)}, and {found.count} losses are not{spot(found)}"
        if most < LOG_OF_0:
            return Cause("log of 0", seen, "within the formula there is a logarithm of 0, or a division by it")
        return Cause("overflow", seen, f"the formula overflows in {losses[0].losses.dtype}: scale the arrays down")
    return None


CAUSES = (
    (nan_in_padding, nan_in_array),
    (half_overflow, infinite_target, log_of_zero, infinite_input, exploded_logits, exploded_predictions, overflow),
)
