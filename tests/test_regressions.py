"""What an older report of the conformance suite did better, in the user's words."""

import copy

import pytest

from conformance.report import compare

from .reports import fail, only, outcome, report, small_run


@pytest.fixture
def outcomes():
    return small_run()


def test_nothing_is_worse_than_itself(outcomes):
    fail(outcomes)
    assert compare(report(outcomes), report(copy.deepcopy(outcomes))) == []


def test_what_passed_and_fails_now(outcomes):
    old = report(outcomes)
    new = report(fail(copy.deepcopy(outcomes)), versions=("2.0", "2.7", "1.1"))
    assert compare(old, new) == ["huber_loss, values on torch:cpu: passed before, fails now (torch:cpu 2.6 → 2.7)"]
    assert compare(new, old) == []
    known = report(fail(copy.deepcopy(outcomes), known="upstream"))
    assert compare(old, known) == []
    assert compare(known, report(fail(copy.deepcopy(outcomes)))) == [
        "huber_loss, values on torch:cpu: known deviations only before, fails now"
    ]


def test_changed_python_is_named(outcomes):
    new = report(fail(copy.deepcopy(outcomes)))
    new["machine"] = {**new["machine"], "python": "9.9"}
    (line,) = compare(report(outcomes), new)
    assert line.endswith("→ 9.9)")


@pytest.mark.parametrize(
    ("check", "before", "after", "worse"),
    [
        ("values", 0.5, 1.2, True),
        ("values", 0.5, 1.0, False),  # twice, and no more
        ("values", 0.1, 0.59, False),  # less than half a ULP more
        ("values", 0.0, 0.51, True),
        ("gradients", 1e-11, 9e-11, False),
        ("gradients", 1e-11, 2e-10, True),
    ],
)
def test_errors_that_grew(check, before, after, worse, outcomes):
    limit, unit = (4.0, "ULP") if check == "values" else (1e-9, "relative")
    old, new = ([outcome("huber_loss", check, "numpy", [each], limit, unit)] for each in (before, after))
    found = compare(report(old), report(new))
    assert found == (
        [f"huber_loss, {check} on numpy: worst error {before:.3g} before, {after:.3g} {unit} now, at {new[0].at}"]
        if worse
        else []
    )


def test_what_is_compared_no_more(outcomes):
    def without(**what):
        return report([o for o in copy.deepcopy(outcomes) if any(getattr(o, k) != v for k, v in what.items())])

    old = report(outcomes)
    assert compare(old, without(backend="numpy")) == ["backend numpy: compared before, not now"]
    assert compare(old, without(loss="huber_loss")) == ["loss huber_loss: compared before, not now"]
    assert compare(old, without(check="gradients")) == ["check gradients: compared before, not now"]
    assert compare(old, without(check="values", backend="numpy", loss="huber_loss")) == [
        "huber_loss, values on numpy: compared before, not now"
    ]
    assert compare(without(backend="numpy"), old) == []


def test_fewer_comparisons(outcomes):
    few = copy.deepcopy(outcomes)
    only(few, "huber_loss", "values", "numpy").comparisons = 2
    only(few, "cross_entropy", "values", "numpy").comparisons = 5
    old = report(outcomes)
    assert compare(old, report(few)) == [
        "cross_entropy, huber_loss, values on numpy: 12 comparisons before, 7 now",
    ]
    assert compare(old, report(few, profile="quick")) == [
        "profile full before, quick now: 12 comparisons before, 7 now",
    ]
    assert compare(report(few), old) == []


def test_fewer_partners_are_no_news(outcomes):
    new = [each for each in copy.deepcopy(outcomes) if each.backend != "numpy"]
    for each in new:
        each.comparisons -= each.check.endswith("pairwise")
    alone = [each for each in new if each.backend == "torch:cpu" and not each.check.endswith("pairwise")]
    assert compare(report(outcomes), report(new)) == ["backend numpy: compared before, not now"]
    assert compare(report(outcomes), report(alone)) == [
        "backend numpy: compared before, not now",
        "backend array_api_strict:strictest: compared before, not now",
    ]
