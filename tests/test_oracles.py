"""Outside oracles: what other projects say of every sample, and that nothing of it is lost or averaged away."""

import dataclasses
import os
import sys
from collections import Counter
from functools import cache

import numpy as np
import pytest

from conformance.case import cases
from conformance.oracles import ORACLES, Absent, oracle
from conformance.oracles import defects as table
from conformance.oracles.compare import compare
from conformance.oracles.defects import DEFECTS, Defect, listed, unseen

CASES = {case.name: case for case in cases()}
EQUAL = {
    "torch.nn.functional": {
        "binary_cross_entropy": 90,
        "binary_cross_entropy_with_logits": 100,
        "cross_entropy": 115,
        "label_smoothing_loss": 115,
        "linear_cross_entropy": 40,
        "nll_loss": 75,
        "huber_loss": 85,
        "l1_loss": 80,
        "mse_loss": 80,
        "smooth_l1_loss": 50,
    },
    "torchvision": {"sigmoid_focal_loss": 80, "multibox_loss": 15, "ssd_loss": 10},
    "optax": {
        "binary_cross_entropy_with_logits": 15,
        "sigmoid_focal_loss": 30,
        "cross_entropy": 30,
        "label_smoothing_loss": 30,
        "dice_loss": 25,
        "huber_loss": 15,
        "mse_loss": 14,
        "smooth_l1_loss": 15,
    },
    "keras": {
        "binary_cross_entropy": 85,
        "binary_cross_entropy_with_logits": 90,
        "sigmoid_focal_loss": 110,
        "cross_entropy": 100,
        "focal_loss": 170,
        "label_smoothing_loss": 110,
        "dice_loss": 18,
        "huber_loss": 85,
        "l1_loss": 80,
        "mse_loss": 80,
        "smooth_l1_loss": 70,
    },
    "scikit-learn": {
        "binary_cross_entropy": 10,
        "binary_cross_entropy_with_logits": 40,
        "cross_entropy": 50,
        "nll_loss": 40,
        "dice_loss": 4,
        "huber_loss": 45,
        "l1_loss": 50,
        "mse_loss": 50,
        "smooth_l1_loss": 40,
    },
}
"""For each loss that a peer has, the least number of comparisons that must be equal."""
COVERED = [(name, loss) for name, losses in EQUAL.items() for loss in losses]


@cache
def rows(name, loss):
    return tuple(compare(CASES[loss], oracle(name)))


@pytest.mark.parametrize("name", ORACLES)
def test_every_loss_has_an_answer_or_a_reason(name):
    answers = oracle(name).answers
    assert answers.keys() == CASES.keys()
    assert {loss for loss, answer in answers.items() if not isinstance(answer, str)} == EQUAL[name].keys()
    for loss in CASES.keys() - EQUAL[name].keys():
        assert {row.status for row in rows(name, loss)} == {"not covered"}
        assert all(row.text for row in rows(name, loss))
    assert oracle(name).version()


@pytest.mark.parametrize(("name", "loss"), COVERED)
def test_the_reference_agrees(name, loss):
    found = rows(name, loss)
    assert [row for row in found if row.status not in ("equal", "defect", "not covered")] == []
    assert Counter(row.status for row in found)["equal"] >= EQUAL[name][loss]


@pytest.mark.parametrize("name", ORACLES)
def test_every_listed_defect_is_seen(name):
    seen = [
        (loss, row.label, row.reduction) for loss in EQUAL[name] for row in rows(name, loss) if row.status == "defect"
    ]
    assert list(unseen(name, seen)) == []
    assert all(len(listed(name, *place)) == 1 for place in seen)


def test_every_defect_is_of_an_oracle():
    assert {entry.oracle for entry in DEFECTS} <= ORACLES.keys()


# --- what is wrong is found -----------------------------------------------------------------------------------------


def judged(case, name, change):
    """The statuses of a case whose reference gives something else."""
    return Counter(row.status for row in compare(mutant(case, change), oracle(name)))


@cache
def mutant(case, change):

    def wrong(*arrays, **options):
        return change(case.reference(*arrays, **options))

    return dataclasses.replace(case, reference=wrong)


def slightly_more(expected):
    return dataclasses.replace(expected, loss=expected.loss * (1 + 1e-10))


def another_divisor(expected):
    return dataclasses.replace(expected, divisor={"weights": "count", "count": "weights"}[expected.divisor])


def nothing_masked(expected):
    return dataclasses.replace(expected, kept=np.ones_like(expected.kept))


@pytest.mark.parametrize(("name", "loss"), COVERED)
def test_a_wrong_reference_is_caught(name, loss):
    right = Counter(row.status for row in rows(name, loss))
    assert judged(CASES[loss], name, slightly_more)["differs"] >= right["equal"] / 3


@pytest.mark.parametrize("name", ["torch.nn.functional", "keras"])
@pytest.mark.parametrize("loss", ["mse_loss", "huber_loss", "binary_cross_entropy", "cross_entropy"])
def test_a_wrong_divisor_is_caught(name, loss):
    assert judged(CASES[loss], name, another_divisor)["differs"] >= 2


def test_a_forgotten_mask_is_caught():
    assert judged(CASES["huber_loss"], "torch.nn.functional", nothing_masked)["differs"] >= 3


def test_the_table_is_strict(monkeypatch):
    def statuses(*entries):
        monkeypatch.setattr(table, "DEFECTS", entries)
        return Counter(row.status for row in compare(CASES["l1_loss"], oracle("torch.nn.functional")))

    known = [entry for entry in DEFECTS if entry.oracle == "torch.nn.functional" and "l1_loss" in entry.losses]
    assert statuses(*known)["differs"] == 0
    assert statuses()["differs"] == statuses(*known)["defect"] > 0
    others = (each._replace(gives="number") for each in known)
    assert statuses(*others)["differs"] == statuses(*known)["defect"]
    entry = Defect("torch.nn.functional", ("l1_loss",), ("plain", "no such sample"), "nan", "what", "why")
    assert statuses(*known, entry)["stale"] == 3
    assert len(list(unseen("torch.nn.functional", [("l1_loss", "plain", "mean")]))) == 5 + sum(
        len(each.losses) * len(each.samples) * len(each.reductions) for each in known
    )


# --- the peers ------------------------------------------------------------------------------------------------------


def test_torchvision_counts_positives_twice_and_nothing_else(monkeypatch):
    from conformance.oracles import torchvision as module

    mined = module.mined
    monkeypatch.setattr(module, "mined", lambda cost, positive, ratio: mined(cost, positive, ratio) & ~positive)
    for loss in ("ssd_loss", "multibox_loss"):
        found = Counter(row.status for row in compare(CASES[loss], oracle("torchvision")))
        assert found["stale"] == Counter(row.status for row in rows("torchvision", loss))["defect"] > 0
        assert found["differs"] == found["defect"] == 0


def test_keras_rounds_float64_unless_told(monkeypatch):
    from conformance.oracles import keras as module

    monkeypatch.setattr(module, "IN_64_BITS", {})
    found = [row for row in compare(CASES["huber_loss"], oracle("keras")) if row.label == "plain"]
    assert {row.status for row in found} == {"differs"}
    assert all(1e5 < row.ulps < 1e10 for row in found)  # float32
    assert module.keras.config.floatx() == "float32"
    assert "KERAS_BACKEND" not in os.environ


@pytest.mark.parametrize("name", ORACLES)
def test_a_peer_that_is_not_installed(name, monkeypatch):
    module, needs = ORACLES[name]
    monkeypatch.delitem(sys.modules, f"conformance.oracles.{module}", raising=False)
    monkeypatch.setitem(sys.modules, needs, None)
    with pytest.raises(Absent, match=f"^{name}: not installed$"):
        oracle(name)


def test_a_peer_that_is_broken_is_an_error(monkeypatch):
    monkeypatch.delitem(sys.modules, "conformance.oracles.optax", raising=False)
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ModuleNotFoundError, match="jax"):
        oracle("optax")
