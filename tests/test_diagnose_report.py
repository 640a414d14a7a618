"""The report of `diagnose`: what it says is true, on every library, whatever the values; the command."""

import json
import sys

import array_api_strict
import dask.array
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al
from array_losses.__main__ import main
from conformance.case import cases
from examples import own_losses

LOGITS = np.array([[2.0, 0, 0], [0, 1, 0], [np.nan, 0, 0], [0, 0, 3], [0, 0, 0], [1, 1, 1]])
IDS, MASK = np.array([0, 7, 1, -100, 2, 1]), np.array([True, True, True, True, True, False])
CASES = pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)


def test_what_is_said_is_true():
    found = al.diagnose(al.cross_entropy, LOGITS, IDS, where=MASK)
    data = found.to_dict()
    arrays = {each["name"]: each for each in data["arrays"]}
    (term,), (gradient,) = data["terms"], data["gradient"]
    (part,) = term["parts"]
    assert data["loss"] == "cross_entropy"
    assert data["value"] == "nan"
    assert np.isnan(found.value)
    assert arrays["input"]["shape"] == [6, 3]
    assert arrays["input"]["dtype"] == "float64"
    assert arrays["input"]["range"] == [0.0, 2.0]  # of what counts
    assert arrays["input"]["nan"] == {"count": 1, "first": [[2, 0]]}
    assert arrays["input"]["inf"] == {"count": 0, "first": []}
    assert arrays["target"]["outside"] == {"count": 1, "first": [[1]]}
    assert arrays["target"]["allowed"] == "[0, 3)"
    assert arrays["where"]["dtype"] == "bool"
    assert (term["positions"], term["masked"], term["ignored"]) == (6, 1, 1)
    assert (part["counted"], part["divisor"], part["divided_by"]) == (4, 4.0, "the number that counts")
    assert [each["position"] for each in part["costs"]] == [[1], [2], [4]]
    assert part["costs"][2]["loss"] == pytest.approx(np.log(3))
    assert part["costs"][2]["values"] == {"target": 2, "where": True} or part["costs"][2]["values"] == {"target": 2}
    assert gradient["nan"] == {"count": 6, "first": [[1, 0], [1, 1], [1, 2]]}
    assert gradient["range"] == pytest.approx([-2 / 3 / 4, 1 / 3 / 4])
    assert {each.name for each in found.causes} >= {"labels out of range", "NaN in an array"}


def test_it_reads_as_text():
    text = str(al.diagnose(al.cross_entropy, LOGITS, IDS, where=MASK))
    assert text == repr(al.diagnose(al.cross_entropy, LOGITS, IDS, where=MASK))
    for line in (
        "cross_entropy: nan",
        "1 outside [0, 3), first at (1)",
        "1 NaN, first at (2, 0)",
        "6 positions, 1 masked, 1 ignored",
        "divided by the number that counts: 4",
    ):
        assert line in text
    assert "\x1b" not in text


def plain_and_masked(case):
    found = [each for each in case.samples(np.random.default_rng(0)) if each.label in ("plain", "masked nan and inf")]
    assert found
    return found


@CASES
def test_value_and_gradient_are_those_of_the_loss(case):
    """Of every loss, weights and what is hidden by a mask included, and nothing is found wrong with a plain call."""
    for sample in plain_and_masked(case):
        for each in sample.arrays:
            each.flags.writeable = False
        found = al.diagnose(case.loss, *sample.arrays, **sample.options)
        value, gradient = al.value_and_grad(case.loss)(*sample.arrays, **sample.options)
        assert found.value == pytest.approx(float(value), rel=1e-9), sample.label
        shown = found.to_dict()["gradient"][0]
        assert shown["range"] == pytest.approx([float(gradient.min()), float(gradient.max())], rel=1e-6, abs=1e-12)
        assert not any(each.sure for each in found.causes), found
        assert found.error is None


@CASES
def test_it_never_raises_on_bad_values(case):
    (sample,) = [each for each in case.samples(np.random.default_rng(0)) if each.label == "plain"]
    for bad in (np.nan, -np.inf, 1e300):
        arrays = [spoiled(each, bad) for each in sample.arrays]
        found = al.diagnose(case.loss, *arrays, **sample.options)
        json.dumps(found.to_dict(), allow_nan=False)
        assert str(found).startswith(f"{case.name}: ")


def spoiled(array, bad):
    """An array with bad values at its first and last place."""
    changed = array.copy()
    if array.dtype.kind in "if" and array.size:
        changed.flat[[0, -1]] = bad if array.dtype.kind == "f" else (99 if bad > 0 else -7)
    return changed


LIBRARIES = {
    "torch": (torch.tensor, "PyTorch"),
    "jax": (jnp.asarray, "JAX"),
    "strict": (array_api_strict.asarray, "array_api_strict"),
    "dask": (lambda array: dask.array.from_array(array, chunks=3), "dask"),
}


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_library_is_told_the_same(name):
    array, noun = LIBRARIES[name]
    want = al.diagnose(al.cross_entropy, LOGITS, IDS, where=MASK).to_dict()
    found = al.diagnose(al.cross_entropy, array(LOGITS), array(IDS), where=array(MASK)).to_dict()
    assert {each.pop("origin") for each in found["arrays"]} == {noun}
    assert {each.pop("origin") for each in want["arrays"]} == {"NumPy"}
    assert found == want


def test_half_precisions_and_gradients_in_them():
    x = torch.tensor([[300.0, 0.0], [0.0, 300.0]], dtype=torch.bfloat16, requires_grad=True)
    found = al.diagnose(al.cross_entropy, x, torch.tensor([1, 1]))
    assert found.to_dict()["arrays"][0]["dtype"] == "bfloat16"
    assert found.value == 150.0
    scaled = al.diagnose(al.MSELoss(reduction="sum"), np.full(2, 6e4, np.float16), np.full(2, -6e4, np.float16))
    assert scaled.causes[0].name == "half-precision overflow"
    assert "gradient" in scaled.causes[0].seen


def test_a_composition_is_told_term_by_term():
    loss = 0.5 * al.DiceLoss() - 2 * al.CrossEntropyLoss(ignore_index=1)
    x, y = np.zeros((1, 2, 4)), np.array([[0, 1, 1, 0]])
    data = al.diagnose(loss, x, y).to_dict()
    assert [each["factor"] for each in data["terms"]] == [0.5, -2.0]
    assert [each["ignored"] for each in data["terms"]] == [0, 2]
    assert data["value"] == pytest.approx(float(loss(x, y)))
    assert sum(each["value"] for each in data["terms"]) == pytest.approx(data["value"])
    assert [len(each["parts"]) for each in al.diagnose(al.dice_ce_loss, x, y).to_dict()["terms"]] == [2]


def test_a_loss_of_your_own_is_diagnosed_too():
    found = al.diagnose(own_losses.log_error_loss, np.array([1.0, np.nan, 2.0, 0.0]), np.zeros(4))
    assert found.cause == "NaN in an array"
    assert al.diagnose(own_losses.RadialLoss(), np.ones((3, 2)), np.ones((3, 2, 1))).cause == "(N, 1) beside (N,)"


def test_within_a_gradient():
    seen = []

    def f(x):
        seen.append(al.diagnose(al.cross_entropy, x, [1, 3]).cause)
        return al.cross_entropy(x, [1, 2])

    al.grad(f)(np.zeros((2, 3)))
    assert seen == ["labels off by one"]


def test_libraries_side_by_side():
    found = al.diagnose(al.mse_loss, torch.zeros(3), jnp.ones(3))
    assert "`target` is a JAX array, `input` a PyTorch tensor; convert it" in found.error
    assert found.value == 1.0


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: al.diagnose(al.MSELoss, LOGITS, LOGITS), al.DTypeError, "got MSELoss; write MSELoss()"),
        (
            lambda: al.diagnose(np.mean, LOGITS),
            al.DTypeError,
            "`loss` must be a loss function, a loss object or a comp",
        ),
        (
            lambda: al.diagnose(al.mse_loss, LOGITS, LOGITS, reducton="sum"),
            al.ArgumentError,
            "did you mean `reduction`",
        ),
        (lambda: al.diagnose(al.mse_loss, LOGITS), al.ArgumentError, "`target` is missing"),
        (lambda: al.diagnose(al.huber_loss, LOGITS, LOGITS, delta=-1), al.OptionError, "`delta` must be"),
        (lambda: al.diagnose(al.mse_loss, LOGITS, LOGITS, reduction="avg"), al.OptionError, "`reduction` must be"),
        (lambda: al.diagnose(al.mse_loss, torch.zeros(3, device="meta"), [0.0] * 3), al.NamespaceError, "can be read"),
        (lambda: al.diagnose(al.mse_loss, torch.eye(3).to_sparse(), LOGITS), al.NamespaceError, "input.to_dense()"),
        (lambda: jax.jit(lambda x: al.diagnose(al.mse_loss, x, x))(jnp.ones(3)), al.NamespaceError, "outside of jit"),
    ],
)
def test_what_is_no_value_is_an_error(call, kind, text):
    with pytest.raises(kind) as caught:
        call()
    assert text in str(caught.value)


@pytest.mark.parametrize(
    "arrays", [([1.0], [1.0]), (LOGITS, [[1], [1, 2]]), (LOGITS.astype(complex), LOGITS), ("x", 1)]
)
def test_what_is_no_array_is_reported(arrays):
    found = al.diagnose(al.mse_loss, *arrays)
    assert found.value is None
    assert found.error.startswith("mse_loss: `")
    assert "no value" in str(found)


def test_without_numpy_it_says_what_to_type(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(al.NamespaceError, match=r'pip install "array_losses\[numpy\]"'):
        al.diagnose(al.mse_loss, torch.zeros(3), torch.zeros(3))


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    np.save(tmp_path / "logits.npy", np.zeros((4, 3), np.float32))
    np.save(tmp_path / "labels.npy", np.array([1, 2, 3, 1]))
    np.save(tmp_path / "objects.npy", np.array([None]), allow_pickle=True)
    return tmp_path


@pytest.mark.parametrize("name", ["cross_entropy", "CrossEntropyLoss"])
def test_the_command_names_the_cause(files, capsys, name):
    words = ["--input", f"{files}/logits.npy", f"--target={files}/labels.npy", "--label-smoothing", "0.1"]
    assert main(["diagnose", name, *words]) == 0
    shown = capsys.readouterr().out
    assert "cause  labels off by one" in shown
    assert "\x1b" not in shown
    assert main(["diagnose", name, *words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["causes"][0]["name"] == "labels off by one"


def test_the_command_has_colours_in_a_terminal(files, capsys, monkeypatch):
    words = ["diagnose", "cross_entropy", "--input", f"{files}/logits.npy", "--target", f"{files}/labels.npy"]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    main(words)
    assert "\x1b[1;31mlabels off by one\x1b[0m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(words)
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["CrossEntropyLos"], 'no loss "CrossEntropyLos"; did you mean "CrossEntropyLoss"?'),
        (["box_iou"], 'no loss "box_iou"'),
        (["cross_entropy", "--input", "none.npy"], "no file none.npy"),
        (["cross_entropy", "--input", "table.csv"], "table.csv: arrays are given as files of numpy.save"),
        (["cross_entropy", "--input", "{}/objects.npy"], "is no array of numbers"),
        (["cross_entropy", "--inptu", "{}/logits.npy"], "did you mean `input`?"),
        (["cross_entropy", "{}/logits.npy"], "by name, --input FILE.npy, got"),
        (["cross_entropy", "--input"], "--input needs a file or a value"),
        (["cross_entropy", "--input", "{}/logits.npy"], "`target` is missing"),
    ],
)
def test_the_command_says_what_is_mistyped(files, capsys, words, text):
    assert main(["diagnose", *[each.format(files) for each in words]]) == 2
    shown = capsys.readouterr()
    assert text in shown.err
    assert shown.out == ""
