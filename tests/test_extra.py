"""The conformance suite on losses of others: their cases, and their known deviations."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from array_losses.testing.__main__ import main
from array_losses.testing.run_check import COMMAND

from array_losses.testing import extra

ROOT = Path(__file__).resolve().parent.parent
ENTRY = """
[[xfail]]
loss = "careless_loss"
check = "*"
backend = "*"
reason = "a constant is wrong"
"""


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.setenv("COLUMNS", "300")
    yield
    extra.Extra().enter()


def run(*words, jobs=1, oracles=""):
    asked = ["--quick", "--backends", "numpy", "--jobs", str(jobs), "--cases", "stranger"]
    return main([*asked, *(["--oracles", oracles] if oracles else []), *words])


def test_a_stranger_s_loss_is_tested(capsys):
    """All checks but those of how our own losses are written, and the peers that its case knows."""
    assert run("--losses", "log_error_loss", oracles="torch.nn.functional") == 0
    said = capsys.readouterr().out
    assert "log_error_loss" in said
    assert "mse_loss" not in said
    assert int(said.rpartition(" comparisons in ")[0].rpartition("\n")[2]) > 400


def test_a_stranger_s_mistake_is_found(capsys):
    """In processes of their own too, and with the command that shows it alone."""
    assert run("--checks", "values", jobs=2) == 1
    said = capsys.readouterr().out
    assert "✗ careless_loss on numpy, values, plain" in said
    assert f"  {COMMAND} --cases stranger --losses careless_loss --checks values --backends numpy --sample" in said
    assert "✗ log_error_loss" not in said


def test_known_deviations_are_excused_and_strict(tmp_path, capsys):
    file = tmp_path / "deviations.toml"
    file.write_text(ENTRY)
    assert run("--checks", "values", "--xfails", str(file), jobs=2) == 0
    assert "0 failed" in capsys.readouterr().out
    file.write_text(ENTRY + ENTRY.replace("careless", "log_error"))
    assert run("--checks", "values", "--xfails", str(file)) == 1
    assert "known deviation that did not show: log_error_loss, *, *, *, *" in capsys.readouterr().out
    file.write_text(ENTRY.replace('"careless_loss"', '"log_error_loss"\nsample = "no such sample"'))
    only = ("--losses", "log_error_loss", "--checks", "values")
    assert run(*only, "--xfails", str(file)) == 0  # what is not tried is not judged


def test_it_runs_as_it_is_installed(tmp_path):
    """In the place that pyproject.toml gives the folder in a wheel, beside nothing else of the checkout."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    places = wheel["sources"]
    left_out = shutil.ignore_patterns("__pycache__", "reports", "testing")
    for folder in wheel["only-include"]:
        shutil.copytree(ROOT / folder, tmp_path / places.get(folder, folder), ignore=left_out)
    words = (
        "--backends",
        "numpy",
        "--cases",
        "stranger",
        "--losses",
        "log_error_loss",
        "--checks",
        "values",
        "--quick",
    )
    done = subprocess.run(
        [sys.executable, "-m", "array_losses.testing", *words, "--jobs", "1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT / 'tests'}"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed" in done.stdout
    code = "import array_losses.testing.case as case; print(case.__file__)"
    found = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()) == tmp_path / "array_losses" / "testing" / "case.py"


def refused(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        main(["--backends", "numpy", *words])
    assert stop.value.code == 2
    return capsys.readouterr().err.strip().removeprefix(f"{COMMAND}: ")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import no_such_thing", 'module "theirs" needs no_such_thing, which is not installed'),
        ("1 / 0", 'module "theirs" cannot be imported: ZeroDivisionError: division by zero'),
        ("", 'module "theirs" has no cases: give it a CASE, or a list CASES'),
        ("CASES = [3]", 'module "theirs": a case is an array_losses.testing.case.Case, got int'),
        (
            "import dataclasses, stranger; CASE = dataclasses.replace(stranger.CASES[0], loss=abs)",
            'module "theirs": no family made the loss of log_error_loss; decorate its formula with pointwise, ',
        ),
        (
            "import dataclasses, stranger; CASE = dataclasses.replace(stranger.CASES[0], name='log_error')",
            'module "theirs": the case "log_error" is of the loss "log_error_loss"; give it that name',
        ),
        (
            "from array_losses.testing.cases.mse import CASE",
            'module "theirs": "mse_loss" is a loss of array_losses; give yours another name',
        ),
    ],
)
def test_modules_that_cannot_be_used(source, message, tmp_path, monkeypatch, capsys):
    (tmp_path / "theirs.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "theirs", raising=False)
    assert refused(capsys, "--cases", "theirs").startswith(message)


def test_a_module_that_is_not_there(capsys):
    said = 'no module "no.such.module"; it is looked for here and where Python looks'
    assert refused(capsys, "--cases", "no.such.module") == said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("xfail = 3", "{}: a list of entries is needed, each under [[xfail]]"),
        ("[[xfails]]\nloss = 'a'", "{}: a list of entries is needed, each under [[xfail]]"),
        ("[[xfail]", "{} is no TOML: Expected"),
        (ENTRY + 'losss = "a"', '{}, entry 1: unknown field "losss"; did you mean "loss"?'),
        (ENTRY + ENTRY + "link = 3", "{}, entry 2: `link` must be a text, got 3"),
        (ENTRY.replace("reason", "message"), "{}, entry 1: `reason` is missing"),
    ],
)
def test_files_that_cannot_be_used(text, message, tmp_path, capsys):
    file = tmp_path / "deviations.toml"
    file.write_text(text)
    assert refused(capsys, "--xfails", str(file)).startswith(message.format(file))


def test_a_file_that_is_not_there(tmp_path, capsys):
    file = tmp_path / "none.toml"
    assert refused(capsys, "--xfails", str(file)) == f"no file {file}"


def test_the_examples_are_tested(capsys):
    """A loss for each element and one for each row, declared outside the package."""
    asked = ["--quick", "--backends", "numpy,torch:cpu", "--cases", "examples.own_losses", "--oracles", ""]
    assert main([*asked, "--losses", "log_error_loss,radial_loss", "--checks", "values,gradients,masks,bad_input"]) == 0
    assert "radial_loss" in capsys.readouterr().out


def test_the_examples_run():
    done = subprocess.run(
        [sys.executable, "-m", "examples.own_losses"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.startswith("0.5 * RadialLoss() + 2 * LogErrorLoss(scale=3.0) 1.79497")
