"""Linear cross-entropy on all that torch tries its own with: values and gradients are equal."""

from itertools import chain

import numpy as np
import pytest
import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.common_modules import module_db

import array_losses as al

F = torch.nn.functional
ARRAYS = ("linear_bias", "weight")
GIVEN = [torch.float32, torch.float64]
TOLERANCE = {torch.float32: 2e-5, torch.float64: 1e-12}


def calls_of_functions(dtype):
    """Arrays and options of torch's function, of each variant."""
    found = [op for op in op_db if op.name == "nn.functional.linear_cross_entropy"]
    for sample in chain(*(op.sample_inputs("cpu", dtype, requires_grad=False) for op in found)):
        yield (sample.input, *sample.args), sample.kwargs


def calls_of_modules(dtype):
    """The calls of the function that torch's modules make."""
    (info,) = (each for each in module_db if each.module_cls is torch.nn.LinearCrossEntropyLoss)
    calls = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(F, "linear_cross_entropy", lambda *arrays, **options: calls.append((arrays, options)))
        for sample in info.module_inputs_func(info, "cpu", dtype, requires_grad=False, training=True):
            made = info.module_cls(*sample.constructor_input.args, **sample.constructor_input.kwargs)
            made(*sample.forward_input.args, **sample.forward_input.kwargs)
    return calls


def value_and_gradients(loss, arrays, options):
    """With respect to every floating array but weights of classes, whose gradient torch does not know."""
    leaves = {f"array {i}": each.detach().clone() for i, each in enumerate(arrays)}
    leaves |= {name: options[name].detach().clone() for name in ARRAYS if options.get(name) is not None}
    wanted = [name for name, each in leaves.items() if each.is_floating_point() and name != "weight"]
    for name in wanted:
        leaves[name].requires_grad_()
    given = {**options, **{name: each for name, each in leaves.items() if name in ARRAYS}}
    value = loss(*(leaves[f"array {i}"] for i in range(len(arrays))), **given)
    found = torch.autograd.grad(value, [leaves[name] for name in wanted], torch.ones_like(value))
    return value.detach(), *found


def without_torchs(options):
    """The options that are ours too: `ignore_index` has one default, and we choose chunks in another way."""
    left_out = {"options"} | ({"ignore_index"} if options.get("ignore_index") is None else set())
    return {name: each for name, each in options.items() if name not in left_out}


@pytest.mark.filterwarnings("ignore:linear_cross_entropy")
@pytest.mark.parametrize("dtype", GIVEN, ids=str)
@pytest.mark.parametrize(("calls", "least"), [(calls_of_functions, 300), (calls_of_modules, 100)])
def test_equals_torch(calls, least, dtype):
    compared = 0
    for arrays, options in calls(dtype):
        expected = value_and_gradients(F.linear_cross_entropy, arrays, options)
        for chunk in (None, 2) if dtype == torch.float64 else (None,):
            found = value_and_gradients(
                al.linear_cross_entropy, arrays, {**without_torchs(options), "chunk_size": chunk}
            )
            assert found[0].shape == expected[0].shape
            for ours, theirs in zip(found, expected, strict=True):
                np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])
        compared += 1
    assert compared >= least
