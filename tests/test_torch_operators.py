"""Equal to torch over the sample inputs of torch's own operator database, value and gradient; by JAX over those that
show another set of options or another rank."""

import inspect
import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
import torch.nn.functional as F

import array_losses as al

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # torch's own, at import
    from torch.testing._internal.common_methods_invocations import op_db

LOSSES = {record.torch: record.function for record in al.catalog() if record.torch and record.name == record.torch}
IN_DATABASE = sorted(set(LOSSES) - {"linear_cross_entropy", "ctc_loss"})
"""But for those with more arrays: one has a test file of its own, torch's derivative of the other takes a softmax for
granted (`test_ctc.py`)."""
AT_LEAST = {"nll_loss": 50, "cross_entropy": 20, "binary_cross_entropy_with_logits": 20}
SIGNS = ("hinge_embedding_loss", "margin_ranking_loss", "soft_margin_loss")
"""Losses of the labels -1 and 1, for which torch's samples have any numbers."""
TOLERANCE = {torch.float32: 2e-6, torch.float64: 1e-13}


def samples(name, dtype):
    (operator,) = (op for op in op_db if op.name == f"nn.functional.{name}" and op.variant_test_name == "")
    found = list(operator.sample_inputs("cpu", dtype, requires_grad=False))
    assert len(found) >= AT_LEAST.get(name, 4)
    return [labelled(name, *each.args, **each.kwargs) | {"input": each.input} for each in found]


def labelled(name, *others, **options):
    """The other arrays and the options of a sample, with labels for a target and a weight for each class."""
    *others, target = others
    if name in SIGNS:
        target = torch.where(target > 0, 1.0, -1.0).to(target.dtype)
    elif name == "multilabel_soft_margin_loss":
        target = target.sigmoid()
        if "weight" in options:
            options["weight"] = options["weight"].reshape(-1, target.shape[-1])[0]
    return {"others": (*others, target), "options": options}


def numbers(value):
    return value.detach().numpy() if isinstance(value, torch.Tensor) else value


def close(ours, theirs, dtype):
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("name", IN_DATABASE)
def test_equals_torch(name, dtype):
    ours, theirs = LOSSES[name], getattr(F, name)
    compared, shown = 0, set()
    for sample in samples(name, dtype):
        others, options = sample["others"], sample["options"]
        x, y = (sample["input"].clone().requires_grad_() for _ in range(2))
        expected, found = theirs(y, *others, **options), ours(x, *others, **options)
        if expected.isnan().any():  # torch's mean over nothing
            assert found.isfinite().all()
            continue
        close(numbers(found), numbers(expected), dtype)
        assert found.dtype == expected.dtype
        assert found.shape == expected.shape
        ones = torch.ones_like(expected)
        (theirs_gradient,) = torch.autograd.grad(expected, y, ones)
        (ours_gradient,) = torch.autograd.grad(found, x, ones)
        close(numbers(ours_gradient), numbers(theirs_gradient), dtype)

        compared += 1
        shows = x.ndim, others[-1].dtype, tuple(sorted(options))
        if dtype != torch.float64 or shows in shown:  # each is compiled by JAX; it sees float32 in other tests
            continue
        shown.add(shows)
        arrays = {key: jnp.asarray(numbers(each)) for key, each in options.items() if isinstance(each, torch.Tensor)}
        plain = {key: each for key, each in options.items() if key not in arrays}
        given = [jnp.asarray(numbers(each)) for each in others]
        total = jax.grad(lambda z, given=given, arrays=arrays, plain=plain: ours(z, *given, **arrays, **plain).sum())
        close(np.asarray(total(jnp.asarray(numbers(sample["input"])))), numbers(theirs_gradient), dtype)
    assert compared


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_a_torch_user_changes_one_import(name):
    """Arrays, and `weight` as the third, have torch's names and places."""
    ours, theirs = (list(inspect.signature(f).parameters.values()) for f in (LOSSES[name], getattr(F, name)))
    positional = [each.name for each in ours if each.kind is each.POSITIONAL_OR_KEYWORD]
    assert positional == [each.name for each in theirs][: len(positional)]
    legacy = {"size_average", "reduce", "options"}  # the last is how torch cuts into chunks
    assert {each.name for each in theirs} - legacy <= {each.name for each in ours}


def test_label_smoothing_and_weights_equal_torch(rng):
    logits, weight = torch.tensor(rng.normal(size=(6, 4, 3))), torch.tensor(rng.uniform(size=4))
    ids = torch.tensor(rng.integers(0, 4, (6, 3)))
    ids[0, 0] = ids[3, 2] = 2
    probabilities = torch.tensor(rng.dirichlet(np.ones(4), (6, 3))).moveaxis(-1, 1)
    for reduction in ("mean", "sum", "none"):
        for target, ignore in ((ids, 2), (ids, -100), (probabilities, -100)):
            options = {"label_smoothing": 0.2, "ignore_index": ignore, "reduction": reduction}
            expected = F.cross_entropy(logits, target, weight, **options)
            close(numbers(al.cross_entropy(logits, target, weight, **options)), numbers(expected), torch.float64)
