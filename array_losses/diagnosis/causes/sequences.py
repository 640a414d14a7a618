"""Causes in label sequences."""

from __future__ import annotations

import numpy as np

from ...families.sequences import Lengths, Sequences
from ..entries import places
from ..evidence import Evidence
from .cause import Cause, spot


def long_sequences(e: Evidence) -> Cause | None:
    """A target that the frames of its sample cannot spell: it has more labels, with a blank between repeated ones."""
    sequences = [each for each in e.truths if isinstance(each.role, Sequences)]
    if not sequences or not e.parts or not np.isinf(e.parts[0].losses).any():
        return None
    labels, role = sequences[0], sequences[0].role
    assert isinstance(role, Sequences)
    lengths = e.entries[role.lengths].values
    frames = [each.values for each in e.truths if isinstance(each.role, Lengths) and each.name != role.lengths]
    inside = np.arange(1, labels.values.shape[-1]) < lengths[:, None]
    needed = lengths + np.count_nonzero(inside & (np.diff(labels.values) == 0), axis=-1)
    found = places(needed > frames[0]) if frames else places(np.zeros(1, bool))
    if found.count:
        seen = f"{found.count} of `{labels.name}` need more frames than there are{spot(found)}"
        return Cause("targets longer than the input", seen, "drop these samples, or write zero_infinity=True")
    return None


CAUSES = ((long_sequences,),)
