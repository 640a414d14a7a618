"""One vector of sample weights, and of masks, for every loss: (N,) is the samples, fewer axes than that an error."""

from functools import partial

import dask.array as da
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al

RNG = np.random.default_rng(0)
N, C, S = 3, 4, 3
"""As many samples as places: what is mixed up has no error."""
LOGITS, IDS, MAPS = RNG.normal(size=(N, C, S)), RNG.integers(0, C, (N, S)), RNG.uniform(0.1, 0.9, (N, S))
FLAT = RNG.normal(size=(N, S))
W = np.array([2.0, 0.0, 0.5])
CALLS = {
    "mse_loss": (FLAT, MAPS),
    "l1_loss": (FLAT, MAPS),
    "huber_loss": (FLAT, MAPS),
    "smooth_l1_loss": (FLAT, MAPS),
    "binary_cross_entropy": (MAPS, MAPS.T),
    "binary_cross_entropy_with_logits": (FLAT, MAPS),
    "sigmoid_focal_loss": (FLAT, MAPS),
    "cross_entropy": (LOGITS, IDS),
    "focal_loss": (LOGITS, IDS),
    "label_smoothing_loss": (LOGITS, IDS),
    "nll_loss": (LOGITS, IDS),
    "dice_loss": (LOGITS, IDS),
}


@pytest.mark.parametrize("make", [np.asarray, torch.tensor, jnp.asarray, da.from_array], ids=lambda f: f.__module__)
@pytest.mark.parametrize("name", CALLS)
def test_n_weights_weigh_the_samples(name, make):
    loss, arrays = getattr(al, name), [make(each) for each in CALLS[name]]
    plain = np.asarray(loss(*arrays, reduction="none"))
    found = np.asarray(loss(*arrays, sample_weight=make(W), reduction="none"))
    np.testing.assert_allclose(found, plain * W.reshape(-1, 1), rtol=1e-6, atol=1e-12)
    kept = np.array([True, False, True])
    found = np.asarray(loss(*arrays, where=make(kept), reduction="none"))
    np.testing.assert_allclose(found, plain * kept.reshape(-1, 1), rtol=1e-6)


@pytest.mark.parametrize("name", CALLS)
def test_fewer_axes_are_an_error_that_says_what_to_write(name):
    loss = getattr(al, name)
    arrays = [each[:2] for each in CALLS[name]]  # 2 samples of 3 places
    places = {"dice_loss": 3}.get(name, 3)
    for argument, value in (("sample_weight", W), ("where", W > 0)):
        with pytest.raises(al.ShapeError, match=rf"\(N,\) = \(2,\) or \(\), got \(3,\): write {argument}\[None, :\]"):
            loss(*arrays, **{argument: value})
        if name != "dice_loss":
            np.testing.assert_allclose(
                loss(*arrays, **{argument: value[None, :]}),
                loss(*arrays, **{argument: np.broadcast_to(value, (2, places))}),
            )


def test_by_hand():
    """Errors 1, 2 and 3, 4 of two samples of weight 1 and 3: 1 + 4 + 3 (9 + 16) = 80 over 1 + 1 + 3 + 3."""
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert al.mse_loss(x, np.zeros((2, 2)), sample_weight=[1.0, 3.0]) == 80 / 8
    assert al.mse_loss(x, np.zeros((2, 2)), sample_weight=[[1.0, 3.0]]) == (1 + 9 + 3 * (4 + 16)) / 8
    assert al.mse_loss(x, np.zeros((2, 2)), where=[True, False]) == 2.5
    assert al.mse_loss(x, np.zeros((2, 2)), weight=[1.0, 3.0]) == (1 + 9 + 3 * (4 + 16)) / 8  # torch's rule


def test_one_vector_serves_a_composition():
    mixed = al.CrossEntropyLoss() + 0.5 * al.DiceLoss()
    want = al.cross_entropy(LOGITS, IDS, sample_weight=W[:, None])
    want += 0.5 * al.dice_loss(LOGITS, IDS, sample_weight=W[:, None])
    for make in (np.asarray, torch.tensor, jnp.asarray):
        np.testing.assert_allclose(mixed(make(LOGITS), make(IDS), sample_weight=make(W)), want, rtol=1e-6)


@pytest.mark.parametrize("make", [np.asarray, torch.tensor, jnp.asarray], ids=lambda f: f.__module__)
def test_pooled_dice_weighs_the_samples_inside_the_sums(make):
    """Integer weights are repetitions, 0 is no sample; a single weight is that of the losses."""
    x, y = make(LOGITS), make(IDS)
    every = ({"squared": True}, {"log": True, "empty": "skip"}, {"include_background": True})
    for options in ({},) if make is jnp.asarray else ({}, *every):  # JAX compiles each
        loss = al.DiceLoss(batch=True, **options)
        rows = np.array([0, 0, 2, 2, 2])
        for reduction in ("none", "mean", "sum"):
            found = loss(x, y, sample_weight=make(np.array([2.0, 0.0, 3.0])), reduction=reduction)
            wanted = loss(make(LOGITS[rows]), make(IDS[rows]), reduction=reduction)
            np.testing.assert_allclose(found, wanted, rtol=2e-6)
        np.testing.assert_allclose(loss(x, y, sample_weight=2.0, reduction="sum"), 2 * loss(x, y, reduction="sum"))
    pooled = al.DiceLoss(batch=True)
    parts = [pooled(x[i : i + 1], y[i : i + 1], sample_weight=W[i : i + 1], reduction="sums") for i in range(N)]
    np.testing.assert_allclose(sum(parts).loss(), pooled(x, y, sample_weight=make(W)), rtol=2e-6)
    for bad in (np.ones(C - 1 + 2), np.ones((N, 1)), np.ones((N, C - 1))):
        with pytest.raises(al.ShapeError, match="class weights are `weight`"):
            pooled(x, y, sample_weight=make(bad))


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_gradients_of_pooled_weights_in_blocks(library):
    """Blocks share the weight of a sample: their parts of its gradient add up."""
    x, y = RNG.normal(size=(2, 3, 40)), RNG.integers(0, 3, (2, 40))
    w = np.array([0.5, 2.0])

    def slope():
        if library == "numpy":
            return al.grad(lambda w: al.dice_loss(x, y, sample_weight=w, batch=True))(w)
        leaf = torch.tensor(w, requires_grad=True)
        al.dice_loss(torch.tensor(x), torch.tensor(y), sample_weight=leaf, batch=True).backward()
        return leaf.grad.numpy()

    whole = slope()
    assert np.abs(whole).min() > 0
    with al.block_sizes(block=8, parallel=8):
        np.testing.assert_allclose(slope(), whole, rtol=1e-12)


@pytest.mark.parametrize("by_weights", [False, True])
@pytest.mark.parametrize("loss", [al.mse_loss, al.binary_cross_entropy_with_logits, al.poisson_nll_loss])
def test_what_has_no_weight_under_a_compiler_is_hidden_but_for_nan(loss, by_weights):
    """Where values cannot be looked at: what is infinite, and what overflows, as where they can be."""
    x = torch.tensor([torch.inf, -torch.inf, 1e30, 0.5, 7.0])
    y = torch.tensor([1.0, 0.0, 1.0, 1.0, 0.0])
    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    for each, first in ((x, 0), (torch.where(x == 7, torch.nan, x), 4)):
        w = torch.tensor([0.0, 0.0, 0.0, 2.0, 0.0])
        found = []
        for f in (loss, compiled):
            leaves = each.clone().requires_grad_(), w.clone().requires_grad_(by_weights)
            value = f(leaves[0], y, sample_weight=leaves[1], reduction="sum")
            value.backward()
            found.append([value.detach(), leaves[0].grad[:first], *([leaves[1].grad[3:first]] if by_weights else [])])
        assert found[0][0].isnan() == (first == 4)
        torch.testing.assert_close(found[1], found[0], equal_nan=True)


def test_what_other_losses_share_is_not_hidden():
    """A target of two quantiles of which one has a weight: the loss of the other is infinite, and 0."""
    x, y, w = torch.zeros(2, 2), torch.tensor([torch.inf, 1.0]), torch.tensor([[0.0, 0.0], [0.0, 1.0]])
    loss = partial(al.quantile_loss, tau=(0.1, 0.9), reduction="sum")
    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(x, y, sample_weight=w), loss(x, y, sample_weight=w))
    w = torch.tensor([[0.0, 1.0], [0.0, 1.0]])
    assert compiled(x, y, sample_weight=w) == loss(x, y, sample_weight=w) == torch.inf
