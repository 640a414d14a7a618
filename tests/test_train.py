"""`demo --train`, as a user runs it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import array_losses as al
from array_losses.cli import libraries, train, train_report

ROOT = str(Path(al.__file__).parents[1])
OTHERS = ("torch", "jax", "cupy", "array_api_strict")
WITHOUT = """
import sys
from importlib.machinery import PathFinder

class Hiding(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in {hidden} else super().find_spec(name, path, target)

sys.meta_path[:] = [Hiding if each is PathFinder else each for each in sys.meta_path]
from array_losses.__main__ import main
sys.exit(main({words}))
"""
"""As if `hidden` were not installed; None in `sys.modules` would say the same, but SciPy asks it for attributes."""


def python(*words, folder):
    env = os.environ | {"PYTHONPATH": ROOT, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, *words]
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, encoding="utf-8", timeout=300)


def demo_without(*hidden, words, folder):
    """The command, where the modules `hidden` cannot be found."""
    return python("-c", WITHOUT.format(hidden=hidden, words=["demo", *words]), folder=folder)


def rows(printed):
    """Library -> (first loss, last loss, accuracy, difference to NumPy), for each of the models."""
    found = {}
    for line in printed.splitlines():
        words = line.split()
        if len(words) == 6 and words[3].endswith("%"):
            first, last, right, _, apart = words[1:]
            found.setdefault(words[0], []).append((float(first), float(last), float(right[:-1]), apart))
    return found


def check_picture(path):
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        width, height = picture.size
        assert 1000 < width < 3000
        assert 600 < height < 2000
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 100  # something is drawn


def test_every_library_learns_along_one_curve(tmp_path):
    done = python("-m", "array_losses", "demo", "--train", "--plot", str(tmp_path / "curves.png"), folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    found = rows(done.stdout)
    assert set(found) >= {"numpy", "torch", "jax", "array_api_strict"}
    for library in libraries.LIBRARIES:
        assert library.module in found or f"\n{library.module}: " in done.stdout or not library.kinds
    for values in found.values():
        assert len(values) == len(train.MODELS)
        for (first, last, right, apart), reference in zip(values, found["numpy"], strict=True):
            assert (first, last, right) == pytest.approx(reference[:3], abs=1e-8)
            assert last < first / 2
            assert right > 90
            assert apart == "-" or float(apart) <= train_report.ALLOWED
    assert "the loss curves lie on each other" in done.stdout
    check_picture(tmp_path / "curves.png")


def test_numpy_alone(tmp_path):
    done = demo_without(*OTHERS, words=["--train"], folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(rows(done.stdout)) == {"numpy"}
    assert done.stdout.count("not installed, not tested") == len(OTHERS)
    assert "no other library to compare with" in done.stdout
    check_picture(tmp_path / train.PLOT)


def test_a_picture_that_cannot_be_written(tmp_path):
    done = demo_without(*OTHERS, words=["--train", "--plot", "none/such.png"], folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("cannot write none/such.png (FileNotFoundError: ")
    assert done.stderr.count("\n") == 1


def test_says_what_to_install(tmp_path):
    done = demo_without("matplotlib", "rich", words=["--train"], folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'demo --train needs matplotlib, rich: pip install "array_losses[demo]"\n'


def test_plot_needs_train(tmp_path):
    done = demo_without(*OTHERS, words=["--plot", "x.png"], folder=tmp_path)
    assert done.returncode == 2
    assert "--plot needs --train" in done.stderr


def test_jax_is_left_as_it_was(tmp_path):
    code = """
import jax.numpy as jnp
from array_losses.cli.train import double
with double("jax"):
    assert jnp.ones(1).dtype == "float64"
assert jnp.ones(1).dtype == "float32"
"""
    done = python("-c", code, folder=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("run", "code", "message"),
    [
        (train.Run("torch", [2.0, 1.0 + 9e-9]), 0, "at most 9e-09 apart"),
        (train.Run("torch", [2.0, 1.0 + 2e-8]), 1, "differs from that of NumPy by 2e-08, 1e-08 is allowed"),
        (train.Run("torch", [float("nan"), 1.0]), 1, "by inf"),
        (train.Run("torch", [], trouble="ValueError: no"), 1, "ValueError: no"),
    ],
)
def test_verdict(run, code, message, capsys, tmp_path):
    results = {train.MODELS[0]: [train.Run("numpy", [2.0, 1.0]), run]}
    train_report.show(results)
    train_report.draw(results, str(tmp_path / "x.png"))  # what fails is drawn, too
    capsys.readouterr()
    assert train_report.judge([], results) == code
    printed = capsys.readouterr().out
    assert message in printed
    assert ("FAILED linear softmax, 64-10, torch: " in printed) == bool(code)


def test_a_library_that_cannot_compute_does_not_end_the_others():
    device = libraries.Device("cpu", "cpu", {}.__getitem__)
    done = train.run(train.MODELS[0], "some_library", device, [0, 0, 0, 0], lambda: None)
    assert (done.losses, done.trouble) == ([], "KeyError: 0")


def test_numpy_without_a_curve_is_the_one_that_fails(capsys, tmp_path):
    results = {train.MODELS[0]: [train.Run("numpy", [], trouble="ValueError: no"), train.Run("torch", [1.0])]}
    train_report.show(results)
    train_report.draw(results, str(tmp_path / "x.png"))
    capsys.readouterr()
    assert train_report.judge(["cupy: not installed, not tested"], results) == 1
    assert capsys.readouterr().out.count("FAILED") == 1


def test_gradients_of_the_model_are_right():
    """The hand-written derivative of the linear model with plain cross-entropy."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((5, 64)), rng.integers(0, 10, 5)
    weights, bias = train.start((64, 10))
    scores = np.exp(x @ weights + bias)
    error = (scores / scores.sum(axis=1, keepdims=True) - np.eye(10)[y]) / 5
    found = al.grad(lambda *p: al.cross_entropy(train.logits(x, p), y), argnums=(0, 1))(weights, bias)
    np.testing.assert_allclose(found[0], x.T @ error, atol=1e-14)
    np.testing.assert_allclose(found[1], error.sum(axis=0), atol=1e-14)
