"""torch.compile, torch.func and jax's transforms on every loss: no graph break, no warning (warnings are errors)."""

import jax
import numpy as np
import pytest
import torch

import array_losses as al
from conformance.case import cases

from .libraries import JAX, TORCH, move
from .test_gradients import floating, positions

CASES = {case.name: case for case in cases()}
names = pytest.mark.parametrize("name", sorted(CASES))


def samples(name, seed=3):
    """A plain sample, and one of each way to weigh and mask."""
    every = list(CASES[name].samples(np.random.default_rng(seed)))
    usual = [each for each in every if each.smooth and all(array.size for array in each.arrays)]
    chosen = {"plain": usual[0]}
    for option in ("where", "sample_weight", "weight", "ignore_index"):
        chosen[option] = next((each for each in usual if option in each.options), usual[0])
    return list({each.label: each for each in chosen.values()}.values())


def close(found, expected):
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-10, atol=1e-12)


@names
def test_torch_compile(name):
    case = CASES[name]
    for sample in samples(name):
        arrays, options = move(TORCH, sample.arrays), move(TORCH, sample.options)
        places = floating(sample, positions(case))
        torch.compiler.reset()
        compiled = torch.compile(case.loss, fullgraph=True, backend="aot_eager")
        mine = [each.clone().requires_grad_(i in places) for i, each in enumerate(arrays)]
        found = compiled(*mine, **options)
        close(found.detach(), case.loss(*arrays, **options))
        found.backward()
        for place in places:
            other = arrays[place].clone().requires_grad_()
            case.loss(*arrays[:place], other, *arrays[place + 1 :], **options).backward()
            close(mine[place].grad, other.grad)


@names
def test_torch_func(name):
    case = CASES[name]
    for sample in samples(name):
        arrays, options = move(TORCH, sample.arrays), move(TORCH, sample.options)

        def loss(x, arrays=arrays, options=options):
            return case.loss(x, *arrays[1:], **options)

        x, direction = arrays[0], torch.randn(arrays[0].shape, dtype=arrays[0].dtype)
        gradient = torch.func.grad(loss)(x)
        value, slope = torch.func.jvp(loss, (x,), (direction,))
        close(value, loss(x))
        close(slope, (gradient * direction).sum())


def several(name):
    """Samples of the same shapes from different seeds, stacked along a new leading axis."""
    batch = [samples(name, seed)[0] for seed in (3, 4, 5)]
    shapes = [tuple(array.shape for array in each.arrays) for each in batch]
    assert shapes[0] == shapes[1] == shapes[2]
    return [np.stack(column) for column in zip(*(each.arrays for each in batch), strict=True)], batch


@names
def test_vmap(name):
    stacked, batch = several(name)
    case, options = CASES[name], batch[0].options
    expected = [case.loss(*each.arrays, **options) for each in batch]
    for library, vmap in ((TORCH, torch.func.vmap), (JAX, jax.vmap)):
        given = move(library, options)
        close(vmap(lambda *each, given=given: case.loss(*each, **given))(*map(library.array, stacked)), expected)


@names
def test_jax_transforms(name):
    case = CASES[name]
    for sample in samples(name)[:2]:  # compiling is slow
        arrays, options = move(JAX, sample.arrays), move(JAX, sample.options)

        def loss(x, arrays=arrays, options=options):
            return case.loss(x, *arrays[1:], **options)

        expected = loss(arrays[0])
        close(jax.jit(loss)(arrays[0]), expected)
        close(jax.jit(lambda *each, options=options: case.loss(*each, **options))(*arrays), expected)
        gradient = jax.grad(loss)(arrays[0])
        close(jax.jit(jax.grad(loss))(arrays[0]), gradient)
        direction = np.random.default_rng(0).normal(size=arrays[0].shape)
        value, slope = jax.jvp(loss, (arrays[0],), (direction,))
        close(value, expected)
        close(slope, (gradient * direction).sum())


@names
def test_objects_are_static_arguments_of_jit(name):
    record = CASES[name]
    sample = samples(name)[0]
    cls = next(each.cls for each in al.catalog() if each.name == record.name)
    call = jax.jit(lambda loss, *arrays: loss(*arrays), static_argnums=0)
    close(call(cls(), *move(JAX, sample.arrays)), record.loss(*sample.arrays))


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
