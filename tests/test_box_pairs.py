"""The losses of pairs of boxes, worked out by hand."""

import numpy as np
import pytest

import array_losses as al

PAIRS = [
    ((0, 0, 4, 2), (0, 0, 2, 4)),
    ((0, 0, 2, 2), (3, 3, 5, 6)),
    ((1, 1, 3, 4), (0, 0, 4, 4)),
]
WORKED = {
    al.box_iou_loss: (0.666667, 1.0, 0.625),
    al.generalized_box_iou_loss: (0.916667, 1.666667, 0.625),
    al.distance_box_iou_loss: (0.729167, 1.348361, 0.632812),
    al.complete_box_iou_loss: (0.762918, 1.348606, 0.633202),
}


@pytest.mark.parametrize(("loss", "expected"), WORKED.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_by_hand(loss, expected):
    first, second = (np.array(each, dtype=float) for each in zip(*PAIRS, strict=True))
    np.testing.assert_allclose(loss(first, second, reduction="none"), expected, atol=1e-6)


def test_what_a_pair_costs_is_known_where_nothing_overlaps():
    """Of the second pair: a union of 4 + 6, no intersection, and `eps` beside both."""
    first, second = (np.array([each], dtype=float) for each in PAIRS[1])
    assert float(al.box_iou_loss(first, second, kind="log")) == pytest.approx(np.log(10 / 1e-7), rel=1e-7)
    assert float(al.box_iou_loss(first, second, kind="log", eps=0.5)) == pytest.approx(np.log(10.5 / 0.5))
