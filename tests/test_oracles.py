"""Outside oracles: what other projects say of every sample, and that nothing of it is lost or averaged away."""

import dataclasses
import os
import sys
from collections import Counter
from functools import cache

import numpy as np
import pytest

from conformance import oracles
from conformance import peer as peers
from conformance.case import cases
from conformance.check import SEED, drawn
from conformance.oracles import ORACLES, BackendUnavailable, oracle
from conformance.oracles import defects as table
from conformance.oracles.base import UNSAID, options_of
from conformance.oracles.compare import compare
from conformance.oracles.defects import DEFECTS, listed, unseen
from conformance.peer import Defect, Peer

CASES = {case.name: case for case in cases()}
PEERS = {name: module for name, (module, _) in ORACLES.items()}
COVERED = [
    (name, case.name) for name, key in PEERS.items() for case in CASES.values() if isinstance(case.peers.get(key), Peer)
]


ALL = (*DEFECTS, *(entry for case in CASES.values() for entry in case.defects))


@cache
def rows(name, loss):
    return tuple(compare(CASES[loss], oracle(name)))


def test_oracles_are_the_peers_of_the_cases():
    assert set(PEERS.values()) == set(peers.PEERS)
    for name in ORACLES:
        assert oracle(name).key == PEERS[name]
        assert oracle(name).version()
    with pytest.raises(ValueError, match=r'^the case of mse_loss: no peer "optix"; there are torch, '):
        dataclasses.replace(CASES["mse_loss"], peers={"optix": Peer("l2_loss")})


@pytest.mark.parametrize("name", ORACLES)
def test_what_is_not_said_is_not_covered(name):
    silent = dataclasses.replace(CASES["mse_loss"], peers={PEERS[name]: "has no such loss"})
    assert {(row.status, row.text) for row in compare(silent, oracle(name))} == {("not covered", "has no such loss")}
    silent = dataclasses.replace(CASES["mse_loss"], peers={})
    assert {(row.status, row.text) for row in compare(silent, oracle(name))} == {("not covered", UNSAID)}


@pytest.mark.parametrize(("name", "loss"), COVERED)
def test_the_reference_agrees(name, loss):
    """In every reduction that the peer has, and with every option that its case says it has."""
    case, asked, found = CASES[loss], oracle(name), rows(name, loss)
    assert [row for row in found if row.status not in ("equal", "defect", "not covered")] == []
    equal = {(row.label, row.reduction) for row in found if row.status == "equal"}
    peer = asked.peer(case)
    assert {reduction for _, reduction in equal} == set(peer.reductions or asked.reductions)
    samples = (*drawn(case), *asked.samples(case, np.random.default_rng(SEED)))
    labels = {label for label, _ in equal}
    options = {option for sample in samples if sample.label in labels for option in sample.options}
    assert options_of(peer) <= options


@pytest.mark.parametrize("name", ORACLES)
def test_every_listed_defect_is_seen(name):
    covered = [loss for each, loss in COVERED if each == name]
    seen = [(loss, row.label, row.reduction) for loss in covered for row in rows(name, loss) if row.status == "defect"]
    assert list(unseen(ALL, name, seen)) == []
    assert all(len(listed(CASES[loss], name, *place)) == 1 for loss, *place in seen)


def test_every_defect_is_of_an_oracle():
    assert {entry.oracle for entry in ALL} <= ORACLES.keys()
    assert all(entry.losses == (case.name,) for case in CASES.values() for entry in case.defects)


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


@pytest.mark.parametrize(("name", "loss"), {name: (name, loss) for name, loss in reversed(COVERED)}.values())
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
    own = dataclasses.replace(CASES["l1_loss"], defects=tuple(known))
    monkeypatch.setattr(table, "DEFECTS", ())
    assert Counter(row.status for row in compare(own, oracle("torch.nn.functional"))) == statuses(*known)
    entry = Defect("torch.nn.functional", ("l1_loss",), ("plain", "no such sample"), "nan", "what", "why")
    assert statuses(*known, entry)["stale"] == 3
    assert len(list(unseen((*known, entry), "torch.nn.functional", [("l1_loss", "plain", "mean")]))) == 5 + sum(
        len(each.losses) * len(each.samples) * len(each.reductions) for each in known
    )


# --- the peers ------------------------------------------------------------------------------------------------------


def test_torchvision_counts_positives_twice_and_nothing_else(monkeypatch):
    from conformance.oracles import torchvision as module

    losses = ("ssd_loss", "multibox_loss")
    defects = {loss: Counter(row.status for row in rows("torchvision", loss))["defect"] for loss in losses}
    mined = module.mined
    monkeypatch.setattr(module, "mined", lambda cost, positive, ratio: mined(cost, positive, ratio) & ~positive)
    for loss in losses:
        found = Counter(row.status for row in compare(CASES[loss], oracle("torchvision")))
        assert found["stale"] == defects[loss] > 0
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
    monkeypatch.delitem(sys.modules, f"{oracles.__name__}.{module}", raising=False)
    monkeypatch.setitem(sys.modules, needs, None)
    with pytest.raises(BackendUnavailable, match=f"^{name}: not installed$"):
        oracle(name)


def test_a_peer_that_is_broken_is_an_error(monkeypatch):
    monkeypatch.delitem(sys.modules, f"{oracles.__name__}.optax", raising=False)
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(ModuleNotFoundError, match="jax"):
        oracle("optax")
