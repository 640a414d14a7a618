"""The conformance suite itself: every check catches its mutants, the list of known deviations is strict."""

import copy
import dataclasses

import numpy as np
import pytest

from conformance.backends import backend
from conformance.case import cases
from conformance.check import checks, drawn, few, traits
from conformance.mutants import MUTANTS
from conformance.outcome import Failure, Outcome
from conformance.run_check import attempt
from conformance.runner import Unit, pairs, run
from conformance.xfails import KNOWN, Deviation, unused

CASES = {case.name: case for case in cases()}
CHECKS = {check.name: check for check in checks()}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.mistake)
def test_a_check_catches_its_mutant(mutant):
    case, on = CASES[mutant.loss.__name__], backend(mutant.backend)
    wrong = attempt(CHECKS[mutant.check], dataclasses.replace(case, loss=mutant.loss), on, True)
    assert wrong.status == "failed"


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_every_check_has_a_mutant(check):
    assert check in {mutant.check for mutant in MUTANTS}


def test_there_are_many_mutants():
    assert len({mutant.mistake for mutant in MUTANTS}) == len(MUTANTS) >= 20


def test_backends_that_differ_are_caught():
    """Each within its limit of the truth, and further from each other than backends may be."""
    check = CHECKS["values"]
    found = [attempt(check, CASES["mse_loss"], backend(name), True, ("plain",)) for name in ("numpy", "torch:cpu")]
    assert all(each.status == "passed" for each in (*found, *pairs(check, found)))
    shifted = copy.deepcopy(found[1])
    for key, output in shifted.outputs.items():
        shifted.outputs[key] = output._replace(array=output.array * (1 + 1e-5))
    assert [each.status for each in pairs(check, [found[0], shifted])] == ["failed", "failed"]


def test_whatever_goes_wrong_is_a_failure_of_its_sample():
    def broken(*_, **__):
        raise ZeroDivisionError("broken")

    outcome = attempt(CHECKS["values"], dataclasses.replace(CASES["mse_loss"], loss=broken), backend("numpy"), True)
    assert len(outcome.failures) == len(drawn(CASES["mse_loss"]))
    assert outcome.failures[0].message == "ZeroDivisionError: broken"


def test_known_deviations_are_strict(monkeypatch):
    entry = Deviation("mse_loss", "values", "numpy", "plain*", "*off*", "a reason", "a link")
    outcome = Outcome("mse_loss", "values", "numpy")
    monkeypatch.setattr("conformance.xfails.KNOWN", (entry,))
    assert unused([outcome]) == ["mse_loss, values, numpy, plain*, *off*"]
    assert unused([Outcome("mse_loss", "values", "torch:cpu")]) == []  # not tried, so not judged
    outcome.failures.append(Failure("plain", "float32, none", "9 ULP off, 4 allowed"))
    assert unused([outcome]) == []


def test_known_deviations_have_a_reason_and_a_link():
    assert all(each.reason and each.link.startswith("https://") for each in KNOWN)


def test_outcomes_keep_nan_and_the_closest_call():
    outcome = Outcome("mse_loss", "values", "numpy")
    outcome.record("a", "x", 3.0, 4.0)
    outcome.record("b", "y", 5.0, 12.0)
    assert (outcome.worst, outcome.at) == (3.0, "a: x")
    outcome.record("c", "z", float("nan"), 4.0)
    assert outcome.errors["c"] == np.inf


@pytest.mark.parametrize("name", sorted(CASES))
def test_few_samples_show_everything(name):
    samples = drawn(CASES[name])
    chosen = few(samples)
    assert chosen[0] is samples[0]
    assert set().union(*map(traits, samples)) == set().union(*map(traits, chosen))
    assert len(chosen) < max(12, len(CASES[name].loss.family.signature.defaults))  # or one for each option


def test_a_run_in_processes_is_a_run_in_one():
    units = [
        Unit("l1_loss", name, ("values", "subgradients"), True) for name in ("numpy", "array_api_strict:strictest")
    ]
    ours, theirs = (
        sorted((each.check, each.backend, each.comparisons, each.worst) for found in run(units, jobs) for each in found)
        for jobs in (1, 2)
    )
    assert ours == theirs
    assert {each[0] for each in ours} == {"values", "values, pairwise", "subgradients"}
