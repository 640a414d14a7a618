"""The examples of the docstring are true, and it says what every docstring must."""

from __future__ import annotations

import doctest
import inspect
import re
from collections.abc import Iterator
from typing import Any

from ..backends import Backend
from ..case import Case
from ..check import Check, Finding, Subject

SECTIONS = ("Parameters", "Returns", "Raises", "Notes", "Examples")


def subjects(case: Case, backend: Backend, count: int | None) -> Iterator[Subject]:
    """On NumPy, in which the examples are written."""
    if backend.name == "numpy":
        yield Subject("docstring", None)


def run(case: Case, backend: Backend, content: Any) -> Iterator[Finding]:
    doc = inspect.getdoc(case.loss) or ""
    for section in SECTIONS:
        there = re.search(rf"^{section}\n-+$", doc, re.MULTILINE)
        yield Finding(section, message="" if there else "the section is missing")
    for words in (".. math::", "Divisor of the mean"):
        yield Finding(words, message="" if words in doc else "is missing")
    parameters = doc.partition("Parameters\n")[2].partition("Returns\n")[0]
    described = {
        each.strip() for line in re.findall(r"^(\w[\w, ]*) :", parameters, re.MULTILINE) for each in line.split(",")
    }
    wrong = described ^ set(inspect.signature(case.loss).parameters)
    yield Finding("every parameter", message=f"not in both signature and docstring: {sorted(wrong)}" if wrong else "")
    yield examples(case.loss)


def examples(loss: Any) -> Finding:
    """Run the examples."""
    found = doctest.DocTestParser().get_doctest(inspect.getdoc(loss) or "", {}, loss.__name__, None, None)
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(found, out=said.append)
    message = "" if found.examples else "there are none"
    if result.failed:
        message = " ".join("".join(said).split())[:300]
    return Finding("examples", message=message)


CHECK = Check("documentation", "The docstring is whole, and its examples are true.", run, subjects, unit="")
