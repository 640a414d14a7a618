"""The benchmarks compare equal things, count right, and run; how fast anything is, is no matter of tests."""

import dataclasses
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from rich.console import Console

from benchmarks import derivatives, goals, natives, show, timing
from benchmarks.__main__ import main, parse
from benchmarks.case import Case, PeerCall
from benchmarks.cases import cases, rivals
from benchmarks.comparison import UnequalError, measure, plain, plan
from benchmarks.figures import geometric_mean, means, power, time
from benchmarks.libraries import FORWARD, Work
from benchmarks.peers import PEERS, MissingError, load
from benchmarks.report import read, table, write
from benchmarks.show import table_of_goals
from benchmarks.summary import summarize
from benchmarks.timing import interleave, judged
from conformance import case as record
from conformance.benchmark import Benchmark
from conformance.kinds import one_of_each
from conformance.peer import Peer

ROOT = Path(__file__).resolve().parent.parent
HERE = ("torch", "optax", "sklearn", "numpy")


def row(elements, middle, **other):
    made = {
        "loss": "mse_loss",
        "variant": "",
        "what": "forward",
        "library": "torch",
        "mode": "eager",
        "against": "torch",
        "peer": "F.mse_loss",
        "size": elements,
        "ours": [1e-6 * (middle or 1)] * 3,
        "theirs": [1e-6] * 3,
        "ratio": [middle] * 3,
        "rounds": 3,
        "bytes": 8 * elements,
        "floor": 1e-7,
        "distance": 10.0,
        "memory": [100, 200],
        "note": "",
    }
    return made | other


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "KERAS_BACKEND": "torch"},
    )


def test_what_cases_declare_is_raced():
    declared = {case.name for case in record.cases() if case.benchmarks}
    assert {case.loss for case in cases()} == declared
    assert len({case.name for case in cases()}) == len(cases())


def test_calls_follow_from_the_peers():
    """By name, with the benchmark's options in the peer's words; the textbook formula where a peer has none."""
    case = next(each for each in record.cases() if each.name == "l1_loss")
    (made,) = (each for each in cases() if each.loss == "l1_loss")
    assert [(each.against, each.label) for each in made.rivals] == [
        ("sklearn", "sklearn mean_absolute_error"),
        ("torch", "F.l1_loss"),
        ("keras", "keras MeanAbsoluteError"),
        ("optax", "plain jax.numpy formula"),
        ("numpy", "naive NumPy formula"),
    ]
    peers = {"torch": Peer("smooth_l1_loss", {"width": "beta"}, {"beta": 9})}
    declared = Benchmark(draw=made.draw, options={"width": 0.5})
    (call,) = rivals(dataclasses.replace(case, peers=peers), declared)
    x, y = torch.tensor([3.0, 0.1]), torch.zeros(2)
    assert call.make(F)(x, y) == F.smooth_l1_loss(x, y, beta=0.5)
    (plain, *_) = rivals(dataclasses.replace(case, peers={}), Benchmark(draw=made.draw, textbook=made.textbook))
    assert (plain.label, plain.make(F)(x, y)) == ("plain torch formula", F.l1_loss(x, y))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_peers_give_the_same(case):
    """`measure` refuses what is not equal; compiled, one of each kind is tried."""
    size, modes = max(40, case.smallest), ("eager", "jit") if case.loss in one_of_each() else ("eager",)
    for contest in plan([case], HERE, "cpu", size, modes):
        if contest.library == "jax" and contest.mode == "eager":
            continue  # the same functions, and every operation compiled alone
        if contest.what == FORWARD and PEERS[contest.rival.against].gradient:
            continue  # the value comes with the gradient
        found = measure(contest, "cpu", 0)
        assert found.theirs
        assert found.note == "not offered" or found.ratio


def test_what_is_not_equal_is_refused():
    wrong = PeerCall("numpy", "a wrong formula", lambda _: lambda x, y: ((x - y) ** 2).sum())
    case = Case(loss="mse_loss", draw=lambda rng, n: (rng.random(n), rng.random(n)), rivals=(wrong,))
    (contest,) = plan([case], ("numpy",), "cpu", 9, ("eager",))
    with pytest.raises(UnequalError, match="against a wrong formula, 9 elements: values differ by"):
        measure(contest, "cpu", 0)


def test_what_is_not_offered_has_no_ratio():
    peer = PeerCall("numpy", "theirs", lambda _: lambda x: x.sum())
    case = Case(loss="no_such_loss", draw=lambda rng, n: (rng.random(n),), rivals=(peer,))
    (contest,) = plan([case], ("numpy",), "cpu", 9, ("eager",))
    found = plain(measure(contest, "cpu", 0))
    assert found["note"] == "not offered"
    assert found["ratio"] is None
    assert found["theirs"]


def test_every_native_function_has_its_line():
    """Each runs, against its portable form."""
    rows = list(natives.lines(("numpy", "torch", "jax"), "cpu", 0.001))
    assert all(row.ratio[1] > 0 for row in rows)
    assert {("torch", "numerics.sigmoid"), ("jax", "numerics.abs_")} <= {(row.library, row.loss) for row in rows}
    assert show.table_of_natives([plain(row) for row in rows]).row_count == len(rows)


def test_ratios_are_taken_round_by_round():
    found = judged([(1.0, 2.0), (10.0, 20.0), (3.0, 2.0)])
    assert found.ratio.median == 0.5
    assert (found.ours.median, found.theirs.median, found.rounds) == (3.0, 2.0, 3)
    assert judged([(1.0, 4.0)]).ratio == (0.25, 0.25, 0.25)


def test_duel_runs_both_in_turn():
    seen = []
    interleave(*(Work(lambda name=name: seen.append(name), lambda _: None) for name in "ab"), 0)
    assert set(seen) == {"a", "b"}


def test_geometric_means():
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1)
    assert np.isnan(geometric_mean([]))
    rows = [row(8, 1.0), row(8, 4.0), row(1000, 0.5), row(8, 9.0, library="numpy"), row(8, None, ratio=None)]
    found = means(rows)
    assert list(found) == [("numpy", "eager", "torch", "forward"), ("torch", "eager", "torch", "forward")]
    assert found["torch", "eager", "torch", "forward"] == {8: pytest.approx(2), 1000: pytest.approx(0.5)}


def test_figures_for_readers():
    assert [power(n) for n in (8, 1000, 2_000_000, 10**8)] == ["8", "1e3", "2e6", "1e8"]
    assert [time(s) for s in (2.0, 0.0123, 4.5e-6, 2e-8)] == ["2 s", "12.3 ms", "4.5 µs", "20 ns"]


def test_report_is_read_back(tmp_path, capsys):
    head = row(
        512 * 32_000,
        0.5,
        loss="linear_cross_entropy",
        what="forward+backward",
        memory=[10**7, 10**9],
        peer="F.cross_entropy of F.linear",
    )
    results = {
        "schema": 1,
        "machine": {"gpu": None, "processor": "a processor", "cores": 2},
        "refused": [],
        "rows": [row(8, 1.5), row(10**6, 0.25), row(10**6, 0.5, loss="l1_loss"), head],
        "natives": [],
    }
    written = write(results, tmp_path)
    assert [path.name for path in written] == ["results.json", "summary.json", "plot.svg", "plot.png", "losses.png"]
    assert read(written[1]) == summarize(results)
    assert read(written[0]) == results
    assert main(["--summary", str(written[0])]) == 0
    text = table(summarize(results))
    assert capsys.readouterr().out == text + "\n"
    assert "| torch eager | torch | forward | 1.50 | 0.35 | 0.50 `l1_loss` |" in text
    assert "| torch eager | F.cross_entropy of F.linear | **0.50** |" in text
    assert "10 MB / 1e+03 MB" in text
    assert main(["--by-loss", str(written[0])]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines if line.startswith("l1_loss")] == [["l1_loss", "1e6", "0.50"]]
    written[0].write_text('{"schema": 0}')
    with pytest.raises(ValueError, match="run the benchmarks again"):
        read(written[0])


def test_keras_gives_the_same():
    """In a process of its own, where it computes on torch."""
    names = [case.loss for case in cases() if any(rival.against == "keras" for rival in case.rivals)]
    few = ",".join(name for name in names if name in {"mse_loss", "hinge_loss", *one_of_each()})
    done = run(
        "--against", "keras", "--losses", few, "--sizes", "8", "--modes", "eager", "--budget", "0", "--no-memory"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "refused" not in done.stdout


def test_command_writes_what_it_measures(tmp_path):
    words = ("--quick", "--against", "numpy", "--losses", "mse_loss", "--budget", "0", "--report", str(tmp_path))
    done = run(*words, "--sizes", "8,5e5")
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["refused"] == []
    assert results["machine"]["copy_gb_per_second"] > 0
    assert [(each["size"], each["against"]) for each in results["rows"]] == [(8, "numpy"), (500_000, "numpy")]
    large = results["rows"][1]
    assert large["bytes"] == 4_000_000
    if sys.platform == "linux":
        assert large["memory"][1] >= 1_000_000  # of the formula's difference: a process's memory is known to half a MB


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--losses mse_los", '--losses: no "mse_los"; did you mean "mse_loss"?'),
        ("--against pytorch", '--against: no "pytorch"; did you mean "torch"?'),
        ("--sizes 8,many", 'numbers of elements, such as 8,1e3,1e6; got "8,many"'),
        ("--summary nowhere.json", "--summary: no file nowhere.json"),
        ("--by-loss nowhere.json", "--by-loss: no file nowhere.json"),
        ("--modes fast", '--modes: no "fast"; there are eager, compiled, jit'),
        ("--device cuda --against sklearn", "sklearn does not compute on a GPU"),
        ("--device cuda --against torch", "torch finds no GPU"),
    ],
)
def test_errors_in_the_users_words(words, message, capsys, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(SystemExit) as stop:
        main(words.split())
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_a_peer_that_is_named_and_missing_is_an_error(capsys, monkeypatch):
    monkeypatch.setattr("benchmarks.peers.find_spec", lambda name: None if name == "optax" else object())
    with pytest.raises(MissingError, match="optax needs optax, which is not installed; pip install optax"):
        load("optax", "cpu")
    with pytest.raises(SystemExit):
        parse(["--against", "optax"])
    assert "optax" not in parse(["--quick", "--against", "torch,numpy"]).against


def test_derivatives_by_hand_are_timed_against_those_of_the_numerics():
    case = next(each for each in cases() if each.loss == "mse_loss")
    family = derivatives.family(case)
    assert family.derivative is not None
    for library in derivatives.TAKING_PART:
        values = [work.run()[0].item() for work in derivatives.works(case, library, 1000)]
        assert values[0] == pytest.approx(values[1], rel=1e-6)
    with derivatives.without_derivative(case):
        assert family.derivative is None
    assert family.derivative is not None
    (line, *_) = derivatives.lines(0.01, ("mse_loss",), 1000)
    assert line.gain > 0
    assert line.name in derivatives.table([line])


def test_goals_are_of_torchs_own_losses():
    rows = [
        row(10**6, 0.5, what="forward+backward", tails=[2.0, 1.2]),
        row(10**6, 0.8, what="forward+backward", loss="l1_loss", tails=[2.0, 1.6]),
        row(10**6, 9.0, what="forward+backward", loss="focal_loss", peer="plain torch formula"),
        row(8, 1.5, what="forward+backward"),
        row(10**6, 1.2, what="forward+backward", mode="compiled"),
    ]
    small, middle, large, compiled = goals.results(rows)
    assert (small.rows, small.mean, small.reached) == (1, pytest.approx(1.5), True)
    assert (middle.rows, middle.worst, middle.loss) == (2, 0.8, "l1_loss at 1e6")
    assert large.mean == pytest.approx(0.4**0.5)
    assert large.tails == ["mse_loss at 1e6"], "nor where the peer's times scatter too"
    assert not large.reached
    assert not compiled.reached
    text = rendered(table_of_goals([small, middle, large, compiled]))
    assert "0.63 of 0.70" in text
    assert "1.20 of 1.10, mse_loss at 1e6" in text


def rendered(table):
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(table)
    return console.export_text()


def test_a_tail_is_a_percentile_over_the_median():
    assert timing.tail([1.0] * 95 + [3.0] * 5) == 1.0
    assert timing.tail([1.0] * 90 + [3.0] * 10) == 3.0
