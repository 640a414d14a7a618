"""The types that users see, as mypy and pyright see them: arrays of every library pass, slips do not."""

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import array_losses as al
from array_losses.objects import loss_class

ROOT = Path(__file__).resolve().parent.parent
USE = Path(__file__).with_name("typed_use.py")


def options_of_all_classes():
    """Every option of every class at its default, then a misspelt one, and the first array of the function."""
    yield "import array_losses as al"
    for record in al.catalog():
        name, options = record.cls.__name__, inspect.signature(record.cls).parameters.values()
        yield f"al.{name}({', '.join(f'{each.name}={each.default!r}' for each in options)})"
        for wrong in ("reductoin", next(iter(inspect.signature(record.function).parameters))):
            yield f"al.{name}({wrong}=None)  # error: call-arg"


def expected(path):
    """(file, line, code) of each error that the file announces."""
    lines = enumerate(path.read_text().splitlines(), 1)
    return {(path.name, i, found[1]) for i, line in lines if (found := re.search(r"# error: ([\w-]+)$", line))}


NAMES = """import array_losses as al
reveal_type(al.mse_loss)
reveal_type(al.losses.MSELoss)
al.mse_los  # error: attr-defined
al.losses.mse_los  # error: attr-defined
"""
"""Names that load on first use."""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What is checked: uses of all kinds, options of every class, names."""
    folder = tmp_path_factory.mktemp("typing")
    options, names = folder / "options_of_all_classes.py", folder / "names.py"
    options.write_text("\n".join(options_of_all_classes()) + "\n")
    names.write_text(NAMES)
    found = USE, options, names
    assert [len(expected(file)) > 15 for file in found[:2]] == [True, True]
    assert len(expected(options)) == 2 * len(al.catalog())
    return found


def output(*command):
    """What a checker writes, and its trouble."""
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment,
    )
    return done.stdout, done.stderr


def test_mypy_tells_right_use_from_wrong(files):
    """Slips are errors, and names that load on first use have their types: one test, as mypy takes a minute."""
    text, trouble = output("mypy", "--strict", "--no-pretty", "--hide-error-context", *files)
    errors = re.findall(r"^(\S+?):(\d+): error: .*\[([\w-]+)\]$", text, re.MULTILINE)
    found = {(Path(path).name, int(line), code) for path, line, code in errors}
    assert found == set().union(*map(expected, files)), text + trouble
    function, cls = re.findall(r"note: Revealed type is (.*)$", text, re.MULTILINE)
    for kind, result in (
        ("'mean'] | Literal['sum'] | Literal['none']", "ArrayT"),
        ("'sums']", "array_losses.sums.Sums"),
    ):
        assert re.search(rf"\breduction: Literal\[{re.escape(kind)}.*?\) -> {result}\b", function), function
    assert cls.startswith('"type[array_losses.objects.TypedLoss[[*, weight: ')


def test_pyright_tells_right_use_from_wrong(files):
    """On the same lines; its rules are fewer and have other names."""
    project = files[1].with_name("pyrightconfig.json")
    settings = {"include": [*map(str, files)], "extraPaths": [str(ROOT)], "typeCheckingMode": "standard"}
    project.write_text(json.dumps(settings))
    text, trouble = output("basedpyright", "--pythonpath", sys.executable, "--project", project, "--outputjson")
    assert text, trouble
    errors = [each for each in json.loads(text)["generalDiagnostics"] if each["severity"] == "error"]
    found = {(Path(each["file"]).name, each["range"]["start"]["line"] + 1) for each in errors}
    assert found == {place[:2] for place in set().union(*map(expected, files))}, text + trouble
    assert {each["rule"] for each in errors} == {"reportArgumentType", "reportAttributeAccessIssue", "reportCallIssue"}


def test_right_use_runs():
    """What mypy lets pass is right at run time too."""
    right = [line for line in USE.read_text().splitlines() if "# error: " not in line]
    exec(compile("\n".join(right), str(USE), "exec"), {})


def test_a_class_must_say_what_type_checkers_cannot_see():
    message = re.escape("SSD: `ssd_loss` takes loc_pred, conf_pred, loc_target, conf_target; write arrays=4")
    with pytest.raises(TypeError, match=message):
        loss_class(al.ssd_loss, "SSD")
    with pytest.raises(TypeError, match="Both: of `dice_ce_loss` write composite=True"):
        loss_class(al.dice_ce_loss, "Both")
