"""Samples made of samples follow from the letters of a layout alone, in whatever order they lie."""

import numpy as np
import pytest

import array_losses as al
from array_losses.families.declared import declared
from array_losses.families.layout import layout
from array_losses.families.roles import Labels, Real
from conformance.case import Case, Sample, cases, reductions
from conformance.check import drawn
from conformance.transformations import Arrangement, full, hidden, kept, taken


@declared(
    layout({"scores": Real("T N C"), "target": Labels("N S"), "lengths": Labels("N")}, returns="N"), tasks=("sequence",)
)
def sequence_loss(scores, target, lengths, **options):
    """A loss of sequences, the time first."""


CASE = Case("sequence_loss", sequence_loss, None, None, differentiable=("scores",))
MASK = np.array([True, False, True])


@pytest.fixture
def sample(rng):
    arrays = rng.normal(size=(5, 3, 2)), rng.integers(0, 2, (3, 4)), np.array([5, 3, 4])
    return Sample("sequences", arrays, {"sample_weight": np.array([0.5, 2.0, 1.0])})


def test_sequences_are_taken_along_their_second_axis(sample):
    scores, target, lengths = sample.arrays
    assert Arrangement(CASE, sample).batch == 3
    for found in (taken(CASE, sample, [0, 2]), kept(CASE, sample, MASK)):
        for given, wanted in zip(found.arrays, (scores[:, MASK], target[MASK], lengths[MASK]), strict=True):
            np.testing.assert_array_equal(given, wanted)
        np.testing.assert_array_equal(found.options["sample_weight"], [0.5, 1.0])


def test_a_masked_sequence_is_hidden_at_all_times(sample):
    scores, target, lengths = hidden(CASE, sample, MASK).arrays
    assert not np.isfinite(scores[:, 1]).any()
    assert (target[1] == 99).all()
    assert lengths[1] == 99
    for given, before in zip((scores[:, MASK], target[MASK], lengths[MASK]), sample.arrays, strict=True):
        np.testing.assert_array_equal(given, before[:, MASK] if before.ndim == 3 else before[MASK])


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_letters_say_the_shape_of_the_unreduced_loss(case):
    """Regional losses, whose mask reaches inside, may leave the background out of the classes."""
    if reductions(case.loss)[0] != "none":
        with pytest.raises(al.OptionError, match="`reduction` must be"):
            case.loss(*drawn(case)[0].arrays, reduction="none")
        return
    for sample in drawn(case):
        how = Arrangement(case, sample)
        axes, sizes = how.sizes.axes(how.layout.returns), how.sizes.shape(how.layout.returns)
        found = np.shape(case.loss(*sample.arrays, **sample.options, reduction="none"))
        assert len(found) == len(sizes), sample.label
        for (letter, _), size, own in zip(axes, sizes, found, strict=True):
            assert own == size or (how.layout.inner and letter == "C" and own == size - 1), sample.label


def test_every_sample_has_its_entry():
    for case in cases():
        for sample in drawn(case):
            how = Arrangement(case, sample)
            for name, array in full(case, sample).items():
                assert all(array.shape[axis] == how.batch for axis in how.along(name, how.samples)), sample.label
