"""A masked call is the call without what is masked, and what is masked changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..backends import Backend
from ..case import Case, Sample
from ..check import Check, Finding, chosen
from ..comparison import compare, compared, evaluated, gradients, precisions
from ..reference import per_sample
from ..transformations import Arrangement, floating, hidden, kept, masked, named, placed, replaced, taken

PATTERN = (True, False, True, True, False)


def subset(case: Case, sample: Sample) -> np.ndarray:
    """A mask of the places: the same for every sample where these stay apart."""
    how = Arrangement(case, sample)
    shape = how.mask_shape[1:] if how.apart else how.mask_shape
    return np.array(np.broadcast_to(np.resize(PATTERN, shape).reshape(shape), how.mask_shape))


def run(case: Case, backend: Backend, sample: Sample) -> Iterator[Finding]:
    mask = subset(case, sample)
    how = Arrangement(case, sample)
    for dtype in precisions(backend):
        if leaves_no_hole(how):
            yield from left_out_places(case, backend, sample, mask, dtype)
        if how.apart and len(mask) > 1:
            yield from left_out_samples(case, backend, sample, dtype)
        yield from hidden_places(case, backend, sample, mask, dtype)


def leaves_no_hole(how: Arrangement) -> bool:
    """Whether what is masked can be left out, so that full arrays remain: not items of lists, nor one of two levels."""
    places = set(how.places)
    whole = all(places <= set(letters) or not places & set(letters) for letters in how.letters.values())
    return whole and (how.apart or set(how.layout.inner) <= {how.samples})


def left_out_places(case: Case, backend: Backend, sample: Sample, mask: np.ndarray, dtype: str) -> Iterator[Finding]:
    """Elements, positions, pixels or default boxes."""
    found = evaluated(case, backend, masked(case, sample, mask), dtype)
    wanted = evaluated(case, backend, kept(case, sample, mask), dtype)
    how = Arrangement(case, sample)
    if how.layout.returns == how.layout.where:
        rest = found["none"][~mask]
        yield compare(f"{dtype}, masked, none", backend, rest, np.zeros_like(rest), dtype, limit=0.0)
    if "none" in found:
        found["none"] = how.left(how.layout.returns, found["none"], mask)
    yield from compared("masked against left out", case, backend, sample, found, wanted, dtype)


def left_out_samples(case: Case, backend: Backend, sample: Sample, dtype: str) -> Iterator[Finding]:
    """The second sample, with all it has."""
    how = Arrangement(case, sample)
    others = np.arange(how.mask_shape[0]) != 1
    mask = per_sample(others, how.mask_shape)
    found = evaluated(case, backend, masked(case, sample, mask), dtype)
    wanted = evaluated(case, backend, taken(case, sample, np.flatnonzero(others)), dtype)
    if "none" in found and not how.pooled:
        rest = found["none"][~others]
        yield compare(f"{dtype}, masked sample, none", backend, rest, np.zeros_like(rest), dtype, limit=0.0)
        found["none"] = found["none"][others]
    yield from compared("masked sample against left out", case, backend, sample, found, wanted, dtype)


def hidden_places(case: Case, backend: Backend, sample: Sample, mask: np.ndarray, dtype: str) -> Iterator[Finding]:
    """NaN, infinities and bad ids: neither the values nor the gradients tell that they are there."""
    clean = masked(case, sample, mask)
    clean = replaced(case, clean, placed(case, clean))  # with an entry of its own at each place
    spoiled = hidden(case, clean, mask)
    found, wanted = (evaluated(case, backend, each, dtype) for each in (spoiled, clean))
    yield from compared("nan under the mask", case, backend, sample, found, wanted, dtype)
    names = [list(named(case, sample))[i] for i in floating(case, sample)]
    pairs = zip(names, *(gradients(case, backend, each, dtype)[1] for each in (spoiled, clean)), strict=True)
    for name, slope, expected in pairs:
        yield compare(f"{dtype}, nan under the mask, gradient of {name}", backend, slope, expected, dtype)


CHECK = Check("masks", "A masked call is the call without what is masked, whatever that is.", run, chosen)
