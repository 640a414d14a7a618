"""`Sums` do not drift: counts are exact, totals right to 1e-6 after a million merges, from a zero to start with."""

import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al

MAKE = {"numpy": np.float32, "torch": torch.tensor, "jax": jnp.float32}


def row(library, value=1.0):
    x = np.array([value], np.float32)
    x = x if library == "numpy" else torch.from_numpy(x) if library == "torch" else jnp.asarray(x)
    return al.mse_loss(x, 0 * x, reduction="sums")


@pytest.mark.parametrize("library", ["numpy", "torch", "jax"])
def test_counts_beyond_2_to_the_24th(library):
    """16777216 rows of loss 1, and 1000 of loss 4: their mean is (2^24 + 4000) / (2^24 + 1000)."""
    total = row(library)
    for _ in range(24):
        total = total + total
    for _ in range(1000):
        total = total + row(library, 2.0)
    count = float(total.parts[1]) + float(total.rests[1])
    assert count == 2**24 + 1000
    assert float(total.loss("sum")) == 2**24 + 4000
    assert float(total.loss()) == np.float32(2**24 + 4000) / np.float32(2**24 + 1000)


def test_large_batches_are_counted_exactly():
    """In one batch too: 2^24 + 3 elements, masked or not, are not 2^24."""
    x = np.broadcast_to(np.float32(1), (2**24 + 3,))
    for options in ({}, {"where": np.broadcast_to(np.True_, x.shape)}):
        sums = al.mse_loss(x, x, reduction="sums", **options)
        assert int(sums.parts[1]) + int(sums.rests[1]) == 2**24 + 3


def test_rows_in_chunks_are_counted_exactly():
    """Two chunks of a head with one class: a count of 2^24 + 3, which float32 does not hold."""
    rows = 2**24 + 3
    x, ids = torch.zeros(rows, 1), torch.zeros(rows, dtype=torch.int8)
    kept = torch.ones((), dtype=torch.bool).expand(rows)
    sums = al.linear_cross_entropy(x, torch.zeros(1, 1), ids, where=kept, reduction="sums")
    assert int(sums.parts[1]) + int(sums.rests[1]) == rows


def test_a_million_merges_on_jax():
    """Of 0.1 in float32, in one compiled scan: a plain sum is 1e-2 off."""
    x = jnp.full(16, np.sqrt(0.1, dtype=np.float32))
    batch = al.mse_loss(x, 0 * x, reduction="sums")
    zero = al.Sums.zero(al.mse_loss, x, x)

    @jax.jit
    def run(zero):
        return jax.lax.scan(lambda carry, _: (carry + batch, None), zero, length=1_000_000)[0]

    total = run(zero)
    exact = 1e6 * float(batch.loss("sum"))
    assert abs(float(total.loss("sum")) - exact) < 1e-6 * exact
    assert float(total.parts[1]) + float(total.rests[1]) == 16_000_000
    assert abs(float(total.loss()) - 0.1) < 2e-8


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_many_merges_elsewhere(library):
    batch = row(library, np.sqrt(0.1))
    exact, total = float(batch.loss("sum")), al.Sums.zero(al.mse_loss, *[batch.parts[0][None]] * 2)
    for _ in range(20_000):
        total = total + batch
    assert float(total.loss("sum")) == np.float32(20_000 * exact)


LOSSES = (
    al.MSELoss(),
    al.CrossEntropyLoss(label_smoothing=0.1),
    al.DiceLoss(batch=True),
    al.DiceLoss(weight=[1.0, 2.0, 3.0]),
    al.CrossEntropyLoss(normalizer=7.0),
    al.DiceLoss(batch=True, normalizer="count", weight=[1.0, 2.0, 3.0]),
    0.5 * al.CrossEntropyLoss() + al.DiceLoss(batch=True),
)


@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_zero_is_neutral(loss):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 3, 5)), rng.integers(0, 3, (2, 5))
    y = x + 1 if isinstance(loss, al.MSELoss) else y
    for make in (np.asarray, torch.tensor, jnp.asarray):
        arrays = make(x), make(y)
        zero, sums = al.Sums.zero(loss, *arrays), loss(*arrays, reduction="sums")
        assert float(zero.loss()) == float(zero.loss("sum")) == 0.0
        for found in (zero + sums, sums + zero, zero + zero + sums):
            np.testing.assert_allclose(found.loss(), loss(*arrays), rtol=2e-6)
        assert float((zero + zero).loss()) == 0.0
        again = pickle.loads(pickle.dumps(zero + sums)) + pickle.loads(pickle.dumps(sums))
        np.testing.assert_allclose(again.loss("sum"), (sums + sums).loss("sum"), rtol=1e-6)
    carried = jax.eval_shape(lambda *each: al.Sums.zero(loss, *each), jnp.asarray(x), jnp.asarray(y))
    given = jax.eval_shape(lambda *each: loss(*each, reduction="sums"), jnp.asarray(x), jnp.asarray(y))
    assert jax.tree.structure(carried) == jax.tree.structure(given)
    kinds = [[(leaf.shape, leaf.dtype) for leaf in jax.tree.leaves(each)] for each in (carried, given)]
    assert kinds[0] == kinds[1]


def test_leaf_by_leaf_is_right_too():
    x = jnp.asarray([1.0, 3.0])
    a, b = (al.mse_loss(x * k, 0 * x, reduction="sums") for k in (1, 2))
    merged = jax.tree.map(jnp.add, a, b)
    assert float(merged.loss()) == float((a + b).loss()) == (1 + 9 + 4 + 36) / 4
    t = torch.tensor([1.0, 3.0])
    leaves, spec = torch.utils._pytree.tree_flatten(al.mse_loss(t, 0 * t, reduction="sums"))
    assert all(isinstance(leaf, torch.Tensor) for leaf in leaves)
    doubled = torch.utils._pytree.tree_unflatten([leaf + leaf for leaf in leaves], spec)
    assert doubled.loss() == 5.0


def test_infinite_totals_stay_infinite():
    x = np.array([np.inf])
    sums = al.mse_loss(x, np.zeros(1), reduction="sums")
    assert (sums + sums).loss() == np.inf
    assert (sums + al.mse_loss(np.zeros(1), np.zeros(1), reduction="sums")).loss("sum") == np.inf
    assert np.isnan((sums + al.mse_loss(np.array([np.nan]), np.zeros(1), reduction="sums")).loss())


def test_gradients_go_through_merges():
    """The mean of both batches: derivative 2 x / 4."""

    def merged(x):
        parts = [al.mse_loss(x[i : i + 2], np.zeros(2), reduction="sums") for i in (0, 2)]
        return (parts[0] + parts[1]).loss()

    x = np.array([1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(al.grad(merged)(x), x / 2)
    np.testing.assert_allclose(jax.grad(merged)(jnp.asarray(x)), x / 2)
    leaf = torch.tensor(x, requires_grad=True)
    merged(leaf).backward()
    np.testing.assert_allclose(leaf.grad, x / 2)


def test_what_differs_is_named():
    x = np.zeros((2, 3))
    for other, text in (
        (al.focal_loss(x, [0, 1], gamma=3.0, reduction="sums"), "focal_loss with gamma=2.0 and with gamma=3.0"),
        (al.cross_entropy(x, [0, 1], reduction="sums"), "focal_loss and cross_entropy"),
        (al.focal_loss(x.astype(np.float32), [0, 1], reduction="sums"), "focal_loss in float64 and in float32"),
    ):
        with pytest.raises(al.MergeError, match=f"got {text}"):
            _ = al.focal_loss(x, [0, 1], reduction="sums") + other
    long = al.focal_loss(np.zeros((2, 300)), [0, 1], alpha=np.ones(300), reduction="sums")
    with pytest.raises(al.MergeError) as caught:
        _ = long + al.focal_loss(np.zeros((2, 300)), [0, 1], alpha=np.full(300, 2.0), reduction="sums")
    assert len(str(caught.value)) < 300
    with pytest.raises(al.OptionError, match="`reduction` must be left out"):
        al.Sums.zero(al.mse_loss, x, x, reduction="sum")
