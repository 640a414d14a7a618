"""One definition for all: written and read, every error with its line, schedules, fingerprints, one training curve."""

import doctest
import json
import pickle
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al
from array_losses.families.pointwise import pointwise
from array_losses.objects import loss_class

ROOT = Path(__file__).resolve().parents[1]
RAMP = al.Schedule(steps=[0, 10, 30], values=[0.0, 1.0, 0.5])
X, Y = np.array([[0.5, -1.0, 2.0], [0.0, 1.0, -0.5]]), np.array([2, 0])


# --- dump -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", [record.cls for record in al.catalog()], ids=lambda cls: cls.__name__)
def test_what_is_written_is_read_back_equal(cls, tmp_path):
    loss = cls()
    losses = {"alone": loss, "mixed": -0.1 * loss + RAMP * loss.replace(reduction="sum")}
    al.dump(losses, tmp_path / "losses.toml")
    assert al.load(tmp_path / "losses.toml") == losses


def test_names_numbers_and_arrays_survive_a_file(tmp_path):
    path = tmp_path / "losses.toml"
    weights = (np.float32([0.1, 1e-30, 3]), torch.tensor([1, 2]), jnp.ones(2), [True, 2, float("inf")])
    losses = {f"weight {i}": al.CrossEntropyLoss(weight) for i, weight in enumerate(weights)}
    losses |= {'a "b" \\ ü\n\t\x7f\x00': al.BCEWithLogitsLoss(pos_weight=[[1, 2], [3, 4]]), "": al.MSELoss()}
    losses |= {"large": al.CrossEntropyLoss(ignore_index=-(2**62)), "a.b": al.MSELoss(normalizer=1e22)}
    losses |= {"nan": al.MSELoss(weight=[float("nan")])}
    al.dump(losses, str(path))
    found = al.load(path)
    assert list(found) == list(losses)
    assert all(found[name] == loss for name, loss in losses.items())
    al.dump({}, path)
    assert al.load(path) == {}


@pytest.mark.parametrize(
    ("losses", "message"),
    [
        ([al.MSELoss()], 'dump: `losses` must be a dict of losses by name, {"train": loss}, got a list'),
        ({"version": al.MSELoss()}, 'dump: `losses` must have texts other than "version" as names, got "version"'),
        ({"\ud800": al.MSELoss()}, "dump: `losses` must have texts"),
        ({1: al.MSELoss()}, 'dump: `losses` must have texts other than "version" as names, got 1'),
        ({"a": al.MSELoss}, r"dump: `losses\['a'\]` must be a loss object .*, got a type; write MSELoss\(\)"),
        ({"a": al.mse_loss}, r"dump: `losses\['a'\]` must be a loss object or a composition, got a function"),
        (
            {"a": al.CrossEntropyLoss(torch.ones(3, device="meta"))},
            "CrossEntropyLoss.to_config: `weight` must lie in host memory",
        ),
        (
            {"a": loss_class(al.mse_loss, "OwnLoss")() + al.MSELoss()},
            r"dump: `losses\['a'\]` must consist of losses of array_losses, which alone can be read back, got OwnLoss",
        ),
    ],
)
def test_what_cannot_be_written_leaves_the_file_alone(losses, message, tmp_path):
    path = tmp_path / "losses.toml"
    path.write_text("as it was")
    with pytest.raises(al.ArrayLossesError, match=message):
        al.dump(losses, path)
    assert path.read_text() == "as it was"


# --- validate -------------------------------------------------------------------------------------------------------

WRONG = """\
version = 1
[train]
loss = "FocalLoss"
options = {gamma = "2", alfa = 1, reduction = "avg"}
none = ["alpha", 3]

[mix]
sum = [  # over several lines
  {loss = "MSELoss"},
  {loss = "HuberLos", scale = "2"},
  {loss = "HuberLoss", scale = nan, options = {delta = -1, weight = [
      1, 2]}},
  {loss = "L1Loss", scale = {steps = [0, 10], values = [1]}},
]

[[more.sum]]
loss = "L1Loss"
scale = {step = [0, 1]}
[[more.sum]]
los = "L1Loss"
[more.sum.options]
normalizer = 10
reduction = '''
mean'''

[newer]
version = 2
loss = "MSELoss"
"un known" = 1
[fine]
loss = "MSELoss"
[strange]
x = 1
"""
FOUND = """\
4 [train]: unknown option `options.alfa`; did you mean `alpha`?
4 [train]: `options.gamma` must be a finite number >= 0, got "2"
4 [train]: `options.reduction` must be "mean", "sum", "none" or "sums", got "avg"
5 [train]: `none[1]` must be the name of an option that is given nowhere else, got 3
10 [mix]: `sum[1].scale` must be a plain number, got "2"
10 [mix]: `sum[1].loss` must be the class name of a loss (did you mean `HuberLoss`?), got "HuberLos"
11 [mix]: `sum[2].scale` must be a finite number, got nan
11 [mix]: `sum[2].options.delta` must be a finite number > 0, got -1
13 [mix]: `sum[3].scale.values` must be as many numbers as there are steps, 2, got [1]
18 [more]: unknown key `sum[0].scale.step`; did you mean `steps`?
18 [more]: `sum[0].scale.values` must be a list of numbers, got nothing
20 [more]: unknown key `sum[1].los`; did you mean `loss`?
27 [newer]: `version` must be 1, got 2 (of a newer array_losses)
29 [newer]: unknown key `un known`; it takes loss, options, none
32 [strange]: `loss` must be the class name of a loss, got nothing
33 [strange]: unknown key `x`; it takes loss, options, none
"""


def validate(*files):
    command = [sys.executable, "-m", "array_losses", "validate", *map(str, files)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT)
    return done.returncode, done.stdout, done.stderr


def test_validate_lists_every_error_with_its_line(tmp_path):
    wrong, right = tmp_path / "wrong.toml", tmp_path / "right.toml"
    wrong.write_text(WRONG)
    al.dump({"train": al.MSELoss()}, right)
    expected = "".join(f"{wrong}:{line}\n" for line in FOUND.splitlines())
    assert validate(wrong) == (1, f"{expected}{wrong}: 16 errors\n", "")
    fine = f"{right}: [train] {al.MSELoss().fingerprint()} MSELoss()\n"
    assert validate(right) == (0, fine, "")
    missing = tmp_path / "missing.toml"
    assert validate(missing, right) == (2, fine, f"{missing}: No such file or directory\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[a]\nloss = "MSELoss"\n\n[b]\nloss = \n', 5),
        ('[a]\nloss = "MSELoss"\n[a]\n', 3),
        ("[a]\noptions.weight = [1,\n2\n", 3),
        (b"[a]\n# \xff\n", 2),
        ("x = " + "[" * 5000, 1),
    ],
)
def test_what_is_not_toml_is_said_with_its_line(tmp_path, text, line):
    path = tmp_path / "losses.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(al.OptionError) as caught:
        al.load(path)
    assert str(caught.value).startswith(f"{path}:{line}: not TOML: ")


def test_lines_end_as_on_windows(tmp_path):
    path = tmp_path / "losses.toml"
    path.write_bytes(b'[a]\r\nloss = "MSELoss"\r\n[b]\r\nloss = "MSELos"\r\n')
    with pytest.raises(al.OptionError, match=r"losses\.toml:4 \[b\]: `loss` must be"):
        al.load(path)


@pytest.mark.parametrize(
    "text",
    [
        'loss = "os.system"',
        'loss = "__import__"',
        'loss = "Loss"',
        'loss = "__getattr__"',
        'loss = "MSELoss"\noptions = {__class__ = "os.system"}',
        'loss = "MSELoss"\noptions = {normalizer = "__import__(\'os\').abort()"}',
        'sum = [{loss = "MSELoss", scale = "1+1"}]',
        'sum = [{loss = "MSELoss", scale = {steps = [0, 1], values = [0, 1], __call__ = "abort"}}]',
    ],
)
def test_a_file_holds_data_alone(tmp_path, text):
    path = tmp_path / "losses.toml"
    path.write_text(f"[a]\n{text}")
    with pytest.raises(al.ArrayLossesError, match=r"losses\.toml:\d \[a\]: "):
        al.load(path)


# --- schedules ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "value"), [(-5, 0.0), (0, 0.0), (5, 0.5), (10, 1.0), (20, 0.75), (1000, 0.5), (7.5, 0.75)]
)
def test_a_schedule_is_linear_between_its_points(step, value):
    assert RAMP(step) == value
    expected = 2.0 * al.cross_entropy(X, Y) + value * al.focal_loss(X, Y)
    loss = 2 * al.CrossEntropyLoss() + RAMP * al.FocalLoss()
    assert loss(X, Y, step=step) == loss.at(step)(X, Y) == expected
    for given in (np.float64(step), np.array(step), torch.tensor(step), jnp.asarray(step)):
        assert loss(X, Y, step=given) == expected
    parts = [loss(X[i : i + 1], Y[i : i + 1], step=step, reduction="sums") for i in (0, 1)]
    assert sum(parts).loss() == pytest.approx(expected, rel=1e-14)


def test_a_traced_step_is_compiled_once_and_keeps_the_dtype():
    traces = []

    @jax.jit
    def compiled(x, y, step):
        traces.append(step)
        return (al.CrossEntropyLoss() + RAMP * al.FocalLoss())(x, y, step=step)

    loss = al.CrossEntropyLoss() + RAMP * al.FocalLoss()
    x = jnp.asarray(X, "float16")
    for step in (0, 4, 25, 99):
        found = compiled(x, Y, step)
        assert found.dtype == jnp.float32
        np.testing.assert_allclose(found, loss(x, Y, step=step), rtol=2e-6)
    assert len(traces) == 1
    slopes = jax.vmap(lambda step: loss(x, Y, step=step))(jnp.array([0, 20]))
    np.testing.assert_allclose(slopes, [loss(x, Y, step=0), loss(x, Y, step=20)], rtol=2e-6)


def test_a_step_under_torch_compile():
    loss = al.MSELoss() + RAMP * al.L1Loss()
    compiled = torch.compile(lambda x, y, step: loss(x, y, step=step), fullgraph=True, backend="aot_eager")
    x, y = torch.tensor(X, dtype=torch.float32), torch.zeros(2, 3)
    for step in (0, 25):
        found = compiled(x, y, torch.tensor(step))
        assert found.dtype == torch.float32
        assert float(found) == pytest.approx(float(loss(x, y, step=step)), rel=1e-6)


def test_schedules_are_values():
    loss = al.MSELoss() - RAMP * al.L1Loss()
    assert loss == al.MSELoss() - al.Schedule((0, 10.0, 30), (0, 1, 0.5)) * al.L1Loss() != al.MSELoss() - al.L1Loss()
    assert pickle.loads(pickle.dumps(loss)) == loss
    assert hash(pickle.loads(pickle.dumps(loss))) == hash(loss)
    assert al.from_config(json.loads(json.dumps(loss.to_config()))) == loss
    assert (2 * loss / 4).at(20) == 0.5 * al.MSELoss() - 0.375 * al.L1Loss()
    assert (2 * RAMP) * al.L1Loss() == RAMP * (2 * al.L1Loss()) == np.float64(2) * RAMP * al.L1Loss()
    assert al.MSELoss().at(3) == al.MSELoss()
    assert loss.replace(reduction="sum").at(10) == al.MSELoss(reduction="sum") - al.L1Loss(reduction="sum")
    assert repr(RAMP) == "Schedule(steps=[0, 10, 30], values=[0.0, 1.0, 0.5])"
    assert eval(repr(loss), vars(al)) == loss
    with pytest.raises(AttributeError, match="frozen"):
        RAMP.steps = ()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: al.Schedule([0], [1]), r"Schedule: `steps` must be two increasing numbers at least, got \[0\]"),
        (lambda: al.Schedule([0, 0], [1, 2]), "Schedule: `steps` must be two increasing numbers at least"),
        (lambda: al.Schedule([0, 1], [1]), "Schedule: `values` must be as many numbers as there are steps, 2, got"),
        (lambda: al.Schedule([0, 1], [1, float("nan")]), "Schedule: `values` must hold finite numbers, got nan"),
        (lambda: al.Schedule([0, 1], "ab"), 'Schedule: `values` must be a list of numbers, got "ab"'),
        (lambda: al.Schedule([0, True], [0, 1]), "Schedule: `steps` must be a list of numbers, got a list"),
        (lambda: al.Schedule([0, 10**400], [0, 1]), "Schedule: `steps` must hold finite numbers, got one too large"),
        (lambda: RAMP * (RAMP * al.MSELoss()), "`factor` must be a plain number where a term has a schedule"),
        (lambda: (RAMP * al.MSELoss())(X, X), r"`step` is missing: a factor is a schedule; write loss\(..., step=step"),
        (lambda: (RAMP * al.MSELoss())(X, X, step="1"), 'Composition: `step` must be a finite number .*, got "1"'),
        (lambda: (RAMP * al.MSELoss())(X, X, step=True), "Composition: `step` must be a finite number .*, got True"),
        (lambda: (RAMP * al.MSELoss())(X, X, step=float("nan")), "`step` must be a finite number .*, got nan"),
        (lambda: (RAMP * al.MSELoss())(X, X, step=X), r"`step` must be a finite number .* of shape \(2, 3\)"),
        (
            lambda: (RAMP * al.MSELoss())(X, X, step=torch.ones((), device="meta")),
            "`step` must be a number or a NumPy array, as the loss is, got a Tensor",
        ),
        (lambda: al.MSELoss().at("x"), 'MSELoss: `step` must be a finite number .*, got "x"'),
        (lambda: al.FocalLoss(gamma=10**400), "`gamma` must be a finite number >= 0, got one too large for a float"),
        (lambda: RAMP(None), "Schedule: `step` must be a finite number or a 0-d array of such, got None"),
        (
            lambda: (RAMP * al.MSELoss()).terms(),
            r"the factor of MSELoss is a schedule; write loss.at\(step\).terms\(\)",
        ),
        (
            lambda: jax.jit(lambda x, s: (RAMP * al.MSELoss())(x, x, step=s, reduction="sums"))(X, 1),
            '`step` must be a plain number with reduction="sums"',
        ),
        (
            lambda: jax.jit(lambda x, s: (RAMP * al.DiceCELoss())(x, x, step=s, reduction="sums"))(X, 1),
            '`step` must be a plain number with reduction="sums"',
        ),
        (lambda: jax.jit(lambda s: (RAMP * al.MSELoss()).at(s))(1), "`step` must be a plain number in `at`"),
    ],
)
def test_what_is_no_schedule_and_no_step(make, message):
    with pytest.raises(al.ArrayLossesError, match=message):
        make()


# --- fingerprints ---------------------------------------------------------------------------------------------------


def test_a_fingerprint_is_that_of_the_definition():
    base = al.CrossEntropyLoss([1.0, 2.0, 0.5])
    same = [
        al.CrossEntropyLoss(np.array([1, 2, 0.5], np.float32)),
        al.CrossEntropyLoss(torch.tensor([1.0, 2.0, 0.5])),
        al.CrossEntropyLoss(jnp.array([1.0, 2.0, 0.5]), label_smoothing=0, reduction="mean"),
        1 * base,
        al.from_config(json.loads(json.dumps(base.to_config()))),
        pickle.loads(pickle.dumps(base)),
    ]
    assert {each.fingerprint() for each in same} == {base.fingerprint()} == {"1-d544a807dbfc2226"}
    other = [
        al.CrossEntropyLoss(),
        al.CrossEntropyLoss([1.0, 2.0]),
        al.CrossEntropyLoss([1.0, 2.0, 0.5], ignore_index=255),
        al.CrossEntropyLoss([1.0, 2.0, 0.5], normalizer=3),
        al.NLLLoss([1.0, 2.0, 0.5]),
        2 * base,
        base + base,
        RAMP * base,
        2 * RAMP * base,
    ]
    assert len({each.fingerprint() for each in (base, *other)}) == 1 + len(other)


def test_a_fingerprint_does_not_depend_on_how_a_number_is_written():
    same = [al.MSELoss(normalizer=2), al.MSELoss(normalizer=2.0), al.MSELoss(normalizer=np.array(2))]
    assert len({each.fingerprint() for each in same}) == 1
    same = [al.MSELoss(weight=[0, True]), al.MSELoss(weight=[-0.0, 1])]
    assert len({each.fingerprint() for each in same}) == 1
    nan = [al.MSELoss(weight=[float("nan"), 10**400]), al.MSELoss(weight=(np.nan, 10**400))]
    assert len({each.fingerprint() for each in nan}) == 1
    large = [al.CrossEntropyLoss(ignore_index=2**60 + i) for i in (0, 1)]
    assert len({each.fingerprint() for each in large}) == 2
    a, b = 0.5 * al.DiceLoss(), 2 * al.CrossEntropyLoss()
    assert (a + b).fingerprint() == (b + a).fingerprint() != (a + a).fingerprint()


def test_the_version_of_a_formula_changes_the_fingerprint():
    first, second = (loss_class(al.mse_loss, "OwnLoss", version=version)() for version in (1, 2))
    assert first.version == 1
    assert first.fingerprint() != second.fingerprint()
    assert {record.version for record in al.catalog()} == {1}


def test_a_loss_of_ones_own_is_known_by_its_module():
    @pointwise(tasks=("regression",))
    def mse_loss(input, target, **options):
        """Another error."""
        return (input - target) ** 4

    assert loss_class(mse_loss, "MSELoss")().fingerprint() != al.MSELoss().fingerprint()


def test_fingerprints_differ_from_loss_to_loss():
    classes = [record.cls for record in al.catalog()]
    assert len({cls().fingerprint() for cls in classes}) == len(classes)


def test_what_has_no_numbers_has_no_fingerprint():
    for weight in (torch.ones(3, device="meta"), torch.ones(3, requires_grad=True)):
        with pytest.raises(al.OptionError, match="fingerprint: `weight` must be fixed numbers, neither learned nor"):
            al.CrossEntropyLoss(weight).fingerprint()
    with pytest.raises(al.OptionError, match="must be fixed numbers"):
        jax.jit(lambda gamma: al.FocalLoss(gamma=gamma).fingerprint())(2.0)


# --- a JAX script and a torch script --------------------------------------------------------------------------------

SHARED = """
[train]
sum = [
    {loss = "CrossEntropyLoss", options = {label_smoothing = 0.1}},
    {scale = {steps = [0, 20], values = [0.0, 2.0]}, loss = "FocalLoss", options = {gamma = 1.5}},
]
"""


def batches():
    from sklearn.datasets import load_digits

    digits = load_digits()
    for i in range(25):
        rows = slice(64 * i % 1700, 64 * i % 1700 + 64)
        yield (digits.data[rows] / 16).astype(np.float32), digits.target[rows]


def jax_curve(path):
    loss = al.load(path)["train"]

    @jax.jit
    def update(weight, x, y, step):
        value, gradient = jax.value_and_grad(lambda w: loss(x @ w, y, step=step))(weight)
        return weight - 0.5 * gradient, value

    weight, curve = jnp.zeros((64, 10)), []
    for step, (x, y) in enumerate(batches()):
        weight, value = update(weight, x, y, step)
        curve.append(float(value))
    return curve


def torch_curve(path):
    loss = al.load(path)["train"]
    weight, curve = torch.zeros(64, 10, requires_grad=True), []
    optimizer = torch.optim.SGD([weight], lr=0.5)
    for step, (x, y) in enumerate(batches()):
        optimizer.zero_grad()
        value = loss(torch.tensor(x) @ weight, torch.tensor(y), step=step)
        value.backward()
        optimizer.step()
        curve.append(value.item())
    return curve


def test_one_file_gives_one_training_curve(tmp_path):
    path = tmp_path / "losses.toml"
    path.write_text(SHARED)
    ours, theirs = jax_curve(path), torch_curve(path)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    assert ours[-1] / (1 + 2.0) < 0.8 * ours[0]  # it learns; the last step's factors add up to 3


@pytest.mark.parametrize("documented", [al.Schedule, al.Loss.fingerprint], ids=lambda each: each.__name__)
def test_examples_are_true(documented):
    examples = doctest.DocTestParser().get_doctest(documented.__doc__, {}, documented.__name__, None, None)
    assert examples.examples
    assert doctest.DocTestRunner(verbose=False).run(examples).failed == 0


# --- slips ----------------------------------------------------------------------------------------------------------


def test_slips_are_answered_with_what_to_write(tmp_path):
    with pytest.raises(al.OptionError, match=r'`losses` must be a dict of losses by name, {"train": loss}'):
        al.dump(al.MSELoss() + al.L1Loss(), tmp_path / "losses.toml")
    with pytest.raises(al.OptionError, match="`path` must name a TOML file"):
        al.dump({"train": al.MSELoss()}, tmp_path / "losses.json")
    path = tmp_path / "losses.toml"
    path.write_text('version = 1\n[train]\nloss = "CrossEntropyLoss"\nlabel_smoothing = 0.1\n')
    with pytest.raises(al.OptionError, match=r"unknown key `label_smoothing`; write `options.label_smoothing`"):
        al.load(path)
