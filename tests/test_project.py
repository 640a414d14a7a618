"""The files around the package agree: version, workflow, tasks and what CONTRIBUTING says of them."""

import re
import tomllib
from pathlib import Path

import array_losses as al

ROOT = Path(__file__).resolve().parent.parent


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_version_stands_in_one_place():
    """And in the citation, which no tool can look up."""
    assert "version" not in project()["project"]
    assert f"\nversion: {al.__version__}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"\n## {al.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_workflow_tests_every_version_that_is_promised():
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(project()["project"]["classifiers"]))
    tested = re.search(r"python: \[(.*)\]", (ROOT / ".github/workflows/ci.yml").read_text())[1]
    assert promised
    assert set(promised) <= set(re.findall(r"3\.\d+", tested))


def test_every_task_is_described():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    assert set(re.findall(r"^\| `poe ([\w-]+)` \|", text, re.MULTILINE)) == set(project()["tool"]["poe"]["tasks"])
