"""Gradients: torch's equal JAX's at every sample, kinks and extremes too, and difference quotients where smooth."""

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from conformance.case import cases

from .libraries import JAX, TORCH, move

CASES = {case.name: case for case in cases()}
SEED = 11


def positions(case):
    """The places of the arrays one may differentiate."""
    names = list(inspect.signature(case.loss).parameters)
    return [names.index(name) for name in case.differentiable]


def floating(sample, places):
    return [place for place in places if place < len(sample.arrays) and sample.arrays[place].dtype.kind == "f"]


def torch_gradients(case, sample, places):
    arrays, options = list(move(TORCH, sample.arrays)), move(TORCH, sample.options)
    for place in places:
        arrays[place].requires_grad_()
    case.loss(*arrays, **options, reduction="sum").backward()
    zero = [np.zeros(sample.arrays[place].shape) for place in places]
    return [
        other if arrays[place].grad is None else arrays[place].grad.numpy()
        for place, other in zip(places, zero, strict=True)
    ]


def jax_gradients(case, sample, places):
    arrays, options = move(JAX, sample.arrays), move(JAX, sample.options)
    return jax.jit(jax.grad(lambda *each: case.loss(*each, **options, reduction="sum"), tuple(places)))(*arrays)


def quotient(case, sample, place, direction, step=1e-6):
    """The central difference of the sum in a direction."""

    def value(sign):
        arrays = list(sample.arrays)
        arrays[place] = arrays[place] + sign * step * direction
        return float(case.loss(*arrays, **sample.options, reduction="sum"))

    return (value(1) - value(-1)) / (2 * step)


@pytest.mark.parametrize("name", sorted(CASES))
def test_torch_equals_jax_and_differences(name, rng):
    case = CASES[name]
    compared = 0
    for number, sample in enumerate(case.samples(np.random.default_rng(SEED))):
        places = floating(sample, positions(case))
        ours = torch_gradients(case, sample, places)
        if not sample.smooth or number % 2 == 0:  # compiling is slow: JAX skips every other smooth sample
            for place, a, b in zip(places, ours, jax_gradients(case, sample, places), strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12, err_msg=f"{name}, {sample.label}, {place}")
        for place, a in zip(places, ours, strict=True):
            label = f"{name}, {sample.label}, argument {place}"
            if np.all(np.isfinite(np.asarray(case.loss(*sample.arrays, **sample.options, reduction="none")))):
                assert np.all(np.isfinite(a)), label
            inner = sample.arrays[place]
            if sample.smooth and inner.size and np.all(np.abs(inner) < 100):
                direction = rng.normal(size=inner.shape)
                if np.all((inner >= 0) & (inner <= 1)):  # probabilities stay inside
                    direction *= np.minimum(inner, 1 - inner)
                expected = quotient(case, sample, place, direction)
                np.testing.assert_allclose(np.sum(a * direction), expected, rtol=1e-5, atol=1e-6, err_msg=label)
                compared += 1
    assert compared >= 2


def test_kinks_have_the_same_subgradient_everywhere():
    import array_losses as al

    zero = np.zeros(3)
    for loss, options, expected in (
        (al.l1_loss, {}, 0.0),
        (al.smooth_l1_loss, {"beta": 0.0}, 0.0),
        (al.huber_loss, {}, 0.0),
        (al.binary_cross_entropy_with_logits, {}, 0.5),
    ):
        a = torch.tensor(zero, requires_grad=True)
        loss(a, zero, reduction="sum", **options).backward()
        b = jax.grad(lambda x, loss=loss, options=options: loss(x, zero, reduction="sum", **options))(jnp.asarray(zero))
        np.testing.assert_array_equal(a.grad.numpy(), np.full(3, expected))
        np.testing.assert_array_equal(np.asarray(b), np.full(3, expected))
    for loss, edge in ((al.smooth_l1_loss, {"beta": 2.0}), (al.huber_loss, {"delta": 2.0})):
        for at in (2.0, -2.0):
            a = torch.tensor([at], requires_grad=True, dtype=torch.float64)
            loss(a, [0.0], reduction="sum", **edge).backward()
            b = jax.grad(lambda x, loss=loss, edge=edge: loss(x, [0.0], reduction="sum", **edge))(jnp.asarray([at]))
            assert a.grad.item() == float(b[0]) == (np.sign(at) if "beta" in edge else at)
