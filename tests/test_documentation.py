"""Docstrings: the promised sections, every parameter described, every example true."""

import doctest
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
import xgboost

import array_losses as al
from array_losses.integrations import lightgbm as on_lightgbm
from array_losses.integrations import sklearn as on_sklearn
from array_losses.integrations import torch as on_torch
from array_losses.integrations import xgboost as on_xgboost

HOMES = (al, on_lightgbm, on_sklearn, on_torch, on_xgboost)
PUBLIC = {name: getattr(al, name) for name in al.__all__ if inspect.isfunction(getattr(al, name))}
LOSSES = {record.name: record.function for record in al.catalog()}
SECTIONS = ("Parameters", "Returns", "Raises", "Notes", "Examples")


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_examples_are_true(name):
    examples = doctest.DocTestParser().get_doctest(PUBLIC[name].__doc__, {}, name, None, None)
    if name in LOSSES:
        assert examples.examples
    result = doctest.DocTestRunner(verbose=False).run(examples)
    assert result.failed == 0


def test_the_package_example():
    assert doctest.testmod(al).failed == 0


@pytest.mark.parametrize("home", HOMES, ids=lambda home: home.__name__)
def test_every_public_name_says_since_when(home):
    docs = {name: inspect.getdoc(getattr(home, name)) or "" for name in home.__all__}
    assert docs
    assert not [
        name for name, doc in docs.items() if len(re.findall(r"^\.\. versionadded:: \d+\.\d+$", doc, re.M)) != 1
    ]


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_sections(name):
    doc = inspect.getdoc(LOSSES[name])
    for section in SECTIONS:
        assert re.search(rf"^{section}\n-+$", doc, re.MULTILINE), section
    assert ".. math::" in doc
    assert "Divisor of the mean" in doc
    assert all(len(line) <= 120 for line in doc.splitlines())


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_parameter_is_described(name):
    function = PUBLIC[name]
    if name not in LOSSES and name not in al.losses.__all__:
        return
    parameters = inspect.getdoc(function).partition("Parameters\n")[2].partition("Returns\n")[0]
    described = {
        each.strip() for line in re.findall(r"^(\w[\w, ]*) :", parameters, re.MULTILINE) for each in line.split(",")
    }
    assert described == set(inspect.signature(function).parameters)


def test_the_page_on_diagnosis_shows_what_is_printed(capsys):
    text = (Path(al.__file__).parent.parent / "docs" / "diagnose.md").read_text()
    example, shown = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", text, re.DOTALL).groups()
    exec(example, {})
    assert capsys.readouterr().out == shown


def test_the_page_on_losses_of_your_own_shows_what_is_printed(capsys):
    text = (Path(al.__file__).parent.parent / "docs" / "own.md").read_text()
    names, examples = {"__name__": "own"}, re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", text, re.DOTALL)
    assert len(examples) == text.count("```python")
    for example, shown in examples:
        exec(example, names)
        assert capsys.readouterr().out == shown


def test_the_examples_of_the_readme_run():
    """All but CuPy's, which needs a GPU."""
    text = (Path(al.__file__).parent.parent / "README.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names = {"xgboost": xgboost, "data": xgboost.DMatrix(np.arange(12.0).reshape(6, 2), label=np.arange(6.0))}
    ran = [block for block in blocks if "import cupy" not in block]
    assert len(ran) == len(blocks) - 1
    for block in ran:
        exec(block, names)
