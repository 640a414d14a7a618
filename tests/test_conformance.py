"""The quick profile of the conformance suite: every check of every loss on every backend of a CPU. None is optional."""

import pytest

from conformance.backends import CPU, backend
from conformance.case import cases
from conformance.check import checks
from conformance.kinds import one_of_each
from conformance.run_check import reproduction
from conformance.runner import Unit, run

OF_KINDS = ("jax:cpu", "dask")
"""An eager call of JAX is compiled as under jit, one of Dask is NumPy's in blocks: one loss of each kind is tried, as
by torch.compile, to which every loss is one operation."""
BACKENDS = tuple(name for name in CPU if name not in {"numpy:readonly", *OF_KINDS})
NAMES = tuple(check.name for check in checks())
CALLS = [(case.name, BACKENDS[:5]) for case in cases()]
CALLS += [(case.name, BACKENDS[5 if case.name in one_of_each() else 6 :]) for case in cases()]
CALLS += [(loss, OF_KINDS) for loss in one_of_each()]


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
