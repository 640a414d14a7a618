"""The command line, as a user runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import array_losses as al
from array_losses.cli import demo, libraries

ROOT = str(Path(al.__file__).parents[1])
DEMO_TASKS = ("binary", "multiclass", "detection", "segmentation", "regression")
FAKE_CUPY = """
__version__ = "14.0"
class cuda:
    class runtime:
        def getDeviceCount():
            raise RuntimeError("no driver")
"""


def run(*words, path=(), without=()):
    """The command in a process of its own; modules named in `without` cannot be found there."""
    hide = "; ".join(f"sys.modules[{name!r}] = None" for name in without)
    code = f"import runpy, sys; {hide}; runpy.run_module('array_losses', run_name='__main__', alter_sys=True)"
    start = ["-c", code] if without else ["-m", "array_losses"]
    env = os.environ | {"PYTHONPATH": os.pathsep.join([*path, ROOT]), "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, *start, *words]
    return subprocess.run(command, env=env, capture_output=True, encoding="utf-8", timeout=300)


@pytest.fixture(scope="module")
def printed():
    done = run("demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def sections(printed):
    """Task -> loss -> (values, ULP)."""
    found = {}
    for line in printed.splitlines():
        words = line.split()
        if words and words[0] in DEMO_TASKS:
            rows = found[words[0]] = {}
        elif words and re.fullmatch(r"[\d.e+-]+", words[-1]) and len(words) > 2:
            rows[words[0]] = [float(each) for each in words[1:-1]], float(words[-1])
    return found


# --- list -----------------------------------------------------------------------------------------------------------


def test_list_shows_every_record():
    done = run("list")
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    for record in al.catalog():
        assert f"{record.name} {record.cls.__name__} " in text
        assert record.summary in text
    assert "label_smoothing_loss LabelSmoothingLoss cross_entropy" in text
    assert "mse_loss MSELoss same name" in text


@pytest.mark.parametrize("task", ["detection", "segmentation"])
def test_list_of_a_task(task):
    lines = run("list", "--task", task).stdout.splitlines()
    listed = {line.split()[0] for line in lines[1:] if line and line[0].islower()}
    assert listed == {record.name for record in al.catalog(task)}


def test_list_fits_the_terminal():
    assert max(map(len, run("list").stdout.splitlines())) < 100


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("list", "--task", "detectoin"), 'no task "detectoin"; did you mean "detection"? Tasks: binary, multiclass,'),
        (("list", "--task", "xyz"), 'no task "xyz". Tasks: binary, multiclass,'),
        (("dmo",), 'no command "dmo"; did you mean "demo"?'),
        (("xyz",), 'no command "xyz"\n'),
        ((), "usage: python -m array_losses"),
    ],
)
def test_mistyped(words, message):
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


# --- info -----------------------------------------------------------------------------------------------------------


def test_info_names_versions_and_devices():
    numpy = pytest.importorskip("numpy")
    lines = [line.split() for line in run("info").stdout.splitlines()]
    assert ["array_losses", al.__version__] in lines
    assert ["numpy", numpy.__version__, "cpu"] in lines
    assert {line[0] for line in lines if line} >= {library.module for library in libraries.LIBRARIES} | {"Python"}


def test_info_tells_an_import_from_a_device(tmp_path):
    (tmp_path / "cupy.py").write_text(FAKE_CUPY)
    line = next(line for line in run("info", path=[str(tmp_path)]).stdout.splitlines() if line.startswith("cupy"))
    assert line.split(maxsplit=2) == ["cupy", "14.0", "installed, no usable GPU (RuntimeError: no driver)"]


@pytest.mark.parametrize("command", ["list", "info"])
def test_needs_no_library(command):
    hidden = ("numpy", "torch", "jax", "cupy", "dask", "array_api_strict", "rich", "sklearn")
    done = run(command, without=hidden)
    assert (done.returncode, done.stderr) == (0, "")
    assert command == "list" or done.stdout.count("not installed; pip install") == 6


# --- demo -----------------------------------------------------------------------------------------------------------


def test_demo_shows_every_loss_of_its_tasks(printed):
    found = sections(printed)
    for task in DEMO_TASKS:
        assert set(found[task]) == {record.name for record in al.catalog(task)}


def test_demo_compares_what_is_installed(printed):
    head = next(line for line in printed.splitlines() if line.split()[:1] == ["loss"])
    columns = head.split()[1:-1]
    assert columns[0] == "numpy"
    for library in libraries.LIBRARIES:
        known = {library.module in columns, f"\n{library.module}" in printed}
        assert True in known or not library.kinds, library.module
    for rows in sections(printed).values():
        for values, ulp in rows.values():
            assert 0 <= ulp <= demo.ALLOWED
            assert values == pytest.approx([values[0]] * len(values), rel=1e-5)


def test_demo_computes_what_the_data_say(printed):
    found = sections(printed)
    assert found["detection"]["ssd_loss"] == found["detection"]["multibox_loss"]
    assert found["multiclass"]["nll_loss"][0] == pytest.approx(found["multiclass"]["cross_entropy"][0], rel=1e-5)
    shares = {"mape_loss": 100}  # percent
    assert all(0 < abs(v[0]) < 10 * shares.get(name, 1) for rows in found.values() for name, (v, _) in rows.items())


def test_demo_says_what_to_install():
    done = run("demo", without=("rich", "sklearn"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'demo needs scikit-learn, rich: pip install "array_losses[demo]"\n'


def test_demo_says_which_losses_it_does_not_show(capsys):
    """Those whose cases name no arrays."""
    assert judged(demo.Row("a_loss", []), demo.Row("mse_loss", [0.5, 0.5])) == 0
    said = capsys.readouterr().out
    assert "a_loss (binary): not shown, its case names no arrays of the demo" in said
    assert "1 losses agree on numpy, torch" in said


def test_demo_fails_where_a_case_names_arrays_that_are_not_there():
    row = demo.row(al.catalog("binary")[0], SimpleNamespace(arrays={"logits": 1}), ("logits", "lables"), {})
    assert row.verdict == "its case asks for lables; there are logits"
    assert judged(row) == 1


def test_demo_fails_where_a_library_cannot_compute():
    device = libraries.Device("cpu", "cpu", {}.__getitem__)
    mse = next(record for record in al.catalog() if record.name == "mse_loss")
    row = demo.row(mse, SimpleNamespace(arrays={"x": 1}), ("x", "x"), {"numpy": device})
    assert row.verdict == "numpy: KeyError: 1"
    assert judged(row) == 1


@pytest.mark.parametrize(
    ("values", "ulp", "code"),
    [
        ([0.5, 0.5], 0, 0),
        ([0.5, 0.5 + 64 * 2.0**-24], 64, 0),
        ([0.5, 0.5, 0.5 - 65 * 2.0**-24], 65, 1),
        ([0.5, float("nan")], float("inf"), 1),
    ],
)
def test_demo_judges_by_units_in_the_last_place(values, ulp, code):
    row = demo.Row("some_loss", values)
    assert row.ulp == ulp
    assert judged(row) == code


def judged(*rows):
    group = demo.Group("binary", "some data", list(rows))
    demo.show(["numpy", "torch"], [group])
    return demo.judge(["numpy", "torch"], [], [group])


def test_a_listed_device_may_be_of_no_use():
    def at(index):
        if index == 0:
            raise RuntimeError("not supported by this build")
        return libraries.Device("cuda", f"cuda:{index}", float)

    assert [device.name for device in libraries.usable(at, 2)] == ["cuda:1"]
    with pytest.raises(RuntimeError, match="not supported"):
        libraries.usable(at, 1)
