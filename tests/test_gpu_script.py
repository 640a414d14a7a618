"""`.ci/gpu` in its form without a GPU, so that it does not rot."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent / ".ci" / "gpu"


def run(*words):
    return subprocess.run([sys.executable, SCRIPT, *words], capture_output=True, text=True, check=False)


def test_every_step_does_well(tmp_path):
    done = run(str(tmp_path), "--no-gpu")
    assert done.returncode == 0, done.stdout + done.stderr
    ended = json.loads((tmp_path / "summary.json").read_text())
    names = ["demo", "device", *(f"conformance-{each}" for each in ("torch-cpu", "numpy")), "rows", "losses"]
    assert [each["step"] for each in ended] == names
    checks = json.loads((tmp_path / "device.json").read_text())
    assert {each["backend"] for each in checks} == {"torch:cpu", "numpy"}
    assert sum(not each["wrong"] for each in checks) > len(checks) / 3
    assert json.loads((tmp_path / "rows.json").read_text())["rows"]


def test_a_slip_shows_how_it_is_called():
    done = run("--no-gpu")
    assert done.returncode == 2
    assert ".ci/gpu OUT --no-gpu" in done.stdout
