"""Single numerics: what only one of them promises."""

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al
from array_losses.backends import namespace
from array_losses.numerics import alignment, along_axis, logistic, robust
from conformance.reference import EXACT

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 4))
P, A = RNG.uniform(0.05, 0.95, (3, 4)), RNG.uniform(size=(3, 4))


def test_under_functorch_the_body_is_differentiated():
    """Batched gradients and Hessians in every mode are those of the body."""
    x, a = torch.tensor(X), torch.tensor(A)

    def total(f):
        return lambda x: (f(x, a, None) ** 2).sum()

    mine, theirs = total(logistic.softplus_sum), total(logistic.softplus_sum.portable)
    for inner in (torch.func.jacrev, torch.func.jacfwd):
        for outer in (torch.func.jacrev, torch.func.jacfwd):
            np.testing.assert_allclose(outer(inner(mine))(x), outer(inner(theirs))(x), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    "make", [np.asarray, strict.asarray, torch.tensor, jnp.asarray], ids=["numpy", "strict", "torch", "jax"]
)
def test_plain_numbers_along_an_axis(make):
    """Rounded once, to the dtype of what they multiply."""
    like = make(np.ones((2, 3, 4), dtype=np.float32))
    found = along_axis.numbers_along((0.1, 0.5, 0.9), like, 1)
    assert found.dtype == like.dtype
    np.testing.assert_array_equal(np.asarray(found), np.array([[0.1], [0.5], [0.9]], dtype=np.float32))


def barron(x, alpha):
    """The loss to 50 digits."""
    x, alpha = EXACT.mpf(x), EXACT.mpf(alpha)
    if alpha == 0:
        return EXACT.log1p(x**2 / 2)
    width = abs(alpha - 2)
    return width / alpha * EXACT.expm1(alpha / 2 * EXACT.log1p(x**2 / width))


@pytest.mark.parametrize("alpha", [0.0, 1e-30, -1e-9, 1e-3, 0.7, -0.3, 1.0, -2.0, 1.9, 3.0])
def test_the_shape_of_barron_has_derivatives(alpha):
    """The first and the second by alpha, also at and near 0, where the formula is a quotient of zeros."""
    first, second = (jax.grad(robust.barron, argnums=1), jax.grad(jax.grad(robust.barron, argnums=1), argnums=1))
    for x in (0.3, 2.0, 1e3):
        by_torch = torch.tensor(alpha, dtype=torch.float64, requires_grad=True)
        robust.barron(torch.tensor(x, dtype=torch.float64), by_torch).backward()
        wanted = [float(EXACT.diff(lambda a, x=x: barron(x, a), alpha + 1e-12, n, h=1e-15)) for n in (1, 2)]
        with jax.enable_x64(True):
            found = [float(each(jnp.asarray(x), jnp.asarray(alpha))) for each in (first, second)]
        np.testing.assert_allclose([*found, float(by_torch.grad)], [*wanted, wanted[0]], rtol=1e-7)
    for limit in (2.0, -np.inf):
        at_limit = torch.tensor(limit, dtype=torch.float64, requires_grad=True)
        robust.barron(torch.tensor(X), at_limit).sum().backward()
        assert at_limit.grad == 0


def test_unit_vectors_of_any_length():
    """Length 1 where squares overflow or vanish; a zero vector has derivative 0, and the length of any vector too."""
    x = np.array([[3e200, 4e200], [3e-200, -4e-200], [0.0, 0.0], [0.3, 0.4]])
    right = np.array([[0.6, 0.8], [0.6, -0.8], [0.0, 0.0], [0.6, 0.8]])
    leaf = torch.tensor(x, requires_grad=True)
    made = along_axis.unit_vector(leaf, 1)
    for found in (along_axis.unit_vector(x, 1), made.detach().numpy(), along_axis.unit_vector(jnp.asarray(x), 1)):
        np.testing.assert_allclose(found, right, rtol=1e-15)
    weight = np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 2.0], [1.0, 0.0]])
    slope = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [1.28, -0.96]])  # (1 - u u^T) / |x|
    made.backward(torch.tensor(weight))

    def total(x):
        return namespace(x).sum(along_axis.unit_vector(x, 1) * weight)

    for found in (leaf.grad.numpy(), jax.grad(total)(jnp.asarray(x)), al.grad(total)(x)):
        np.testing.assert_allclose(found, slope, rtol=1e-14, atol=1e-14)


def test_jax_folds_by_a_scan():
    """It gives what the loop gives, derivative too, and compiles one step whatever the number of entries."""
    x, others = jnp.asarray(X), (jnp.asarray(P),)

    def total(fold):
        return lambda x: fold(x, others, jnp.zeros(4), lambda state, a, b: jnp.sin(state + a) * b).sum()

    by_scan, by_loop = total(alignment.fold), total(alignment.fold.portable)
    np.testing.assert_allclose(by_scan(x), by_loop(x), rtol=1e-15)
    np.testing.assert_allclose(jax.grad(by_scan)(x), jax.grad(by_loop)(x), rtol=1e-14)
    longer = jnp.concatenate([x, x])
    others = (jnp.concatenate([others[0]] * 2),)
    assert len(str(jax.make_jaxpr(by_scan)(longer))) < len(str(jax.make_jaxpr(by_loop)(longer)))


def test_torch_has_the_posteriors_of_its_own_loss():
    """Equal to the portable ones, and as exact for numbers of 32 bits; 0 where a frame is not there."""
    x = np.random.default_rng(1).normal(size=(60, 2, 5))
    given = [torch.tensor(each) for each in (np.array([[1, 1, 2, 4], [3, 0, 0, 0]]), np.arange(60)[:, None] < [60, 9])]
    args = (*given, torch.tensor([4, 1]), 0)
    exact = alignment.class_posteriors.portable(torch.tensor(x), *args)
    with torch.no_grad():
        found, rounded = (
            alignment.class_posteriors(torch.tensor(x, dtype=t), *args) for t in (torch.float64, torch.float32)
        )
    np.testing.assert_allclose(found, exact, rtol=1e-11, atol=1e-14)
    assert rounded.dtype == torch.float32
    np.testing.assert_allclose(rounded, exact, atol=1e-6)
    assert not found[9:, 1].any()
