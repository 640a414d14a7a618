"""The report of the conformance suite: its data, and what the README and a terminal show of it."""

import io
import json
import re

import numpy as np
import pytest
from rich.console import Console

from conformance.matrix import matrix
from conformance.report import INFINITE, read, summarize, support_table, write

from .reports import LOSSES, NASTY, fail, only, report, small_run


@pytest.fixture
def outcomes():
    return small_run()


def test_what_is_written_is_read(outcomes, tmp_path):
    only(outcomes, "huber_loss", "values", "numpy").record("infinite", "float32, sum", np.inf, 4.0)
    only(outcomes, "huber_loss", "values", "numpy").record("not a number", "float32, sum", np.nan, 4.0)
    made = report(fail(outcomes, message=NASTY))
    paths = write(made, tmp_path / "new" / "folder")
    assert [each.name for each in paths] == ["report.json", "report.html", "summary.json"]
    assert json.loads(paths[2].read_text()) == summarize(made)
    assert read(paths[0]) == made
    json.loads(paths[0].read_text(), parse_constant=pytest.fail)  # no NaN and no Infinity, which are no JSON
    assert made["totals"] == {"comparisons": 122, "failed": 1, "known": 0, "passed": 121}


def test_errors_stand_in_the_order_of_the_samples(outcomes):
    extra = only(outcomes, "huber_loss", "values", "numpy")
    extra.record("beyond the samples", "float32, sum", np.inf, 4.0)
    made = report(outcomes)
    labels = next(each["samples"] for each in made["losses"] if each["name"] == "huber_loss")
    written = next(each for each in made["outcomes"] if each["loss"] == "huber_loss")
    assert labels[-1] == "beyond the samples"
    assert written["errors"] == [0.5, 0.0, 2.0, *[None] * (len(labels) - 4), INFINITE]
    assert written["precisions"] == {"float32": INFINITE, "float64": 1.0}
    assert next(each for each in made["outcomes"] if each["check"] == "bad_input")["errors"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no json", "is not a report: no JSON"),
        ("[1, 2]", "is not a report of this suite"),
        ('{"a": 1}', "is not a report of this suite"),
        ('{"schema": 1}', "is not a report of this suite"),
        ('{"schema": 99, "outcomes": []}', "is a report of schema 99; this suite reads schema 1"),
    ],
)
def test_what_is_no_report_is_refused(text, message, tmp_path):
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=re.escape(f"{path} {message}")) as raised:
        read(path)
    assert "\n" not in str(raised.value)


def test_support_table(outcomes):
    text = support_table(summarize(report(fail(outcomes), absent={"dask": "no dask"})))
    assert text.splitlines()[2:] == [
        "| `numpy` | 2.0 | cpu | 2 of 2 | ≤ 2.0 ULP | ≤ 1.0 ULP | ≤ 3.0 ULP |",
        "| `torch:cpu` | 2.6 | cpu | 1 of 2 | ≤ 2.0 ULP | ≤ 1.0 ULP | ≤ 3.0 ULP |",
        "| `array_api_strict:strictest` | 1.1 | cpu | 2 of 2 | ≤ 2.5 ULP | ≤ 1.2 ULP | ≤ 3.0 ULP |",
        "",
        "Not tested: `cupy`, `dask`.",
    ]


def test_a_narrow_terminal_shows_every_cell(outcomes):
    made = report(fail(fail(outcomes, loss="cross_entropy", known="upstream"), loss="huber_loss"))
    console = Console(width=45, file=io.StringIO())
    console.print(matrix(made))
    text = console.file.getvalue()
    assert max(map(len, text.splitlines())) <= 45
    assert [" ".join(line.split()) for line in text.splitlines() if line.startswith(LOSSES)] == [
        "cross_entropy 2.0 2.0*",
        "huber_loss 2.0 ✗ 1",
        "cross_entropy 2.5",
        "huber_loss 2.5",
    ]
