"""Objects under torch.compile and jax.jit, and that options do not recompile; the rest is in the conformance suite."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al
from conformance.case import cases

CASES = {case.name: case for case in cases()}
names = pytest.mark.parametrize("name", sorted(CASES))


def close(found, expected):
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-10, atol=1e-12)


@names
def test_objects_are_static_arguments_of_jit(name):
    record = CASES[name]
    sample = next(iter(record.samples(np.random.default_rng(3))))
    cls = next(each.cls for each in al.catalog() if each.name == record.name)
    call = jax.jit(lambda loss, *arrays: loss(*arrays), static_argnums=0)
    close(call(cls(), *map(jnp.asarray, sample.arrays)), record.loss(*sample.arrays))


def test_many_option_values_do_not_recompile_each_time():
    x, ids = torch.randn(4, 3), torch.tensor([0, 1, 2, 0])
    counters = torch._dynamo.utils.counters
    for option in ("label_smoothing", "normalizer"):
        torch.compiler.reset()
        counters.clear()
        compiled = torch.compile(al.cross_entropy, fullgraph=True, backend="aot_eager")
        for value in np.linspace(0.1, 0.9, 11):
            options = {option: float(value)}
            np.testing.assert_allclose(compiled(x, ids, **options), al.cross_entropy(x, ids, **options), rtol=1e-6)
        assert counters["stats"]["unique_graphs"] <= 2


@pytest.mark.parametrize("loss", [al.CrossEntropyLoss([1.0, 2.0, 3.0]), 0.5 * al.FocalLoss() + al.CrossEntropyLoss()])
def test_objects_compile(loss):
    x, ids = torch.randn(4, 3, dtype=torch.float64), torch.tensor([0, 1, 2, 0])
    torch.compiler.reset()
    close(torch.compile(loss, fullgraph=True, backend="aot_eager")(x, ids), loss(x, ids))
