"""Losses in Keras, on each of its backends in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from array_losses.integrations.definitions import missing

SCRIPT = Path(__file__).parent / "keras_backend.py"
HIDDEN = """
import sys

class Hidden:
    def find_spec(self, name, path, target=None):
        if name == {0!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Hidden())
import array_losses.integrations.{0}
"""


@pytest.mark.parametrize(
    ("backend", "parts"),
    [
        ("numpy", ["values", "masks", "digits=no", "refused", "examples"]),
        ("torch", ["values", "masks", "digits"]),
        ("jax", ["digits"]),
    ],
)
def test_backend(backend, parts):
    env = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(SCRIPT.parent.parent)}
    command = [sys.executable, str(SCRIPT), *parts]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.stdout == f"{backend}\n", done.stderr[-3000:]


@pytest.mark.parametrize("name", ["keras", "torch", "sklearn", "jax"])
def test_a_missing_framework_gives_the_line_to_type(name):
    code = HIDDEN.format(name)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=SCRIPT.parent.parent
    )
    package = {"sklearn": "scikit-learn"}.get(name, name)
    assert done.stderr.splitlines()[-1] == (
        f"ModuleNotFoundError: array_losses.integrations.{name} needs {name}: pip install {package}"
    )


def test_what_the_framework_itself_lacks_is_said_as_it_is():
    error = ModuleNotFoundError("No module named 'optree'", name="optree")
    assert missing(error, "keras", "keras") is error
