"""Objects under torch.compile and jax.jit, and that options do not recompile; the rest is in the conformance suite."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al
from conformance.case import cases
from conformance.kinds import one_of_each

CASES = {case.name: case for case in cases()}
kinds = pytest.mark.parametrize("name", one_of_each())


def close(found, expected):
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-10, atol=1e-12)


@kinds
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


@kinds
def test_compiles_for_any_size(name):
    """With `dynamic=True` a size is a symbol: no message may be written of it unless it is needed.

    Dynamo's graph shows that; what AOTAutograd makes of graphs the conformance suite tries with every loss, and
    `test_export` with symbols.
    """
    record = CASES[name]
    sample = next(iter(record.samples(np.random.default_rng(3))))
    arrays = [torch.as_tensor(each) for each in sample.arrays]
    torch.compiler.reset()
    close(torch.compile(record.loss, fullgraph=True, dynamic=True, backend="aot_eager")(*arrays), record.loss(*arrays))


def test_each_loss_has_code_of_its_own():
    """torch.compile gives up on code that it has compiled eight times."""
    codes = {name: record.loss.__code__ for name, record in CASES.items()}
    assert len({id(code) for code in codes.values()}) == len(codes)
    assert {code.co_name for code in codes.values()} == set(codes)
    x, y = torch.rand(4, dtype=torch.float64), torch.rand(4, dtype=torch.float64)
    torch.compiler.reset()
    for name in ("mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss", "sigmoid_focal_loss"):
        for reduction in ("mean", "sum", "none"):
            compiled = torch.compile(CASES[name].loss, fullgraph=True, backend="aot_eager")
            close(compiled(x, y, reduction=reduction), CASES[name].loss(x, y, reduction=reduction))


@pytest.mark.parametrize("name", ["binary_cross_entropy", "cross_entropy"])
def test_the_first_call_of_a_process_may_be_compiled(name):
    arrays = (
        "torch.rand(5), torch.rand(5)" if name == "binary_cross_entropy" else "torch.rand(5, 3), torch.arange(5) % 3"
    )
    call = f"torch.compile(al.{name}, fullgraph=True, dynamic=True, backend='aot_eager')({arrays})"
    subprocess.run([sys.executable, "-c", f"import torch, array_losses as al; {call}"], check=True, capture_output=True)


@pytest.mark.parametrize("loss", [al.cross_entropy, al.focal_loss, al.nll_loss])
def test_ignored_rows_may_be_nan_under_any_transform(loss):
    """What is masked forward only must not reach a derivative: compiled, with `torch.func` inside and outside."""
    x = torch.tensor([[0.5, -1.0], [torch.nan, torch.inf], [1.0, 2.0]], dtype=torch.float64)
    ids = torch.tensor([0, -100, 1])
    kept = x[[0, 2]].clone().requires_grad_()
    expected = loss(kept, ids[[0, 2]])
    (slope,) = torch.autograd.grad(expected, kept)

    def backward(x, ids):
        leaf = x.clone().requires_grad_()
        return torch.autograd.grad(torch.compile(loss, fullgraph=True, backend="aot_eager")(leaf, ids), leaf)[0]

    derivatives = [
        torch.compile(torch.func.grad(loss), fullgraph=True, backend="aot_eager"),
        torch.compile(torch.func.jacrev(loss), fullgraph=True, backend="aot_eager"),
        torch.compile(torch.func.jacfwd(loss), backend="aot_eager"),
        backward,
    ]
    torch.compiler.reset()
    close(torch.compile(loss, fullgraph=True, backend="aot_eager")(x, ids), expected.detach())
    for each in derivatives:
        found = each(x, ids)
        close(found[[0, 2]], slope)
        assert torch.all(found[1] == 0)
