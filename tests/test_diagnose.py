"""`diagnose` names the cause: the commonest slips, and calls where nothing is wrong."""

import numpy as np
import pytest

import array_losses as al

RNG = np.random.default_rng(20260701)
LOGITS, IDS = RNG.normal(size=(16, 5)), np.arange(16) % 5
SCORES, BITS = RNG.normal(size=24) * 2, np.arange(24) % 2
PREDICTED, TRUE = RNG.normal(size=24), RNG.normal(size=24)
MAPS, PIXELS = RNG.normal(size=(2, 3, 8, 8)), RNG.integers(0, 3, (2, 8, 8))
IMAGES = RNG.uniform(0, 1, (2, 3, 8, 8))


def softmax(x, axis=1):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def put(array, index, value):
    changed = array.copy()
    changed[index] = value
    return changed


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


P, Q = sigmoid(SCORES), softmax(RNG.normal(size=(16, 5)))
ONE_HOT, PADDED = np.eye(5)[IDS], np.arange(16) >= 13
HUGE = LOGITS * 1e5
OPPOSITE = 80 * (1 - 2 * (np.moveaxis(np.eye(3)[PIXELS], -1, 1)))
TOKENS, LENGTHS = RNG.integers(1, 4, (2, 5)), np.array([5, 5])

with np.errstate(over="ignore"):
    HALF = put(LOGITS * 1e3, (3, 1), 1e9).astype(np.float16)

CAUSES = {
    # labels
    "labels off by one": [(al.cross_entropy, LOGITS, IDS + 1), (al.dice_loss, MAPS, PIXELS + 1)],
    "unannounced ignore id": [
        (al.cross_entropy, MAPS, put(PIXELS, np.s_[:, 0], 255)),
        (al.focal_loss, LOGITS, put(IDS, 3, -1)),
        (al.dice_ce_loss, MAPS, np.full((2, 8, 8), 255)),
        (al.BCEWithLogitsLoss(), SCORES, put(BITS, 3, 255)),
        (al.DiceLoss(ignore_index=255), MAPS, put(PIXELS, np.s_[0, 0, :2], -100)),
    ],
    "labels out of range": [(al.cross_entropy, LOGITS, put(IDS, 4, 9)), (al.nll_loss, np.log(Q), put(IDS, 4, -7))],
    "one-hot labels as class ids": [(al.cross_entropy, LOGITS, ONE_HOT.astype(int))],
    "class ids as floats": [(al.cross_entropy, LOGITS, IDS * 1.0), (al.nll_loss, np.log(Q), IDS * 1.0)],
    "soft labels that do not sum to 1": [
        (al.cross_entropy, LOGITS, 0.5 * Q),
        (al.soft_cross_entropy, LOGITS, 0.5 * Q),
        (al.kl_div, np.log(Q), 0.5 * Q),
    ],
    "labels -1 and 1 in place of 0 and 1": [
        (al.binary_cross_entropy_with_logits, SCORES, 2 * BITS - 1),
        (al.sigmoid_focal_loss, SCORES, 2.0 * BITS - 1),
        (al.HingeLoss(labels="01"), SCORES, 2 * BITS - 1),
    ],
    "labels 0 and 1 in place of -1 and 1": [(al.hinge_loss, SCORES, BITS), (al.soft_margin_loss, SCORES, BITS)],
    "labels first": [(al.cross_entropy, IDS, LOGITS), (al.binary_cross_entropy_with_logits, 1.0 * BITS, SCORES)],
    "one class only": [(al.cross_entropy, LOGITS[:, :1], 0 * IDS)],
    # shapes
    "(N, 1) beside (N,)": [
        (al.mse_loss, PREDICTED[:, None], TRUE),
        (al.mse_loss, PREDICTED, TRUE[:, None]),
        (al.cross_entropy, LOGITS, IDS[:, None]),
        (al.binary_cross_entropy_with_logits, SCORES[:, None], BITS),
    ],
    "wrong class axis": [
        (al.cross_entropy, np.moveaxis(MAPS, 1, -1), PIXELS),
        (al.dice_loss, np.moveaxis(MAPS, 1, -1), PIXELS),
        (al.nll_loss, np.log(np.moveaxis(softmax(MAPS[:, :, 0, :3]), 1, -1)), PIXELS[:, 0, :3]),
    ],
    # scales
    "probabilities given as logits": [
        (al.cross_entropy, Q, IDS),
        (al.binary_cross_entropy_with_logits, P, BITS),
        (al.dice_loss, softmax(MAPS), PIXELS),
        (al.focal_loss, Q, IDS),
        (al.lovasz_softmax_loss, softmax(MAPS), PIXELS),
        (0.5 * al.DiceLoss() + al.CrossEntropyLoss(), softmax(MAPS), PIXELS),
    ],
    "logits given as probabilities": [
        (al.binary_cross_entropy, SCORES, BITS),
        (al.DiceLoss(activation=None), MAPS, PIXELS),
        (al.GeneralizedCrossEntropyLoss(from_logits=False), LOGITS, IDS),
    ],
    "probabilities given as log-probabilities": [(al.nll_loss, Q, IDS), (al.kl_div, Q, softmax(LOGITS))],
    "unnormalised log-probabilities": [
        (al.nll_loss, LOGITS, IDS),
        (al.kl_div, LOGITS, Q),
        (al.ctc_loss, RNG.normal(size=(9, 2, 4)), TOKENS, np.array([9, 9]), np.array([2, 3])),
    ],
    "percent in place of fractions": [
        (al.binary_cross_entropy, 100 * P, BITS),
        (al.binary_cross_entropy, P, put(100.0 * P, 0, 0.0)),
    ],
    "images not scaled": [
        (al.mse_loss, 255 * IMAGES, IMAGES),
        (al.l1_loss, IMAGES, (255 * IMAGES).astype(np.uint8)),
        (al.binary_cross_entropy_with_logits, SCORES, 255 * BITS),
    ],
    "arrays of different scales": [
        (al.mse_loss, PREDICTED, 2e5 * np.exp(TRUE)),
        (al.box_iou_loss, np.arange(32.0).reshape(8, 4) + 300, np.arange(32.0).reshape(8, 4) / 32),
    ],
    "a ratio to 0": [(al.mape_loss, PREDICTED, put(TRUE, 3, 0.0))],
    # numbers
    "NaN in padding": [
        (al.cross_entropy, put(LOGITS, PADDED, np.nan), IDS),
        (al.mse_loss, put(PREDICTED, np.s_[-4:], np.nan), TRUE),
        (al.cross_entropy, LOGITS, IDS, {"sample_weight": put(np.ones(16), PADDED, np.nan)}),
    ],
    "NaN in an array": [
        (al.cross_entropy, put(LOGITS, (2, 3), np.nan), IDS),
        (al.mse_loss, PREDICTED, put(TRUE, 5, np.nan)),
        (al.cross_entropy, LOGITS, IDS, {"weight": [1.0, 1.0, np.nan, 1.0, 1.0]}),
    ],
    "half-precision overflow": [(al.cross_entropy, HALF, IDS)],
    "infinite target": [(al.mse_loss, PREDICTED, put(TRUE, 5, np.inf))],
    "infinite input": [(al.huber_loss, put(PREDICTED, 7, np.inf), TRUE)],
    "exploded logits": [(al.cross_entropy, HUGE, IDS), (al.binary_cross_entropy_with_logits, 1e6 * SCORES, BITS)],
    "exploded predictions": [(al.mse_loss, 1e12 * PREDICTED, TRUE)],
    "overflow": [(al.poisson_nll_loss, np.full(3, 90, np.float32), np.ones(3))],
    "log of 0": [
        (al.binary_cross_entropy, 1.0 - BITS, BITS),
        (al.nll_loss, put(np.log(Q), (2, IDS[2]), -np.inf), IDS),
        (al.cross_entropy, put(np.log(Q), (2, IDS[2]), -np.inf), IDS),
    ],
    "targets longer than the input": [
        (al.ctc_loss, np.log(softmax(RNG.normal(size=(3, 2, 4)), 2)), TOKENS, [3, 3], LENGTHS)
    ],
    # masks and weights
    "empty batch": [(al.cross_entropy, LOGITS[:0], IDS[:0]), (al.dice_ce_loss, MAPS[:0], PIXELS[:0])],
    "a mask that leaves nothing": [
        (al.cross_entropy, LOGITS, IDS, {"where": np.zeros(16, bool)}),
        (al.dice_loss, MAPS, PIXELS, {"where": np.zeros((2, 8, 8), bool)}),
    ],
    "everything ignored": [
        (al.cross_entropy, LOGITS, np.full(16, -100)),
        (al.DiceLoss(ignore_index=255), MAPS, np.full((2, 8, 8), 255)),
    ],
    "weights that sum to 0": [
        (al.cross_entropy, LOGITS, IDS, {"sample_weight": np.zeros(16)}),
        (al.cross_entropy, LOGITS, 0 * IDS, {"weight": [0.0, 1, 1, 1, 1]}),
    ],
    "a normalizer of 0": [(al.cross_entropy, LOGITS, IDS, {"normalizer": 0})],
    "negative weights": [(al.CrossEntropyLoss(weight=[1, 1, -3, 1, 1]), LOGITS, IDS)],
    "a sum, not a mean": [(al.mse_loss, 5 * PREDICTED, TRUE, {"reduction": "sum"})],
    # gradients
    "vanishing gradient": [
        (al.dice_loss, OPPOSITE, PIXELS),
        (al.welsch_loss, PREDICTED + 50, TRUE),
        (al.generalized_cross_entropy, 90 * (1 - 2 * ONE_HOT), IDS),
    ],
}
CALLS = [(name, number, call) for name, calls in CAUSES.items() for number, call in enumerate(calls)]


def report(call):
    loss, *arrays = call
    options = arrays.pop() if isinstance(arrays[-1], dict) else {}
    return al.diagnose(loss, *arrays, **options)


@pytest.mark.parametrize(("name", "call"), [pytest.param(n, c, id=f"{n} {i}") for n, i, c in CALLS])
def test_the_cause_is_named_first(name, call):
    found = report(call)
    assert found.cause == name, str(found)
    assert f"  {name}\n" in str(found)
    assert found.to_dict()["causes"][0]["name"] == name


HEALTHY = {
    "logits": (al.cross_entropy, LOGITS, IDS),
    "float32": (al.cross_entropy, LOGITS.astype(np.float32), IDS),
    "half": (al.cross_entropy, LOGITS.astype(np.float16), IDS),
    "zeros": (al.cross_entropy, 0 * LOGITS, IDS),
    "soft": (al.cross_entropy, LOGITS, Q),
    "smoothed one-hot": (al.cross_entropy, LOGITS, 0.9 * ONE_HOT + 0.02),
    "excluded class": (al.cross_entropy, put(LOGITS, np.s_[:, 4], -np.inf), IDS % 4),
    "ignored": (al.cross_entropy, LOGITS, put(IDS, 3, -100)),
    "ignored 255": (al.CrossEntropyLoss(ignore_index=255), LOGITS, put(IDS, 3, 255)),
    "binary map ignored": (
        al.DiceLoss(axis=None, activation="sigmoid", ignore_index=255),
        MAPS[:, 0],
        put(PIXELS % 2, 0, 255),
    ),
    "masked NaN": (al.cross_entropy, put(LOGITS, PADDED, np.nan), put(IDS, 15, 99), {"where": ~PADDED}),
    "masked infinity": (al.mse_loss, put(PREDICTED, 3, np.inf), TRUE, {"where": np.arange(24) != 3}),
    "zero weights": (al.cross_entropy, LOGITS, IDS, {"sample_weight": 1.0 * ~PADDED}),
    "probabilities": (al.binary_cross_entropy, P, BITS),
    "certain and right": (al.binary_cross_entropy, 1.0 * BITS, BITS),
    "binary logits": (al.binary_cross_entropy_with_logits, SCORES, BITS),
    "signs": (al.hinge_loss, SCORES, 2 * BITS - 1),
    "logs": (al.nll_loss, np.log(Q), IDS),
    "divergence": (al.kl_div, np.log(Q), softmax(LOGITS)),
    "regression": (al.mse_loss, PREDICTED, TRUE),
    "regression of large numbers": (al.mse_loss, 1e5 * PREDICTED, 1e5 * TRUE),
    "images": (al.mse_loss, IMAGES, IMAGES / 2),
    "distances": (al.hinge_embedding_loss, np.abs(P), 2 * BITS - 1),
    "nothing to learn": (al.mse_loss, TRUE, TRUE),
    "dice": (al.dice_loss, MAPS, PIXELS),
    "dice of probabilities": (al.DiceLoss(activation=None), softmax(MAPS), PIXELS),
    "dice of maps": (al.dice_loss, MAPS, np.moveaxis(np.eye(3, dtype=int)[PIXELS], -1, 1)),
    "dice and cross-entropy": (al.dice_ce_loss, MAPS, PIXELS),
    "composition": (0.5 * al.DiceLoss() + al.CrossEntropyLoss(), MAPS, PIXELS),
    "channels last": (al.CrossEntropyLoss(axis=-1), np.moveaxis(MAPS, 1, -1), PIXELS),
    "a small sum": (al.mse_loss, PREDICTED, TRUE, {"reduction": "sum"}),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_is_said_of_what_is_right(name):
    found = report(HEALTHY[name])
    assert not found.causes, str(found)
    assert found.error is None
    assert "nothing looks wrong" in str(found)
