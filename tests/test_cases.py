"""The cases of the conformance suite: that their samples vary, and that their references are sound."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import array_losses as al
from conformance.boxes import BY_HAND, TIE_RULE
from conformance.case import NORMALIZERS, Case, Composed, Expected, Sample, cases, reduce
from conformance.cases.multibox import encode, iou, match
from conformance.measure import ulps

ROOT = Path(__file__).resolve().parent.parent
EPSILON = np.finfo(np.float64).eps
CASES = pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)


def drawn(case: Case, seed: int) -> list[Sample]:
    return list(case.samples(np.random.default_rng(seed)))


def test_every_loss_has_its_case() -> None:
    """One case for each loss of the catalog, of the very function."""
    assert {case.name: case.loss for case in cases()} == {each.name: each.function for each in al.catalog()}
    assert len(cases()) == len(al.catalog())


def test_most_losses_are_additive() -> None:
    """The others say what to gather, and have no sums."""
    gathered = [each for each in al.catalog() if each.function.family.gather]  # type: ignore[attr-defined]
    assert len(gathered) <= 0.2 * len(al.catalog())
    for each in gathered:
        assert "gather" in each.function.family.gather  # type: ignore[attr-defined]


def test_cases_import_no_framework() -> None:
    """Frameworks are loaded when they are asked, so that the cases serve where there are none."""
    code = "import sys; from conformance.case import cases; cases(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not {"torch", "jax", "optax", "keras", "sklearn", "scipy"} & set(done.stdout.split())


# --- the samples ----------------------------------------------------------------------------------------------------


@CASES
def test_samples_vary(case: Case) -> None:
    first, again, other = (drawn(case, seed) for seed in (1, 1, 2))
    assert [each.label for each in first] == [each.label for each in other]
    plain = {key: found[0] for key, found in (("first", first), ("again", again), ("other", other))}
    assert plain["first"].label == "plain"
    for name, one, same, another in zip(
        inspect.signature(case.loss).parameters,
        plain["first"].arrays,
        plain["again"].arrays,
        plain["other"].arrays,
        strict=False,
    ):
        np.testing.assert_array_equal(one, same)
        if one.dtype.kind == "f" and name != "default_boxes":
            if set(np.unique(one)) == {-1, 1}:  # labels, some of which are drawn again
                assert np.any(one != another), name
                continue
            assert np.all(one != another), name
            assert len(np.unique(one)) == one.size, name
    ids = [each for each in plain["first"].arrays if each.dtype.kind == "i"]
    assert all(len(np.unique(each)) > 1 for each in ids)


@CASES
def test_labels_are_unique(case: Case) -> None:
    labels = [sample.label for sample in drawn(case, 0)]
    assert len(set(labels)) == len(labels), sorted(label for label in labels if labels.count(label) > 1)


@CASES
def test_every_option_is_used(case: Case) -> None:
    signature = inspect.signature(case.loss)
    idle = set(signature.parameters) - {"reduction", "normalizer"}
    for sample in drawn(case, 0):
        given = signature.bind(*sample.arrays, **sample.options).arguments
        for name, value in given.items():
            default = signature.parameters[name].default
            if default is inspect.Parameter.empty or isinstance(value, np.ndarray) or value != default:
                idle.discard(name)
    assert not idle


@CASES
def test_samples_hold_what_they_promise(case: Case) -> None:
    names = list(inspect.signature(case.loss).parameters)
    floating = set()
    for sample in drawn(case, 0):
        arrays = {**dict(zip(names, sample.arrays, strict=False)), **sample.options}
        for name, value in arrays.items():
            if isinstance(value, np.ndarray):
                assert value.dtype in (np.float64, np.int64, np.bool_), (sample.label, name)
                floating |= {name} if value.dtype == np.float64 else set()
            else:
                assert value is None or isinstance(value, int | float | str | tuple), (sample.label, name)
    assert set(case.differentiable) <= floating
    labels = " ".join(sample.label for sample in drawn(case, 0))
    for word in ("masked", "all masked", "nan and inf", "sample weight", "empty batch", "extreme"):
        assert word in labels or (word == "nan and inf" and "nan, inf" in labels), word


@CASES
def test_nothing_that_counts_is_nan(case: Case) -> None:
    for sample in drawn(case, 3):
        found = case.expected(sample)
        for expected in [each for _, each in found.terms] if isinstance(found, Composed) else [found]:
            assert not np.isnan(expected.loss).any(), sample.label
            assert np.all(expected.loss[~expected.kept] == 0), sample.label
            assert np.all(expected.weight[~expected.kept] == 0), sample.label
            assert np.isfinite(expected.loss).all() or not sample.smooth, sample.label


# --- the references -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("worked", [BY_HAND, TIE_RULE], ids=["by hand", "tie rule"])
def test_detection_reference_and_library_by_hand(worked: Any) -> None:
    defaults = np.array(worked.default_boxes, dtype=float)
    for image, truths in enumerate(worked.truths):
        overlaps = [[iou(truth, box) for box in worked.default_boxes] for truth in truths]
        np.testing.assert_allclose(overlaps, worked.overlaps[image], atol=5e-5)
        np.testing.assert_allclose(al.box_iou(np.array(truths, dtype=float), defaults), overlaps, rtol=1e-15)
        assert match(worked.default_boxes, truths, 0.5) == worked.matches[image]
        assert al.match_boxes(defaults, np.array(truths, dtype=float)).tolist() == worked.matches[image]
    for (image, box), wanted in worked.encodings.items():
        truth = worked.truths[image][worked.matches[image][box]]
        found = encode(truth, worked.default_boxes[box], (0.1, 0.2))
        np.testing.assert_allclose(found, wanted, atol=5e-6)
        np.testing.assert_allclose(al.encode_boxes(np.array(truth, dtype=float), defaults[box]), found, rtol=1e-14)


def test_reduce() -> None:
    expected = Expected(
        loss=np.array([1.0, 0.0, 5.0]),
        weight=np.array([0.5, 0.0, 2.0]),
        kept=np.array([True, False, True]),
        divisor="own",
        own=0.0,
    )
    assert [reduce(expected, "mean", each) for each in NORMALIZERS] == [6.0, 2.4, 3.0, 0.8]
    assert reduce(expected, "sum") == 6.0
    assert reduce(expected, "none") is expected.loss
    nothing = Expected(loss=np.zeros(0), weight=np.zeros(0), kept=np.zeros(0, dtype=bool), divisor="weights")
    assert [reduce(nothing, "mean", each) for each in NORMALIZERS] == [0.0, 0.0, 0.0, 0.0]


# --- how far off ----------------------------------------------------------------------------------------------------


def test_a_result_is_measured_by_its_own_parts() -> None:
    """What a large part of one element excuses is an error in another one."""
    case = next(each for each in cases() if each.name == "poisson_nll_loss")
    x, y = np.array([0.0, 30.0]), np.array([1.0, 2.0])
    expected = case.reference(x, y, sample_weight=np.array([0.5, 1.0]))
    assert isinstance(expected, Expected)
    scales = {each: case.scale(expected, each) for each in ("none", "sum", "mean")}
    np.testing.assert_allclose(scales["none"], [0.5, np.exp(30) + 60], rtol=1e-15)
    assert scales["sum"] == 2 * scales["mean"] == np.sum(scales["none"])
    assert case.largest_part(Sample("", (x[:1], y[:1]), {"sample_weight": np.array(0.5)})) == 1
    for place, errors in ((0, [16, 0]), (1, [0, 0])):
        found = expected.loss.copy()
        found[place] += 8 * EPSILON
        np.testing.assert_array_equal(ulps(found, expected.loss, "float64", scales["none"]), errors)


def test_where_parts_overflow_inf_is_right() -> None:
    wanted, parts = np.full(3, 1e300), np.array([np.inf, np.inf, 1e300])
    assert ulps(np.array([np.inf, -np.inf, np.inf]), wanted, "float64", parts).tolist() == [0, np.inf, np.inf]
    assert ulps(np.array([np.inf, np.nan]), np.full(2, 1e38), "float32", np.array([1e39, 1e39])).tolist() == [0, np.inf]
