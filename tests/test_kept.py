"""What a run of the conformance suite keeps, and takes from an earlier one."""

from pathlib import Path

import pytest

from conformance.extra import Extra
from conformance.kept import Kept
from conformance.runner import Unit, run

UNIT = Unit("mse_loss", "numpy", ("values",), quick=True)


@pytest.fixture
def done(tmp_path):
    """A folder with the outcomes of one unit."""
    (outcome, *_) = next(run([UNIT], 1, kept=Kept(tmp_path, Extra())))
    assert outcome.comparisons
    return tmp_path


def test_what_is_done_is_not_done_again(done, monkeypatch):
    first = next(run([UNIT], 1, kept=Kept(done, Extra())))
    monkeypatch.setattr("conformance.runner.work", lambda unit: pytest.fail(f"done again: {unit}"))
    again = next(run([UNIT], 1, kept=Kept(done, Extra())))
    assert [each.comparisons for each in again] == [each.comparisons for each in first]
    assert again[0].outputs.keys() == first[0].outputs.keys()


@pytest.mark.parametrize(
    "other", [{"backend": "torch:cpu"}, {"quick": False}, {"samples": ("a",)}, {"dtype": "float32"}]
)
def test_another_unit_is_done(done, other):
    assert Kept(done, Extra()).read(UNIT._replace(**other)) is None


def test_other_code_is_done_anew(done, monkeypatch):
    monkeypatch.setattr("conformance.kept.sources", lambda: "changed")
    assert Kept(done, Extra()).read(UNIT) is None


def test_other_deviations_are_done_anew(tmp_path):
    file = tmp_path / "known.toml"
    keys = []
    for text in ("", "# another"):
        file.write_text(text)
        keys.append(Kept(tmp_path, Extra((), (Path(file),))).key)
    assert keys[0] != keys[1]


def test_what_is_half_written_is_no_outcome(done):
    kept = Kept(done, Extra())
    kept.path(UNIT).rename(kept.path(UNIT).with_suffix(".1234"))
    assert kept.read(UNIT) is None
