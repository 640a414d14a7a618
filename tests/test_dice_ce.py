"""Dice-CE: class ids of any dtype, and sums that merge."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

import array_losses as al

rng = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int64])
def test_ids_of_any_dtype(dtype):
    """In 8 bits without a sign, 156 is what -100 is, and no less a class."""
    x, y = rng.normal(size=(2, 200, 4)).astype(np.float32), np.full((2, 4), 156)
    wanted = al.dice_ce_loss(x, y, activation="sigmoid")
    for found in (
        al.dice_ce_loss(x, y.astype(dtype), activation="sigmoid"),
        al.dice_ce_loss(torch.tensor(x), torch.tensor(y.astype(dtype)), activation="sigmoid"),
    ):
        assert_allclose(found, wanted, rtol=1e-6)


def test_compositions_of_it_merge_in_one_order():
    x, y = rng.normal(size=(2, 3, 4)), rng.integers(0, 3, (2, 4))
    loss, turned = al.DiceCELoss() + al.CrossEntropyLoss(), al.CrossEntropyLoss() + al.DiceCELoss()
    one = loss(x, y, reduction="sums")
    assert_allclose((one + one).loss("sum"), 2 * loss(x, y, reduction="sum"), rtol=1e-12)
    with pytest.raises(al.errors.MergeError, match="compositions of different losses"):
        one + turned(x, y, reduction="sums")
