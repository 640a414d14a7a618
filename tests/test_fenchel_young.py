"""Fenchel-Young losses: of the maximum that is given, on every library, and against optax."""

from functools import partial

import array_api_strict as strict
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import torch
from jax.scipy.special import logsumexp

import array_losses as al
from array_losses.backends import namespace

RNG = np.random.default_rng(0)
SCORES, IDS, SOFT = RNG.normal(size=(4, 5)) * 3, np.array([0, 4, 1, 2]), RNG.dirichlet(np.ones(5), 4)
MAKE = pytest.mark.parametrize("make", [np.asarray, torch.asarray, jnp.asarray], ids=["numpy", "torch", "jax"])
TARGETS = pytest.mark.parametrize("target", [IDS, SOFT], ids=["ids", "soft"])


def log_sum_exp(z):
    xp = namespace(z)
    return xp.log(xp.sum(xp.exp(z), axis=-1))


def sparse_max(z):
    """The maximum of p z - p^2 / 2 over the simplex, at the p that sparsemax gives."""
    xp, count = namespace(z), 1 + np.arange(z.shape[-1])
    sums = xp.cumulative_sum(-xp.sort(-z, axis=-1), axis=-1)
    tau = xp.max((sums - 1) / xp.asarray(count, dtype=z.dtype), axis=-1, keepdims=True)
    p = xp.clip(z - tau, 0, None)
    return xp.sum(p * z - p * p / 2, axis=-1)


@MAKE
@TARGETS
def test_the_losses_of_softmax_and_sparsemax(make, target):
    x, y = make(SCORES), make(target)
    loss = partial(al.fenchel_young_loss, reduction="none")
    found = loss(x, y, max_fun=log_sum_exp)
    assert type(found) is type(x)
    np.testing.assert_allclose(found, al.cross_entropy(x, y, reduction="none"), rtol=1e-13, atol=1e-14)
    constant = np.sum(target**2, axis=-1) / 2 if target is SOFT else 1 / 2
    wanted = al.sparsemax_loss(x, y, reduction="none")
    np.testing.assert_allclose(np.asarray(loss(x, y, max_fun=sparse_max)) + constant, wanted, rtol=1e-13, atol=1e-14)


@TARGETS
def test_gradients(target):
    """By the tape, torch and JAX, also under jit: those of the cross-entropy."""
    _, wanted = al.value_and_grad(al.cross_entropy)(SCORES, target)
    by_tape = al.grad(partial(al.fenchel_young_loss, max_fun=lambda z: np.log(np.sum(np.exp(z), axis=-1))))
    leaf = torch.tensor(SCORES, requires_grad=True)
    al.fenchel_young_loss(leaf, torch.tensor(target), max_fun=partial(torch.logsumexp, dim=-1)).backward()
    by_jax = jax.grad(partial(al.fenchel_young_loss, max_fun=partial(logsumexp, axis=-1)))
    for found in (by_tape(SCORES, target), leaf.grad, by_jax(SCORES, target), jax.jit(by_jax)(SCORES, target)):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-15)
    assert torch.autograd.gradgradcheck(
        lambda z: al.fenchel_young_loss(z, torch.tensor(target), max_fun=half_of_twice), leaf.detach().requires_grad_()
    )


def half_of_twice(z):
    return torch.logsumexp(2 * z, -1) / 2


def test_vmap_and_compile():
    x, y, loss = torch.tensor(SCORES), torch.tensor(IDS), partial(al.fenchel_young_loss, max_fun=half_of_twice)
    wanted = loss(x, y, reduction="none")
    assert torch.allclose(torch.vmap(loss)(x, y), wanted, rtol=1e-14)
    compiled = torch.compile(partial(loss, reduction="none"), fullgraph=True, backend="aot_eager")
    assert torch.allclose(compiled(x, y), wanted, rtol=1e-14)


def test_optax():
    """Its maximum is of one vector."""
    maximum = lambda z: 0.5 * logsumexp(2 * z)  # noqa: E731
    theirs = optax.losses.make_fenchel_young_loss(max_fun=maximum)
    mine = partial(al.fenchel_young_loss, max_fun=jax.vmap(maximum), reduction="none")
    for x in (jnp.asarray(SCORES), jnp.asarray(SCORES, jnp.float32)):
        found, wanted = jax.jit(mine)(x, jnp.asarray(SOFT)), jax.jit(theirs)(x, jnp.asarray(SOFT, x.dtype))
        assert found.dtype == wanted.dtype == x.dtype
        np.testing.assert_allclose(found, wanted, rtol=1e-14 if x.dtype == np.float64 else 1e-6)


@MAKE
def test_weights_masks_and_ignored_ids(make):
    """What does not count may be anything."""
    x, y = SCORES.copy(), np.array([0, -100, 1, 2])
    x[1], x[3] = np.nan, np.inf
    mask, weights = np.array([True, True, True, False]), np.array([0.5, 1.0, 2.0, 1.0])
    given = {"where": make(mask), "sample_weight": make(weights), "max_fun": log_sum_exp}
    value, gradient = al.value_and_grad(al.fenchel_young_loss)(make(x), make(y), **given)
    losses = np.asarray(al.cross_entropy(SCORES, IDS, reduction="none"))
    assert float(value) == pytest.approx((0.5 * losses[0] + 2 * losses[2]) / 2, rel=1e-12)
    assert np.all(np.asarray(gradient)[[1, 3]] == 0)
    assert np.all(np.asarray(gradient)[[0, 2]] != 0)


def test_sums():
    """Those of one function merge."""
    loss = partial(al.fenchel_young_loss, max_fun=log_sum_exp)
    one, two = loss(SCORES[:1], IDS[:1], reduction="sums"), loss(SCORES[1:], IDS[1:], reduction="sums")
    assert float((one + two).loss()) == pytest.approx(float(loss(SCORES, IDS)), rel=1e-14)
    with pytest.raises(al.MergeError, match="max_fun"):
        one + loss(SCORES, IDS, max_fun=sparse_max, reduction="sums")


def test_places_of_the_classes_and_other_libraries():
    z, ids = RNG.normal(size=(2, 3, 4)), np.arange(8).reshape(2, 4) % 3
    loss = partial(al.fenchel_young_loss, max_fun=log_sum_exp, reduction="none")
    wanted = al.cross_entropy(z, ids, reduction="none")
    np.testing.assert_allclose(loss(z, ids), wanted, rtol=1e-13)
    np.testing.assert_allclose(loss(np.moveaxis(z, 1, -1), ids, axis=-1), wanted, rtol=1e-13)
    np.testing.assert_allclose(loss(z[0, :, 1], ids[0, 1]), wanted[0, 1], rtol=1e-13)
    found = loss(strict.asarray(z, dtype=strict.float32), strict.asarray(ids))
    assert found.dtype == strict.float32
    np.testing.assert_allclose(np.asarray(found), wanted, rtol=1e-5)
    half = loss(torch.tensor(z).half(), torch.tensor(ids))
    assert half.dtype == torch.float32


@MAKE
def test_what_a_maximum_holds_is_differentiated(make):
    """Such as a temperature, whatever the scores are."""
    x, y = make(SCORES), make(IDS)

    def loss(t):
        return al.fenchel_young_loss(x, y, max_fun=lambda z: t * log_sum_exp(z / t))

    found = al.grad(loss)(make(np.array(2.0)))
    assert float(found) == pytest.approx(float(loss(2.0 + 1e-6) - loss(2.0 - 1e-6)) / 2e-6, rel=1e-6)


def test_large_arrays_come_whole():
    """A function of the user's may know no arrays but those of its library, and is called with all of them."""
    shapes = []
    x = torch.randn(300_000, 8, requires_grad=True, generator=torch.Generator().manual_seed(0))

    def maximum(z):
        shapes.append((type(z), tuple(z.shape)))
        return torch.logsumexp(z, -1)

    al.fenchel_young_loss(x, torch.zeros(300_000, dtype=torch.int64), max_fun=maximum).backward()
    assert set(shapes) == {(torch.Tensor, (300_000, 8))}


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        (lambda z: np.max(z), "reduce the last axis, and return an array of shape (4,), got "),
        (lambda z: z, "reduce the last axis, and return an array of shape (4,), got a ndarray of shape (4, 5) for "),
        (
            lambda _: None,
            "reduce the last axis, and return an array of shape (4,), got None for scores of shape (4, 5)",
        ),
        (3, "be a function, got 3"),
    ],
)
def test_errors(bad, text):
    with pytest.raises((al.ShapeError, al.OptionError)) as raised:
        al.fenchel_young_loss(SCORES, IDS, max_fun=bad)
    assert str(raised.value).startswith(f"fenchel_young_loss: `max_fun` must {text}")


def test_a_missing_maximum():
    with pytest.raises(al.ArgumentError, match="`max_fun` is missing"):
        al.fenchel_young_loss(SCORES, IDS)


def test_it_is_diagnosed_where_its_function_can_be_called():
    spoiled = np.where(np.arange(20).reshape(4, 5) == 7, np.nan, SCORES)
    report = al.diagnose(al.fenchel_young_loss, spoiled, IDS, max_fun=log_sum_exp)
    assert report.cause
    with pytest.raises(al.NamespaceError, match="be of NumPy, where an option is a function"):
        al.diagnose(al.fenchel_young_loss, torch.tensor(SCORES), torch.tensor(IDS), max_fun=log_sum_exp)
