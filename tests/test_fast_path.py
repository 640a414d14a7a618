"""The fast path on NumPy: the bits of the general path, for every loss, sample and option that takes it."""

import numpy as np
import pytest

import array_losses as al
from array_losses.evaluation import delegate
from array_losses.families.classwise import Classwise
from array_losses.families.function import family_of
from array_losses.families.pointwise import Pointwise
from conformance.case import cases

SHORT = [case for case in cases() if isinstance(family_of(case.loss), Classwise | Pointwise)]
GENERAL = {
    "soft_cross_entropy": "probabilities of classes",
}
"""Those that have the general path alone, and why."""
DTYPES = ("float32", "float64")


def general(loss):
    """The loss by the general path."""
    return lambda *args, **kwargs: family_of(loss).call(*args, **kwargs)


def calls(case, dtype):
    """The arrays and options of all samples, floating numbers in one precision."""

    def cast(value):
        with np.errstate(over="ignore"):
            return value.astype(dtype) if getattr(getattr(value, "dtype", None), "kind", "") == "f" else value

    for sample in case.samples(np.random.default_rng(0)):
        for reduction in ("mean", "sum"):
            options = {name: cast(each) for name, each in sample.options.items()}
            yield sample.label, tuple(map(cast, sample.arrays)), options | {"reduction": reduction}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", SHORT, ids=lambda case: case.name)
def test_short_calls_give_the_same_bits(case, dtype):
    family, taken = family_of(case.loss), 0
    for label, arrays, options in calls(case, dtype):
        found = delegate(family, arrays, options)
        if found is None:
            continue
        taken += 1
        expected = family.call(*arrays, **options)
        assert (found, found.dtype) == (expected, expected.dtype), label
        value, gradient = al.value_and_grad(case.loss)(*arrays, **options)
        _, wanted = al.value_and_grad(general(case.loss))(*arrays, **options)
        assert (value, gradient.dtype) == (expected, wanted.dtype), label
        np.testing.assert_array_equal(gradient, wanted, label)
    assert (taken > 2) == (case.name not in GENERAL)
