"""The quick profile of the conformance suite: every check of every loss on every backend of a CPU. None is optional."""

import pytest

from conformance.backends import CPU, backend
from conformance.case import cases
from conformance.check import checks
from conformance.kinds import one_of_each
from conformance.run_check import reproduction
from conformance.runner import Unit, run

BACKENDS = tuple(name for name in CPU if name not in {"numpy:readonly", "jax:cpu"})
NAMES = tuple(check.name for check in checks())


CALLS = [(case.name, backends) for case in cases() for backends in (BACKENDS[:5], BACKENDS[5:])]
CALLS += [(loss, ("jax:cpu",)) for loss in one_of_each()]  # an eager call is compiled as under jit


@pytest.mark.parametrize(
    ("loss", "backends"), CALLS, ids=lambda each: each if isinstance(each, str) else "+".join(each)
)
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
    assert all(count >= (3 if backend(name).expensive else 40) for name, count in compared.items()), compared
