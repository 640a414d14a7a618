"""Probabilities and soft labels that leave [0, 1] by rounding count as lying on the bound; by more they are bad."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al

LN2 = float(np.log(2))


def everywhere(loss, *arrays, **options):
    """The unreduced loss and the gradient of its sum by the first array, on every library and route."""
    total = lambda *each: loss(*each, **options).sum()  # noqa: E731
    yield (
        "numpy",
        loss(*arrays, **options),
        al.grad(lambda *each: loss(*each, **{**options, "reduction": "sum"}))(*arrays),
    )
    jaxed = [jnp.asarray(each) for each in arrays]
    yield "jax", loss(*jaxed, **options), jax.grad(total)(*jaxed)
    yield "jit", jax.jit(lambda *each: loss(*each, **options))(*jaxed), jax.jit(jax.grad(total))(*jaxed)
    tensors = [torch.tensor(each) for each in arrays]
    leaf = tensors[0].clone().requires_grad_()
    total(leaf, *tensors[1:]).backward()
    yield "torch", loss(*tensors, **options), leaf.grad
    yield "func", loss(*tensors, **options), torch.func.grad(total)(*tensors)
    compiled = torch.compile(lambda *each: loss(*each, **options), fullgraph=True, backend="aot_eager")
    leaf = tensors[0].clone().requires_grad_()
    value = compiled(leaf, *tensors[1:])
    value.sum().backward()
    yield "compile", value.detach(), leaf.grad


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_labels_just_above_1(dtype):
    """At logit 0, label 1: ln 2, derivative -1/2; at logit inf: 0 and 0, where 1 - 1.0000001 times inf is -inf."""
    z, y = np.array([0.0, 0.0, 60.0], dtype), np.array([1.0000001, -1e-7, 1.0000009], dtype)
    for route, loss, slope in everywhere(al.binary_cross_entropy_with_logits, z, y, reduction="none"):
        np.testing.assert_allclose(loss, [LN2, LN2, np.exp(-60.0)], rtol=1e-6, err_msg=route)
        np.testing.assert_allclose(slope, [-0.5, 0.5, -np.exp(-60.0)], rtol=1e-6, atol=1e-25, err_msg=route)


def test_probabilities_just_outside():
    """-ln p at p = 1 is 0 with derivative -1/p = -1; at p = 0 the loss of label 1 is cut at 100, derivative 0."""
    p, y = np.array([1.0000001, -1e-7, 0.5]), np.array([1.0, 1.0, 1.0])
    for route, loss, slope in everywhere(al.binary_cross_entropy, p, y, reduction="none"):
        np.testing.assert_allclose(loss, [0.0, 100.0, LN2], atol=1e-12, err_msg=route)
        np.testing.assert_allclose(slope, [-1.0, 0.0, -2.0], atol=1e-12, err_msg=route)


def test_class_probabilities():
    """Equal logits: ln 2 whatever the distribution, derivative p - q."""
    z, q = np.zeros((2, 2)), np.array([[1.0000005, -5e-7], [0.25, 0.75]])
    for loss in (al.cross_entropy, al.label_smoothing_loss):
        options = {"smoothing": 0.0} if loss is al.label_smoothing_loss else {}
        for route, value, slope in everywhere(loss, z, q, reduction="none", **options):
            np.testing.assert_allclose(value, [LN2, LN2], rtol=1e-15, err_msg=route)
            np.testing.assert_allclose(slope, [[-0.5, 0.5], [0.25, -0.25]], rtol=1e-15, err_msg=route)
    out = np.array([[0.0, -np.inf]])  # a class that is out, with a label of -1e-7: 0, not inf
    for _, value, _ in everywhere(al.cross_entropy, out, np.array([[1.0, -1e-7]]), reduction="none"):
        np.testing.assert_array_equal(value, [0.0])


def test_regions():
    """I = 1, P = T = 1 of a region that is predicted with certainty: a loss of 0, as with exact ones."""
    p, y = np.array([[[1.0000005, -2e-7]]]), np.array([[[1.0000001, 0.0]]])
    options = {"activation": None, "smooth_nr": 0.0, "smooth_dr": 0.0}
    for route, loss, slope in everywhere(al.dice_loss, p, y, reduction="none", **options):
        np.testing.assert_allclose(loss, [[0.0]], atol=1e-15, err_msg=route)
        exact = al.grad(lambda a: al.dice_loss(a, np.array([[[1.0, 0.0]]]), **options))(np.array([[[1.0, 0.0]]]))
        np.testing.assert_allclose(slope, exact, err_msg=route)


HALVES = {
    "torch float16": (lambda x: torch.tensor(x, dtype=torch.float16), 2.0**-7),
    "torch bfloat16": (lambda x: torch.tensor(x, dtype=torch.bfloat16), 2.0**-4),
    "jax float16": (lambda x: jnp.asarray(x, jnp.float16), 2.0**-7),
    "jax bfloat16": (lambda x: jnp.asarray(x, jnp.bfloat16), 2.0**-4),
    "numpy float16": (lambda x: np.asarray(x, np.float16), 2.0**-7),
}


@pytest.mark.parametrize("name", HALVES)
def test_eight_units_of_half_precision(name):
    make, slack = HALVES[name]
    z = make([0.0, 0.0])
    assert al.binary_cross_entropy_with_logits(z, make([1 + slack, -slack])) == np.float32(LN2)
    assert al.sigmoid_focal_loss(z, make([1 + slack, 1.0])) == al.sigmoid_focal_loss(z, make([1.0, 1.0]))
    assert al.cross_entropy(make([[0.0, 0.0]]), make([[1 + slack, -slack]])) == np.float32(LN2)
    for loss in (al.binary_cross_entropy_with_logits, al.binary_cross_entropy, al.sigmoid_focal_loss):
        with pytest.raises(al.DomainError):
            loss(z, make([1 + 2 * slack, 0.0]))
    wide = np.asarray([1 + slack, 0.0], np.float16)  # host data beside another library's arrays
    if slack == 2.0**-7:
        assert al.binary_cross_entropy_with_logits(z, wide) == np.float32(LN2)


@pytest.mark.parametrize("bad", [1.00001, -1.1e-6, 1.0000021])
def test_more_than_rounding_is_refused_or_nan(bad):
    z, y = np.zeros(2), np.array([bad, 0.5])
    for loss in (al.binary_cross_entropy_with_logits, al.sigmoid_focal_loss):
        for make in (np.asarray, torch.tensor, jnp.asarray):
            with pytest.raises(al.DomainError, match="must hold values in \\[0, 1\\]"):
                loss(make(z), make(y))
        found = jax.jit(lambda a, b, loss=loss: loss(a, b, reduction="none"))(jnp.asarray(z), jnp.asarray(y))
        assert np.isnan(found[0])
        assert np.isfinite(found[1])
    with pytest.raises(al.DomainError):
        al.cross_entropy(np.zeros((1, 2)), np.array([[bad, 0.5]]))
    with pytest.raises(al.DomainError):
        al.dice_loss(np.zeros((1, 1, 2)), np.array([[[bad, 0.5]]]), activation="sigmoid")


def test_integers_have_no_rounding():
    for bad in (2, -1):
        with pytest.raises(al.DomainError):
            al.binary_cross_entropy_with_logits(np.zeros(1), np.array([bad]))
