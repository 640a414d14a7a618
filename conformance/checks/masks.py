"""A masked call is the call without what is masked, and what is masked changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, chosen
from ..comparison import compare, compared, evaluated, gradients, precisions
from ..transformations import additive, floating, hidden, kept, kind, layout, mask_shape, masked, named, rows, taken

PATTERN = (True, False, True, True, False)


def subset(case: Case, sample: Sample) -> np.ndarray:
    """A mask of the places: the same for every sample where these must stay in rows."""
    shape = mask_shape(case, sample)
    if kind(case) in ("Regional", "Samplewise"):
        inner = shape[1:]
        return np.array(np.broadcast_to(np.resize(PATTERN, inner).reshape(inner), shape))
    return np.resize(PATTERN, shape).reshape(shape)


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    mask = subset(case, sample)
    whole = leaves_no_hole(case, sample)
    for dtype in precisions(backend):
        if whole:
            yield from left_out_places(case, backend, sample, mask, dtype)
        if kind(case) in ("Regional", "Samplewise") and len(mask) > 1:
            yield from left_out_samples(case, backend, sample, dtype)
        yield from hidden_places(case, backend, sample, mask, dtype)


def leaves_no_hole(case: Case, sample: Sample) -> bool:
    """Whether what is masked can be left out, so that full arrays remain: not items of lists, nor one of two levels."""
    if kind(case) != "Declared":
        return True
    found = layout(case, sample)[0]
    return not found.inner and all(set(found.where) <= set(role.letters) for role in found.roles.values())


def left_out_places(case: Case, backend: Backend, sample: Sample, mask: np.ndarray, dtype: str) -> Iterator[Finding]:
    """Elements, positions, pixels or default boxes."""
    found = evaluated(case, backend, masked(case, sample, mask), dtype)
    wanted = evaluated(case, backend, kept(case, sample, mask), dtype)
    if kind(case) in ("Pointwise", "Classwise") or (kind(case) == "Declared" and additive(case)):
        rest = found["none"][~mask]
        yield compare(f"{dtype}, masked, none", backend, rest, np.zeros_like(rest), dtype, limit=0.0)
        found["none"] = found["none"][mask]
    elif not additive(case):
        found["none"] = found["none"][mask][:, mask]
    yield from compared("masked against left out", case, backend, sample, found, wanted, dtype)


def left_out_samples(case: Case, backend: Backend, sample: Sample, dtype: str) -> Iterator[Finding]:
    """The second sample, with all it has."""
    shape = mask_shape(case, sample)
    others = np.arange(shape[0]) != 1
    mask = np.broadcast_to(others.reshape(-1, *(1 for _ in shape[1:])), shape)
    found = evaluated(case, backend, masked(case, sample, mask), dtype)
    wanted = evaluated(case, backend, taken(case, sample, np.flatnonzero(others)), dtype)
    if rows(case, sample) is not None and not sample.options.get("batch"):
        rest = found["none"][~others]
        yield compare(f"{dtype}, masked sample, none", backend, rest, np.zeros_like(rest), dtype, limit=0.0)
        found["none"] = found["none"][others]
    yield from compared("masked sample against left out", case, backend, sample, found, wanted, dtype)


def hidden_places(case: Case, backend: Backend, sample: Sample, mask: np.ndarray, dtype: str) -> Iterator[Finding]:
    """NaN, infinities and bad ids: neither the values nor the gradients tell that they are there."""
    clean = masked(case, sample, mask)
    spoiled = hidden(case, clean, mask)
    found, wanted = (evaluated(case, backend, each, dtype) for each in (spoiled, clean))
    yield from compared("nan under the mask", case, backend, sample, found, wanted, dtype)
    names = [list(named(case, sample))[i] for i in floating(case, sample)]
    pairs = zip(names, *(gradients(case, backend, each, dtype)[1] for each in (spoiled, clean)), strict=True)
    for name, slope, expected in pairs:
        yield compare(f"{dtype}, nan under the mask, gradient of {name}", backend, slope, expected, dtype)


CHECK = Check("masks", "A masked call is the call without what is masked, whatever that is.", run, chosen)
