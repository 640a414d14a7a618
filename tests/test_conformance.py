"""The quick profile of the conformance suite: every check of every loss on every backend of a CPU. None is optional."""

import pytest

from conformance.backends import CPU, backend
from conformance.case import cases
from conformance.check import checks
from conformance.run_check import reproduction
from conformance.runner import Unit, run

BACKENDS = tuple(name for name in CPU if name != "numpy:readonly")
NAMES = tuple(check.name for check in checks())


@pytest.mark.parametrize("backends", [BACKENDS[:5], BACKENDS[5:]], ids="+".join)
@pytest.mark.parametrize("loss", [case.name for case in cases()])
def test_conformance(loss, backends):
    units = [Unit(loss, each, NAMES, quick=True) for each in backends]
    outcomes = [each for found in run(units, jobs=1) for each in found]
    failed = [
        f"{each.loss}, {each.check} on {each.backend}, {failure.sample}, {failure.what}: {failure.message}\n"
        f"  {reproduction(each, failure)}"
        for each in outcomes
        for failure in each.failures
        if not failure.known
    ]
    assert not failed, "\n".join(failed)
    compared = {name: sum(each.comparisons for each in outcomes if each.backend == name) for name in backends}
    assert all(count >= (4 if backend(name).expensive else 40) for name, count in compared.items()), compared
