"""Definition files: what is wrong with one is said with file, table and key."""

import json
import os
import pathlib
import re

import numpy as np
import pytest

import array_losses as al

FINITE = "must be a finite number"
PROBLEMS = [  # a file, the error, and what follows the name of the file
    # --- options ---
    (
        '[train]\nloss = "FocalLoss"\noptions = {gamma = "2"}',
        al.DTypeError,
        ' [train]: `options.gamma` must be a finite number >= 0, got "2"',
    ),
    (
        '[train]\nloss = "FocalLoss"\noptions.gamma = -1',
        al.OptionError,
        " [train]: `options.gamma` must be a finite number >= 0, got -1",
    ),
    (
        '[train]\nloss = "FocalLoss"\n[train.options]\ngamma = nan',
        al.OptionError,
        " [train]: `options.gamma` must be a finite number >= 0, got nan",
    ),
    (
        '[train]\nloss = "FocalLoss"\noptions = {gamma = 1979-05-27}',
        al.DTypeError,
        " [train]: `options.gamma` must be a finite number >= 0, got a date",
    ),
    (
        '[a]\nloss = "MSELoss"\n[b]\nloss = "CrossEntropyLoss"\noptions = {label_smothing = 0.1}',
        al.ArgumentError,
        " [b]: unknown option `options.label_smothing`; did you mean `label_smoothing`?",
    ),
    (
        '[train]\nloss = "MSELoss"\noptions = {where = [true]}',
        al.ArgumentError,
        " [train]: `options.where` belongs to a batch; give it when the loss is called",
    ),
    (
        '[train]\nloss = "MSELoss"\noptions = {self = 1}',
        al.ArgumentError,
        " [train]: unknown option `options.self`; it takes weight, reduction, normalizer",
    ),
    (
        '[train]\nloss = "MSELoss"\noptions = {reduction = "avg"}',
        al.OptionError,
        ' [train]: `options.reduction` must be "mean", "sum", "none" or "sums", got "avg"',
    ),
    (
        '[train]\nloss = "MSELoss"\noptions = {normalizer = "batch"}',
        al.OptionError,
        ' [train]: `options.normalizer` must be None, "weights", "count" or a number, got "batch"',
    ),
    (
        '[train]\nloss = "MSELoss"\noptions = {normalizer = {by = 2}}',
        al.DTypeError,
        ' [train]: `options.normalizer` must be None, "weights", "count" or a number, got a dict',
    ),
    (
        '[train]\nloss = "CrossEntropyLoss"\noptions = {weight = ["1", "2"]}',
        al.DTypeError,
        ' [train]: `options.weight` must be an array or numbers, got "1"',
    ),
    (
        '[train]\nloss = "CrossEntropyLoss"\noptions = {weight = {a = 1}}',
        al.DTypeError,
        " [train]: `options.weight` must be an array or numbers, got a dict",
    ),
    (
        '[train]\nloss = "CrossEntropyLoss"\noptions = {weight = [[1.0], [1.0, 2.0]]}',
        al.ShapeError,
        " [train]: `options.weight` must be rectangular (every row of one length), got a list",
    ),
    (
        '[train]\nloss = "CrossEntropyLoss"\noptions = {ignore_index = 1.5}',
        al.DTypeError,
        " [train]: `options.ignore_index` must be an integer, got 1.5",
    ),
    (
        '[train]\nloss = "DiceLoss"\noptions = {batch = 1}',
        al.DTypeError,
        " [train]: `options.batch` must be True or False, got 1",
    ),
    (
        '[train]\nloss = "MSELoss"\noptions = [1]',
        al.OptionError,
        " [train]: `options` must be a table of options by name, got a list",
    ),
    # --- none ---
    (
        '[train]\nloss = "FocalLoss"\nnone = ["alpha", "gamma"]',
        al.DTypeError,
        " [train]: `none[1]` (gamma) must be a finite number >= 0, got None",
    ),
    (
        '[train]\nloss = "FocalLoss"\nnone = ["alfa"]',
        al.ArgumentError,
        " [train]: unknown option `none[0]` (alfa); did you mean `alpha`?",
    ),
    (
        '[train]\nloss = "FocalLoss"\nnone = "alpha"',
        al.OptionError,
        ' [train]: `none` must be a list of names of options, got "alpha"',
    ),
    (
        '[train]\nloss = "FocalLoss"\nnone = [1]',
        al.OptionError,
        " [train]: `none[0]` must be the name of an option that is given nowhere else, got 1",
    ),
    (
        '[train]\nloss = "FocalLoss"\nnone = ["alpha", "alpha"]',
        al.OptionError,
        ' [train]: `none[1]` must be the name of an option that is given nowhere else, got "alpha"',
    ),
    (
        '[train]\nloss = "FocalLoss"\noptions = {gamma = 1}\nnone = ["gamma"]',
        al.OptionError,
        ' [train]: `none[0]` must be the name of an option that is given nowhere else, got "gamma"',
    ),
    # --- the loss ---
    (
        '[train]\nloss = "FocallLoss"',
        al.OptionError,
        ' [train]: `loss` must be the class name of a loss (did you mean `FocalLoss`?), got "FocallLoss"',
    ),
    (
        '[train]\nloss = "cross_entropy"',
        al.OptionError,
        ' [train]: `loss` must be the class name of a loss (did you mean `CrossEntropyLoss`?), got "cross_entropy"',
    ),
    ("[train]\nloss = 3", al.OptionError, " [train]: `loss` must be the class name of a loss, got 3"),
    ("[train]\n", al.OptionError, " [train]: `loss` must be the class name of a loss, got nothing"),
    ('[train]\nlos = "MSELoss"', al.OptionError, " [train]: unknown key `los`; did you mean `loss`?"),
    (
        '[train]\nloss = "FocalLoss"\ngamma = 2',
        al.OptionError,
        " [train]: unknown key `gamma`; write `options.gamma`",
    ),
    (
        '[train]\nloss = "FocalLoss"\nscale = 2',
        al.OptionError,
        " [train]: unknown key `scale`; it takes loss, options, none",
    ),
    ('[train.first]\nloss = "MSELoss"', al.OptionError, " [train]: unknown key `first`; it takes loss, options, none"),
    # --- sums ---
    ("[mix]\nsum = []", al.OptionError, " [mix]: `sum` must be a list of tables, one at least, got an empty list"),
    ('[mix]\nsum = "MSELoss"', al.OptionError, ' [mix]: `sum` must be a list of tables, one at least, got "MSELoss"'),
    (
        '[mix]\nsum = {loss = "MSELoss"}',
        al.OptionError,
        " [mix]: `sum` must be a list of tables, one at least, got a dict",
    ),
    (
        '[mix]\nsum = [{loss = "MSELoss"}, "L1Loss"]',
        al.OptionError,
        ' [mix]: `sum[1]` must be a table that describes a loss, got "L1Loss"',
    ),
    (
        '[mix]\nsum = [{loss = "MSELoss"}, {loss = "L1Loss", scale = "2"}]',
        al.DTypeError,
        ' [mix]: `sum[1].scale` must be a plain number, got "2"',
    ),
    ('[mix]\nsum = [{loss = "MSELoss", scale = nan}]', al.OptionError, f" [mix]: `sum[0].scale` {FINITE}, got nan"),
    ('[mix]\nsum = [{loss = "MSELoss", scale = -inf}]', al.OptionError, f" [mix]: `sum[0].scale` {FINITE}, got -inf"),
    (
        '[mix]\nsum = [{loss = "MSELoss", scale = true}]',
        al.DTypeError,
        " [mix]: `sum[0].scale` must be a plain number, got True",
    ),
    (
        '[mix]\nsum = [{loss = "MSELoss", scale = [2]}]',
        al.DTypeError,
        " [mix]: `sum[0].scale` must be a plain number, got a list",
    ),
    (
        f'[mix]\nsum = [{{loss = "MSELoss", scale = 1{"0" * 400}}}]',
        al.OptionError,
        f" [mix]: `sum[0].scale` {FINITE}, got one too large for a float",
    ),
    (
        '[mix]\nsum = [{loss = "MSELoss", skale = 2}]',
        al.OptionError,
        " [mix]: unknown key `sum[0].skale`; did you mean `scale`?",
    ),
    (
        '[mix]\nsum = [{loss = "MSELoss", weight = [1, 2]}]',
        al.OptionError,
        " [mix]: unknown key `sum[0].weight`; write `sum[0].options.weight`",
    ),
    (
        "[mix]\nsum = [{scale = 2}]",
        al.OptionError,
        " [mix]: `sum[0].loss` must be the class name of a loss, got nothing",
    ),
    (
        '[[mix.sum]]\nloss = "MSELoss"\n[[mix.sum]]\nloss = "HuberLoss"\noptions = {delta = 0}',
        al.OptionError,
        " [mix]: `sum[1].options.delta` must be a finite number > 0, got 0",
    ),
    (
        '[mix]\nsum = [{loss = "FocalLoss", options = {gama = 1}}]',
        al.ArgumentError,
        " [mix]: unknown option `sum[0].options.gama`; did you mean `gamma`?",
    ),
    (
        '[mix]\nsum = [{loss = "FocalLoss", none = ["gamma"]}]',
        al.DTypeError,
        " [mix]: `sum[0].none[0]` (gamma) must be a finite number >= 0, got None",
    ),
    (
        '[mix]\nsum = [{sum = [{loss = "MSELoss"}]}]',
        al.OptionError,
        " [mix]: unknown key `sum[0].sum`; it takes scale, loss, options, none",
    ),
    (
        '[mix]\nloss = "MSELoss"\nsum = [{loss = "MSELoss"}]',
        al.OptionError,
        " [mix]: unknown key `loss`; it takes version, sum",
    ),
    # --- the file ---
    ('loss = "MSELoss"', al.OptionError, ': `loss` must be a table that describes a loss, got "MSELoss"'),
    ('sum = [{loss = "MSELoss"}]', al.OptionError, ": `sum` must be a table that describes a loss, got a list"),
    ('[[train]]\nloss = "MSELoss"', al.OptionError, ": `train` must be a table that describes a loss, got a list"),
    (
        'version = 2\n[train]\nloss = "MSELoss"',
        al.OptionError,
        ": `version` must be 1, got 2 (of a newer array_losses)",
    ),
    ('version = "1"\n[train]\nloss = "MSELoss"', al.OptionError, ': `version` must be 1, got "1"'),
    ('version = true\n[train]\nloss = "MSELoss"', al.OptionError, ": `version` must be 1, got True"),
    ('[version]\nloss = "MSELoss"', al.OptionError, ": `version` must be 1, got a dict"),
    (
        '[train]\nversion = 3\nloss = "MSELoss"',
        al.OptionError,
        " [train]: `version` must be 1, got 3 (of a newer array_losses)",
    ),
    (
        '[mix]\nsum = [{version = 1, loss = "MSELoss"}]',
        al.OptionError,
        " [mix]: unknown key `sum[0].version`; it takes scale, loss, options, none",
    ),
    ("[train]\nloss = ", al.OptionError, ": not TOML: Invalid value"),
    ('[train]\nloss = "MSELoss"\nloss = "L1Loss"', al.OptionError, ": not TOML: Cannot overwrite a value"),
    (
        '[train]\nloss = "MSELoss"\n[train]\nloss = "L1Loss"',
        al.OptionError,
        ": not TOML: Cannot declare ('train',) twice",
    ),
]


@pytest.mark.parametrize(("text", "error", "message"), PROBLEMS, ids=[f"{i}" for i in range(len(PROBLEMS))])
def test_a_problem_is_said_with_file_table_and_key(tmp_path, monkeypatch, text, error, message):
    monkeypatch.chdir(tmp_path)
    pathlib.Path("losses.toml").write_text(text)
    for path in ("losses.toml", pathlib.Path("losses.toml"), tmp_path / "losses.toml", b"losses.toml"):
        with pytest.raises(error) as caught:
            al.load(path)
        found = re.sub(r":\d+", "", str(caught.value), count=1)  # the line: see test_definitions.py
        found = found.partition(" (at ")[0] if "not TOML" in found else found  # line and column, by Python's parser
        assert found == os.fsdecode(path) + message
        assert isinstance(caught.value, al.ArrayLossesError)


@pytest.mark.parametrize("problem", [each for each in PROBLEMS if " [" in each[2][:2]], ids=lambda each: each[2][:40])
def test_the_same_problem_in_plain_data(problem):
    import tomllib

    text, error, message = problem
    table = list(tomllib.loads(text).values())[-1]
    before = json.dumps(table, default=str)
    with pytest.raises(error) as caught:
        al.from_config(table)
    assert str(caught.value) == "from_config: " + message.partition("]: ")[2]
    assert json.dumps(table, default=str) == before


def test_what_is_no_table():
    for data, got in ((None, "None"), ([], "a list"), ("MSELoss", '"MSELoss"'), (al.MSELoss(), "a MSELoss")):
        with pytest.raises(
            al.OptionError, match=f"from_config: `data` must be a table that describes a loss, got {got}"
        ):
            al.from_config(data)
    with pytest.raises(al.OptionError, match="from_config: unknown key `1`"):
        al.from_config({"loss": "MSELoss", 1: 2})
    with pytest.raises(al.OptionError, match="from_config: `options` must be a table of options by name"):
        al.from_config({"loss": "MSELoss", "options": {1: 2}})


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.toml"):
        al.load(tmp_path / "nowhere.toml")
    with pytest.raises(IsADirectoryError):
        al.load(tmp_path)
    path = tmp_path / "latin.toml"
    path.write_bytes('[Verlust_für_Bäume]\nloss = "MSELoss"'.encode("latin-1"))
    with pytest.raises(al.OptionError, match=r"latin\.toml:1: not TOML: 'utf-8' codec"):
        al.load(path)


def test_a_sound_file(tmp_path):
    path = tmp_path / "losses.toml"
    path.write_text("""
version = 1

[plain]
loss = "FocalLoss"
options = {gamma = 1, alpha = [0.25, 0.75]}

["with a space"]
version = 1
loss = "SigmoidFocalLoss"
none = ["alpha"]

[mixed]
[[mixed.sum]]
loss = "MSELoss"
[[mixed.sum]]
scale = -0.5
loss = "L1Loss"
options.normalizer = 4
""")
    losses = al.load(str(path))
    assert losses == {
        "plain": al.FocalLoss(gamma=1.0, alpha=[0.25, 0.75]),
        "with a space": al.SigmoidFocalLoss(alpha=None),
        "mixed": al.MSELoss() - 0.5 * al.L1Loss(normalizer=4),
    }
    x, y = np.array([1.0, 3.0]), np.zeros(2)
    assert losses["mixed"](x, y) == 5 - 0.5 * 4 / 4
    path.write_text("")
    assert al.load(path) == {}


@pytest.mark.parametrize("loss", [record.cls() for record in al.catalog()], ids=repr)
def test_every_loss_and_composition_comes_back(loss):
    other = 2.5 if loss.function.family.unreduced else "weights"  # a number where there is one divisor
    for each in (loss, loss - 0.25 * loss.replace(reduction="sum"), -loss / 3, loss.replace(normalizer=other)):
        assert al.from_config(each.to_config()) == each
        assert al.from_config(json.loads(json.dumps(each.to_config()))) == each
