"""Equal to torch over the sample inputs of torch's own databases of operators and of modules, value and gradients; by
JAX over those that show another set of options or another rank."""

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
    from torch.testing._internal.common_modules import module_db

LOSSES = {record.torch: record.function for record in al.catalog() if record.torch and record.name == record.torch}
LOSSES_OF = {record.cls.__name__: record.name for record in al.catalog() if record.cls is not None}
APART = {"ctc_loss", "linear_cross_entropy"}
"""Torch's derivative of the first takes a softmax for granted (`test_ctc.py`); the other has a test file of its own."""
IN_DATABASE = sorted({op.name.removeprefix("nn.functional.") for op in op_db} & set(LOSSES) - APART)
MODULES = {info.module_cls.__name__: info for info in module_db if hasattr(al, info.module_cls.__name__)}
del MODULES["LinearCrossEntropyLoss"]  # torch's holds the weight, and is made of two sizes
AT_LEAST = {"nll_loss": 50, "cross_entropy": 20, "binary_cross_entropy_with_logits": 20}
SIGNS = ("hinge_embedding_loss", "margin_ranking_loss", "soft_margin_loss")
"""Losses of the labels -1 and 1, for which torch's samples have any numbers."""
TOLERANCE = {torch.float32: 2e-6, torch.float64: 1e-13}


def samples(name, dtype):
    operators = [op for op in op_db if op.name == f"nn.functional.{name}"]
    found = [sample for op in operators for sample in op.sample_inputs("cpu", dtype, requires_grad=True)]
    assert len(found) >= AT_LEAST.get(name, 4)
    return [each for each in found if not is_refused(name, each)]


def is_refused(name, sample):
    """Whether we refuse what torch takes: a number for the only class, and an array of one id beside one sample."""
    one_of_one = name == "multi_margin_loss" and sample.input.ndim == sample.args[0].ndim == 1
    return "margin" in name and (sample.input.ndim == 0 or one_of_one)


def call_of(name, arrays, options):
    """The arrays that are positional, with labels where a loss takes labels, and the options, without what says how
    torch computes; weights of classes are one for each."""
    arrays, options = list(arrays), {key: each for key, each in options.items() if key != "options"}
    if name in SIGNS:
        arrays[-1] = torch.where(arrays[-1] > 0, 1.0, -1.0).to(arrays[0].dtype)
    elif name == "multilabel_soft_margin_loss":
        arrays[-1] = leaf(arrays[-1].sigmoid(), arrays[-1])
        if "weight" in options:
            options["weight"] = options["weight"].reshape(-1, arrays[-1].shape[-1])[0].detach()
    elif name == "kl_div":  # torch's are logarithms of any numbers, NaN among them
        x, y = (each.nan_to_num(-1.0) for each in arrays)
        y = y.clamp(max=0) if options.get("log_target") else y.clamp(1e-3, 1)
        arrays = [leaf(each, like) for each, like in zip((x, y), arrays, strict=True)]
    elif name == "gaussian_nll_loss":  # torch broadcasts the target to the input
        wide = torch.broadcast_tensors(*arrays[:2])
        arrays[:2] = (leaf(each, like) for each, like in zip(wide, arrays[:2], strict=True))
    return tuple(arrays), options


def leaf(x, like):
    """A tensor of its own, to be differentiated where another is."""
    return x.detach().clone().requires_grad_(like.requires_grad)


def numbers(value):
    return value.detach().numpy() if isinstance(value, torch.Tensor) else value


def close(ours, theirs, dtype):
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


def differentiated(loss, arrays, options):
    """The loss, and its gradients by all that torch's sample would differentiate."""
    leaves = [each for each in arrays if isinstance(each, torch.Tensor) and each.requires_grad]
    found = loss(*arrays, **options)
    return found, torch.autograd.grad(found, leaves, torch.ones_like(found), allow_unused=True, materialize_grads=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("name", IN_DATABASE)
def test_equals_torch(name, dtype):
    ours, theirs = LOSSES[name], getattr(F, name)
    compared, shown = 0, set()
    for sample in samples(name, dtype):
        arrays, options = call_of(name, (sample.input, *sample.args), sample.kwargs)
        expected, slopes = differentiated(theirs, arrays, options)
        if expected.isnan().any():  # torch's mean over nothing
            assert ours(*arrays, **options).isfinite().all()
            continue
        found, gradients = differentiated(ours, arrays, options)
        close(numbers(found), numbers(expected), dtype)
        assert found.dtype == expected.dtype
        assert found.shape == expected.shape
        for mine, torchs in zip(gradients, slopes, strict=True):
            close(numbers(mine), numbers(torchs), dtype)
        compared += 1
        shows = arrays[0].ndim, *(each.dtype for each in arrays), *sorted(options)
        if dtype == torch.float64 and shows not in shown:  # each is compiled by JAX; it sees float32 in other tests
            shown.add(shows)
            close(np.asarray(by_jax(ours, arrays, options)), numbers(slopes[0]), dtype)
    assert compared


def by_jax(loss, arrays, options):
    """The gradient of the sum by the first array."""
    placed = {key: jnp.asarray(numbers(each)) for key, each in options.items() if isinstance(each, torch.Tensor)}
    first, *others = (jnp.asarray(numbers(each)) for each in arrays)
    return jax.grad(lambda x: loss(x, *others, **options | placed).sum())(first)


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_class_is_torchs_module(name):
    """Made with the same words, called with the same arrays."""
    module = MODULES[name]
    inputs = module.module_inputs_func(module, device="cpu", dtype=torch.float64, requires_grad=True, training=True)
    for each in inputs:
        made, given = each.constructor_input, each.forward_input
        arrays, _ = call_of(LOSSES_OF[name], given.args, made.kwargs)
        assert not made.args
        if name == "CTCLoss" and arrays[1].ndim == 1:
            with pytest.raises(al.ShapeError, match=r"`targets` must have shape \(N, S\)"):  # padded, not concatenated
                getattr(al, name)(**made.kwargs)(*arrays)
            continue
        expected, slopes = differentiated(module.module_cls(**made.kwargs).double(), arrays, given.kwargs)
        found, gradients = differentiated(getattr(al, name)(**made.kwargs), arrays, given.kwargs)
        close(numbers(found), numbers(expected), torch.float64)
        if LOSSES_OF[name] not in APART:
            for mine, torchs in zip(gradients, slopes, strict=True):
                close(numbers(mine), numbers(torchs), torch.float64)
    assert inputs


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
