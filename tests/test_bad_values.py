"""A bad label that nobody looks at is NaN in the gradient too: 0 there reads as "ignored"."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al
from array_losses.autodiff.tape_backend import tape_of
from array_losses.backends import backend_of, namespace

Z, IDS = np.array([[0.5, -1.0, 2.0], [0.0, 1.0, -0.5], [1.0, 1.0, 0.0]]), np.array([0, 3, 2])
SOFT = np.array([[0.2, 0.3, 0.5], [0.2, 0.3, 1.5], [1.0, 0.0, 0.0]])
P = np.array([0.3, 0.7, 0.5])
BINARY = np.array([1.0, 1.5, 0.0])
ROWS = {
    "cross_entropy": (al.cross_entropy, Z, IDS),
    "nll_loss": (al.nll_loss, Z, IDS),
    "focal_loss": (al.focal_loss, Z, IDS),
    "label_smoothing_loss": (al.label_smoothing_loss, Z, IDS),
    "cross_entropy, soft": (al.cross_entropy, Z, SOFT),
    "focal_loss, soft": (al.focal_loss, Z, SOFT),
    "with logits": (al.binary_cross_entropy_with_logits, Z[:, 0], BINARY),
    "sigmoid focal": (al.sigmoid_focal_loss, Z[:, 0], BINARY),
    "probabilities": (al.binary_cross_entropy, P, BINARY),
    "bad probability": (al.binary_cross_entropy, np.array([0.3, -0.5, 0.5]), np.array([1.0, 0.0, 0.0])),
}


def routes(loss, x, y):
    """The gradient of the added losses on every route where values are not looked at."""
    a, b = jnp.asarray(x), jnp.asarray(y)
    total = lambda a, b: loss(a, b, reduction="none").sum()  # noqa: E731
    yield "jit of grad", jax.jit(jax.grad(total))(a, b)
    yield "grad of jit", jax.grad(jax.jit(total))(a, b)
    yield "vmap of grad", jax.vmap(jax.grad(lambda a, b: total(a[None], b[None])))(a, b)
    s, t = torch.tensor(x), torch.tensor(y)
    yield "torch vmap of grad", torch.func.vmap(torch.func.grad(lambda a, b: total(a[None], b[None])))(s, t)
    leaf = s.clone().requires_grad_()
    torch.compiler.reset()  # it compiles one lambda only so often
    torch.compile(total, fullgraph=True, backend="aot_eager")(leaf, t).backward()
    yield "compile", leaf.grad


@pytest.mark.parametrize("name", ROWS)
def test_the_gradient_of_that_element_is_nan(name):
    loss, x, y = ROWS[name]
    for route, slope in routes(loss, x, y):
        slope = np.asarray(slope).reshape(3, -1)
        assert np.isnan(slope[1]).any(), route
        assert np.isfinite(slope[[0, 2]]).all(), route
        assert np.abs(slope[[0, 2]]).max() > 0, route


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("name", ROWS)
def test_a_mean_and_a_sum_are_nan_as_a_whole(name, reduction):
    """And so is the gradient of that element at least."""
    loss, x, y = ROWS[name]
    value, slope = jax.jit(jax.value_and_grad(lambda a: loss(a, jnp.asarray(y), reduction=reduction)))(jnp.asarray(x))
    found = torch.func.grad_and_value(lambda a: loss(a, torch.tensor(y), reduction=reduction))(torch.tensor(x))
    for value, slope in ((value, slope), reversed(found)):  # noqa: B020
        assert np.isnan(float(value))
        assert np.isnan(np.asarray(slope)[1]).any()


@pytest.mark.parametrize("name", ROWS)
def test_masked_it_is_nothing(name):
    loss, x, y = ROWS[name]
    kept = jnp.asarray([True, False, True])
    value, slope = jax.jit(jax.value_and_grad(lambda a, b: loss(a, b, where=kept)))(jnp.asarray(x), jnp.asarray(y))
    np.testing.assert_allclose(value, loss(x[[0, 2]], y[[0, 2]]), rtol=1e-12)
    np.testing.assert_array_equal(np.asarray(slope)[1], np.zeros(x.shape[1:]))
    assert np.isfinite(np.asarray(slope)).all()


def test_weights_are_not_touched_by_what_is_masked():
    """A shared weight has a finite gradient: those of the elements kept, softplus(-z) for labels of 1."""
    z, y, kept = jnp.zeros(3), jnp.asarray([1.0, 9.0, 1.0]), jnp.asarray([True, False, True])
    slope = jax.jit(jax.grad(lambda w: al.binary_cross_entropy_with_logits(z, y, pos_weight=w, where=kept)))(1.0)
    np.testing.assert_allclose(slope, np.log(2), rtol=1e-6)
    weights = jnp.ones(3)
    slope = jax.jit(jax.grad(lambda w: al.mse_loss(z, y, sample_weight=w, where=kept, reduction="sum")))(weights)
    np.testing.assert_allclose(slope, [1.0, 0.0, 1.0])


def test_dice_and_the_linear_head_are_nan_as_a_whole():
    z, ids = jnp.zeros((2, 3, 4)), jnp.asarray([[0, 1, 2, 7], [0, 1, 2, 0]])
    for loss in (al.dice_loss, al.DiceLoss(batch=True, squared=True), al.DiceLoss(log=True)):
        assert np.isnan(jax.jit(jax.grad(loss))(z, ids)).any()
    slopes = jax.jit(jax.grad(al.linear_cross_entropy, (0, 1)))(jnp.ones((2, 3)), jnp.ones((4, 3)), jnp.asarray([0, 4]))
    assert np.isnan(slopes[0][1]).any()
    assert np.isnan(slopes[1]).any()


def test_by_the_tape_on_a_library_that_is_not_looked_at():
    import array_api_strict as xp

    x = xp.asarray(Z)
    assert backend_of(x).concrete_or_none(x) is None

    def total(x):
        return namespace(x).sum(al.cross_entropy(x, xp.asarray(IDS), reduction="none"))

    slope = al.grad(total)(x)
    assert np.isnan(np.asarray(slope)[1]).all()
    assert np.isfinite(np.asarray(slope)[0]).all()
    assert tape_of(backend_of(x)).level == 1


@pytest.mark.parametrize("bad", [2**32, 2**40, -(2**35)])
def test_a_bad_id_is_reported_as_it_was_given(bad):
    for make in (jnp.asarray, np.asarray, torch.tensor):
        z = make(np.zeros((2, 3), np.float32))
        for labels in ([0, bad], np.array([0, bad])):
            with pytest.raises(al.DomainError, match=f"got {bad} at position \\(1\\)"):
                al.cross_entropy(z, labels)
    with pytest.raises(al.DomainError, match=f"got {2**63 + 5} at position \\(1\\)"):
        al.nll_loss(np.zeros((2, 3)), np.array([0, 2**63 + 5], np.uint64))
    with pytest.raises(al.DomainError, match=f"got {2**63 + 5} at position \\(1\\)"):
        al.focal_loss(torch.zeros(2, 3), torch.tensor([0, 2**63 + 5], dtype=torch.uint64))
