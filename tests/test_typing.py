"""The types that users see, as mypy sees them: arrays of every library pass, slips do not."""

import inspect
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


def test_mypy_tells_right_use_from_wrong(tmp_path):
    options = tmp_path / "options_of_all_classes.py"
    options.write_text("\n".join(options_of_all_classes()) + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-pretty", "--hide-error-context", str(USE), str(options)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": str(ROOT)},
    )
    errors = re.findall(r"^(\S+?):(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE)
    found = {(Path(path).name, int(line), code) for path, line, code in errors}
    assert found == expected(USE) | expected(options), done.stdout + done.stderr
    assert len(expected(USE)) > 15
    assert len(expected(options)) == 2 * len(al.catalog())


def test_right_use_runs():
    """What mypy lets pass is right at run time too."""
    right = [line for line in USE.read_text().splitlines() if "# error: " not in line]
    exec(compile("\n".join(right), str(USE), "exec"), {})


def test_a_class_must_say_how_many_arrays_its_loss_takes():
    message = re.escape("SSD: `ssd_loss` takes loc_pred, conf_pred, loc_target, conf_target; write arrays=4")
    with pytest.raises(TypeError, match=message):
        loss_class(al.ssd_loss, "SSD")
