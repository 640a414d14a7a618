"""Logits with a margin, on every library: their values, derivatives and errors."""

import math

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
import torch

import array_losses as al
from array_losses.backends import namespace

MAKE = pytest.mark.parametrize("make", [np.asarray, torch.tensor, jnp.asarray], ids=["numpy", "torch", "jax"])
BOTH = pytest.mark.parametrize(
    ("logits", "margin"), [(al.arcface_logits, 0.5), (al.cosface_logits, 0.35)], ids=["arc", "cos"]
)
COSINES = np.array([[0.9, -0.5, 0.0], [1.0, -1.0, 0.25], [-0.97, 0.5, 1.0], [-0.8, 0.999, -1.0]])
IDS = np.array([0, 0, 0, 2])


def exact(function, c, m):
    if function is al.cosface_logits:
        return mpmath.mpf(c) - mpmath.mpf(m)
    theta = mpmath.acos(c)
    return mpmath.cos(theta + m) if theta <= mpmath.pi - m else mpmath.mpf(c) - m * mpmath.sin(m)


def expected(function, c, ids, m, scale):
    found = scale * c
    for i, y in enumerate(ids):
        found[i, y] = scale * float(exact(function, c[i, y], m))
    return found


@MAKE
@BOTH
def test_values(logits, margin, make):
    for m, scale in ((margin, 64.0), (0.1, 8.0), (0.0, 1.0)):
        found = logits(make(COSINES), make(IDS), margin=m, scale=scale)
        assert type(found) is type(make(COSINES))
        close = {"rtol": 1e-14, "atol": 1e-14} if "64" in str(found.dtype) else {"rtol": 2e-6, "atol": 2e-6 * scale}
        np.testing.assert_allclose(np.asarray(found), expected(logits, COSINES, IDS, m, scale), **close)


@BOTH
def test_places_of_the_classes(logits, margin):
    c = np.random.default_rng(0).uniform(-1, 1, (2, 3, 4))
    ids = np.arange(8).reshape(2, 4) % 3
    found = logits(c, ids)
    np.testing.assert_array_equal(np.moveaxis(logits(np.moveaxis(c, 1, -1), ids, axis=-1), -1, 1), found)
    rows = np.moveaxis(c, 1, -1).reshape(8, 3)
    wanted = expected(logits, rows, ids.ravel(), margin, 64.0).reshape(2, 4, 3)
    np.testing.assert_allclose(found, np.moveaxis(wanted, -1, 1), rtol=1e-13, atol=1e-13)
    np.testing.assert_array_equal(logits(c[0, :, 0], ids[0, 0]), found[0, :, 0])


@BOTH
def test_gradients_are_finite_at_the_ends_and_those_of_differences_elsewhere(logits, margin):
    def total(c):
        return namespace(c).sum(logits(c, IDS, margin=margin, scale=2.0) ** 2)

    leaf = torch.tensor(COSINES, requires_grad=True)
    total(leaf).backward()
    grads = [leaf.grad.numpy(), np.asarray(al.grad(total)(COSINES)), np.asarray(jax.grad(total)(jnp.asarray(COSINES)))]
    np.testing.assert_allclose(grads[1], grads[0], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(grads[2], grads[0], rtol=1e-5, atol=1e-5)
    inner = np.random.default_rng(1).uniform(-0.95, 0.95, (4, 3))
    assert torch.autograd.gradcheck(total, torch.tensor(inner, requires_grad=True))
    assert torch.autograd.gradgradcheck(total, torch.tensor(inner, requires_grad=True))


def test_derivatives_at_the_ends():
    slope = al.grad(lambda c: namespace(c).sum(al.arcface_logits(c, [0, 0], margin=0.5, scale=3.0)))
    found = slope(np.array([[1.0, 0.0], [-1.0, 0.0]]))
    np.testing.assert_allclose(found, [[3 * math.cos(0.5), 3.0], [3.0, 3.0]], rtol=1e-15)


@BOTH
def test_ignored_positions_have_no_margin(logits, margin):
    found = logits(COSINES, [0, -100, 1, -100], margin=margin, scale=4.0)
    np.testing.assert_array_equal(found[[1, 3]], 4 * COSINES[[1, 3]])
    assert found[0, 0] < 4 * COSINES[0, 0]
    assert np.isfinite(al.cross_entropy(found, [0, -100, 1, -100]))


@BOTH
def test_rounding_and_half_precision(logits, margin):
    over = np.array([[1.0 + 4e-7, 0.0]])
    np.testing.assert_allclose(logits(over, [0]), logits(np.array([[1.0, 0.0]]), [0]), rtol=1e-15)
    found = logits(torch.tensor(COSINES, dtype=torch.float16), torch.tensor(IDS))
    assert found.dtype == torch.float32


@BOTH
def test_what_nobody_looked_at_is_nan(logits, margin):
    bad = COSINES.copy()
    bad[0, 1] = 1.5
    found = jax.jit(logits)(jnp.asarray(bad), jnp.asarray([0, 7, -100, 2]))
    wrong = np.isnan(np.asarray(found))
    np.testing.assert_array_equal(wrong, [[False, True, False], [True] * 3, [False] * 3, [False] * 3])
    compiled = torch.compile(logits, fullgraph=True, backend="aot_eager")
    mine = logits(torch.tensor(COSINES), torch.tensor(IDS))
    np.testing.assert_allclose(compiled(torch.tensor(COSINES), torch.tensor(IDS)), mine, rtol=1e-14)


@BOTH
def test_errors(logits, margin):
    name = logits.__name__
    for call, error, text in (
        (lambda: logits(COSINES * 2, IDS), al.DomainError, "`input` must hold values in [-1, 1], got 1.8 at position"),
        (
            lambda: logits(COSINES, [0, 0, 0, 3]),
            al.DomainError,
            "`target` must hold class ids in [0, 3) or",
        ),
        (lambda: logits(COSINES, [0, 0]), al.ShapeError, "`target` must have shape (N, *S) = (4,), got (2,)"),
        (lambda: logits(COSINES, COSINES), al.DTypeError, "`target` must have an integer dtype"),
        (lambda: logits(COSINES, IDS, margin=-0.1), al.OptionError, "`margin` must be a finite number >= 0, got -0.1"),
        (lambda: logits(COSINES, IDS, scale=0), al.OptionError, "`scale` must be a finite number > 0, got 0"),
        (lambda: logits(COSINES, IDS, axis=2), al.OptionError, "`axis` must name one of the 2 axes"),
        (lambda: logits(IDS, IDS), al.DTypeError, "`input` must have a floating dtype"),
    ):
        with pytest.raises(error) as raised:
            call()
        assert str(raised.value).startswith(f"{name}: {text}")
