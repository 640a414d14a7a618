"""Calls that random trials found wrong, with their right values, and their neighbours."""

from functools import partial

import array_api_strict
import dask.array as da
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al

MANY = 1_200_000
X, ZERO = np.linspace(-1, 1, MANY, dtype=np.float32), np.zeros(MANY, np.float32)


@pytest.mark.parametrize("loss", [al.mse_loss, al.l1_loss, al.huber_loss, al.smooth_l1_loss, al.sigmoid_focal_loss])
def test_a_single_weight_of_arrays_that_are_cut(loss):
    """The derivative by the weight of all is the plain sum."""
    total = float(loss(X, ZERO, reduction="sum"))
    for weight in (np.array(2.0, np.float32), np.full(1, 2.0, np.float32)):
        slope = al.grad(lambda w: loss(X, ZERO, sample_weight=w, reduction="sum"))(weight)
        np.testing.assert_allclose(slope, np.full(weight.shape, total), rtol=1e-5)
    leaf = torch.tensor(2.0, requires_grad=True)
    loss(torch.from_numpy(X), torch.from_numpy(ZERO), sample_weight=leaf, reduction="sum").backward()
    np.testing.assert_allclose(leaf.grad, total, rtol=1e-5)


def test_single_weights_of_other_kinds():
    """Of labels of 1, pos_weight times softplus(-z); of classes and of torch's own `weight`."""
    logits, ones = X, np.ones_like(X)
    exact = np.logaddexp(0, -X.astype(np.float64)).sum()
    slope = al.grad(lambda w: al.binary_cross_entropy_with_logits(logits, ones, pos_weight=w, reduction="sum"))
    np.testing.assert_allclose(slope(np.array(1.0, np.float32)), exact, rtol=1e-5)
    exact = (X.astype(np.float64) ** 2).sum()
    slope = al.grad(lambda w: al.mse_loss(X, ZERO, weight=w, normalizer="count", reduction="sum"))
    np.testing.assert_allclose(slope(np.array(1.0, np.float32)), exact, rtol=1e-5)
    z, ids = X.reshape(-1, 4), np.zeros(MANY // 4, int)
    exact = al.cross_entropy(z, ids, reduction="sum")
    slope = al.grad(lambda w: al.cross_entropy(z, ids, sample_weight=w, reduction="sum"))
    np.testing.assert_allclose(slope(np.array(3.0, np.float32)), exact, rtol=1e-5)


CALLS = {
    "mse_loss": (np.array([2.0, 4.0]), np.zeros(2)),
    "binary_cross_entropy": (np.array([0.3, 0.4]), np.ones(2)),
    "cross_entropy": (np.zeros((2, 3)), np.array([0, 1])),
    "focal_loss": (np.zeros((2, 3)), np.array([0, 1])),
    "dice_loss": (np.zeros((1, 2, 3)), np.array([[0, 1, 1]])),
    "linear_cross_entropy": (np.ones((2, 3)), np.ones((4, 3)), np.array([0, 1])),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_normalizer_is_differentiated(name):
    """d (s / n) / dn = -s / n^2."""
    loss, arrays = getattr(al, name), CALLS[name]
    exact = -float(loss(*arrays, reduction="sum")) / 16
    np.testing.assert_allclose(al.grad(lambda n: loss(*arrays, normalizer=n))(np.array(4.0)), exact, rtol=1e-12)
    tensors = list(map(torch.tensor, arrays))
    for leaf_of in (tensors[0], tensors[0].clone().requires_grad_()):
        n = torch.tensor(4.0, requires_grad=True)
        loss(leaf_of, *tensors[1:], normalizer=n).backward()
        np.testing.assert_allclose(n.grad, exact, rtol=1e-6)
    jaxed = list(map(jnp.asarray, arrays))
    np.testing.assert_allclose(jax.grad(lambda n: loss(*jaxed, normalizer=n))(4.0), exact, rtol=1e-6)
    strict = [array_api_strict.asarray(each) for each in arrays]
    slope = al.grad(lambda n: loss(*strict, normalizer=n))(array_api_strict.asarray(4.0))
    np.testing.assert_allclose(float(slope), exact, rtol=1e-12)
    parts = al.grad(lambda n: loss(*arrays, normalizer=n, reduction="sums").loss())(np.array(4.0))
    np.testing.assert_allclose(parts, exact, rtol=1e-12)


@pytest.mark.parametrize(
    "cls",
    [al.MSELoss, al.L1Loss, al.HuberLoss, al.SmoothL1Loss, al.BCELoss, al.BCEWithLogitsLoss, al.SigmoidFocalLoss],
    ids=lambda cls: cls.__name__,
)
def test_scaled_losses_of_single_numbers(cls):
    x, y = np.array(0.25), np.array(1.0)
    one = al.grad(cls())(x, y)
    for f in (0.5 * cls(), 0.25 * cls() + 0.25 * cls(), lambda a, b: cls()(a, b) / 2):
        np.testing.assert_allclose(al.grad(f)(x, y), one / 2, rtol=1e-12)
        assert al.grad(f)(x, y).shape == ()


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"])
def test_every_integer_dtype_of_torch_is_a_label_or_a_weight(dtype):
    labels, p = torch.tensor([0, 1]).to(getattr(torch, dtype)), torch.tensor([0.25, 0.75])
    for loss in (al.binary_cross_entropy, al.binary_cross_entropy_with_logits, al.sigmoid_focal_loss, al.mse_loss):
        assert loss(p, labels) == loss(p, labels.float())
    assert al.mse_loss(p, torch.zeros(2), sample_weight=labels) == 0.75**2
    assert al.dice_loss(p[None], labels[None], axis=None, activation="sigmoid") < 1
    assert al.cross_entropy(torch.eye(2), labels, labels.float()) == al.cross_entropy(torch.eye(2), [0, 1], [0.0, 1.0])
    with pytest.raises(al.DomainError):
        al.binary_cross_entropy_with_logits(p, labels + 3 if dtype[0] == "i" else torch.tensor([3, 3]).to(labels.dtype))


def test_empty_batches_of_large_images():
    for x in (torch.zeros(0, 3, 1024, 1024), np.zeros((0, 3, 1024, 1024))):
        xp = torch if isinstance(x, torch.Tensor) else np
        ids = xp.zeros((0, 1024, 1024), dtype=xp.int64)
        for loss in (al.cross_entropy, al.dice_loss, al.DiceLoss(batch=True), al.focal_loss, al.nll_loss):
            assert loss(x, ids) == 0
        assert al.mse_loss(x, x) == 0
        assert al.mse_loss(x, x, reduction="none").shape == x.shape


def test_what_is_ignored_is_not_looked_at():
    """I = 0.8, P = 0.8, T = 1: a loss of 1 - 1.6 / 1.8."""
    p, y = np.array([[[0.2, 0.7], [0.8, 7.0]]]), np.array([[1, -100]])
    for make in (np.asarray, torch.tensor, jnp.asarray):
        assert float(al.dice_loss(make(p), make(y), activation=None, smooth_nr=0.0, smooth_dr=0.0)) == pytest.approx(
            1 / 9
        )
    with pytest.raises(al.DomainError, match=r"got 7\.0 at position"):
        al.dice_loss(p, np.array([[1, 0]]), activation=None)
    maps = np.array([[[0, 255], [1, 255]]])
    assert al.dice_loss(p, maps, activation=None, ignore_index=255, smooth_nr=0.0, smooth_dr=0.0) == pytest.approx(
        1 / 9
    )
    nll = al.nll_loss(np.array([[0.0, np.nan], [-1.0, -2.0]]), np.array([-100, 1]))
    assert nll == 2


@pytest.mark.parametrize("make", [np.array, torch.tensor, jnp.asarray], ids=lambda f: f.__module__)
def test_smoothing_of_a_whole_share(make):
    """All of the label is spread: a class that is out costs infinitely much."""
    z = make([[0.0, -np.inf]])
    whole = {"label_smoothing": 1.0}
    for loss in (al.CrossEntropyLoss(**whole), al.LabelSmoothingLoss(smoothing=1.0), al.FocalLoss(**whole)):
        assert float(loss(z, make([1]))) == np.inf
        assert float(loss(z, make([0]))) == np.inf
    finite = make([[0.0, 0.0]])
    assert float(al.cross_entropy(finite, make([1]), label_smoothing=1.0)) == pytest.approx(np.log(2))
    excluded = al.cross_entropy(z, make([0]), make([1.0, 0.0]), label_smoothing=1.0)  # a class of weight 0
    assert float(excluded) == 0


def test_a_divisor_of_0_is_0_with_gradient_0():
    for loss in (al.mse_loss, al.huber_loss, al.l1_loss):
        x = np.array([np.inf, 1.0])
        value, slope = al.value_and_grad(lambda a, loss=loss: loss(a, np.zeros(2), normalizer=0))(x)
        assert value == 0
        np.testing.assert_array_equal(slope, [0.0, 0.0])
        for f in (jax.value_and_grad, lambda f: jax.jit(jax.value_and_grad(f))):
            value, slope = f(lambda a, loss=loss: loss(a, jnp.zeros(2), normalizer=0.0))(jnp.asarray(x))
            assert value == 0
            np.testing.assert_array_equal(slope, [0.0, 0.0])
        leaf = torch.tensor(x, requires_grad=True)
        loss(leaf, torch.zeros(2), normalizer=0).backward()
        assert leaf.grad.tolist() == [0.0, 0.0]
    for name, arrays in CALLS.items():
        value, slope = al.value_and_grad(partial(getattr(al, name), normalizer=0))(*arrays)
        assert value == 0
        assert not np.any(slope)


@pytest.mark.parametrize("scalar", [np.float64, np.float32])
def test_numpy_scalars_under_compile(scalar):
    """Closed over, dynamo holds them as arrays; they change no dtype."""
    x, y = torch.tensor([[0.5, 3.0]]), torch.tensor([[0.0, 1.0]])
    two, quarter, zero = scalar(2.0), scalar(0.25), scalar(0.0)
    calls = {
        "normalizer": lambda a, b: al.mse_loss(a, b, normalizer=two),
        "beta": lambda a, b: al.smooth_l1_loss(a, b, beta=two),
        "beta 0": lambda a, b: al.smooth_l1_loss(a, b, beta=zero),
        "delta": lambda a, b: al.huber_loss(a, b, delta=two),
        "smoothing": lambda a, b: al.binary_cross_entropy_with_logits(a, b, label_smoothing=quarter),
        "gamma": lambda a, b: al.sigmoid_focal_loss(a, b, gamma=quarter),
        "gamma 0": lambda a, b: al.sigmoid_focal_loss(a, b, gamma=zero),
        "classes": lambda a, b: al.cross_entropy(a, b.long()[:, 1], label_smoothing=quarter),
        "weight": lambda a, b: al.mse_loss(a, b, sample_weight=quarter),
    }
    tried = calls if scalar is np.float64 else {name: calls[name] for name in ("normalizer", "delta", "gamma")}
    for name, call in tried.items():
        torch.compiler.reset()
        found = torch.compile(call, fullgraph=True, backend="aot_eager")(x, y)
        assert found.dtype == torch.float32, name
        torch.testing.assert_close(found, call(x, y), msg=name)


def test_foreign_byte_order():
    strict = array_api_strict.asarray([[0.0, 1.0]])
    for order in (">i8", "<i2", ">u4"):
        assert float(al.cross_entropy(strict, np.array([1], order))) == pytest.approx(np.log(1 + np.exp(-1)))
    assert float(al.mse_loss(strict, np.array([[0.0, 3.0]], ">f8"))) == 2
    assert al.mse_loss(da.ones(2), np.array([0.0, 3.0], ">f4")).compute() == 2.5


def test_ids_of_no_position_in_several_chunks():
    z, ids = da.zeros((3, 2, 0), chunks=(1, 2, 1)), da.zeros((3, 0), chunks=(1, 1), dtype=int)
    for loss in (al.CrossEntropyLoss([1.0, 2.0]), al.NLLLoss([1.0, 2.0]), al.FocalLoss(alpha=[1.0, 2.0])):
        assert loss(z, ids).compute() == 0


def test_smoothed_labels_are_a_copy():
    for q in (np.array([0.25, 0.75]), torch.tensor([0.25, 0.75]), np.array([[0.25, 0.75]])):
        found = al.smooth_labels(q, 0.0, axis=q.ndim - 1)
        found[...] = 7.0
        assert float(q.max()) == 0.75
    assert al.smooth_labels(jnp.asarray([0.25, 0.75]), 0.0, axis=0).tolist() == [0.25, 0.75]


def test_a_class_of_weight_0_that_is_out():
    """0 * inf = 0 in the derivative by the label too: by q_c it is -w_c ln p_c, here 0 and -ln 1."""
    z, q = np.array([[-np.inf, 0.0]]), np.array([[0.25, 0.75]])
    for loss in (al.CrossEntropyLoss([0.0, 1.0]), al.FocalLoss(alpha=(0.0, 1.0))):
        slope = al.grad(lambda q, loss=loss: loss(z, q, reduction="sum"))(q)
        np.testing.assert_array_equal(np.abs(slope), [[0.0, 0.0]])
        leaf = torch.tensor(q, requires_grad=True)
        loss(torch.tensor(z), leaf, reduction="sum").backward()
        assert leaf.grad.abs().tolist() == [[0.0, 0.0]]
        slope = jax.grad(lambda q, loss=loss: loss(jnp.asarray(z), q, reduction="sum"))(jnp.asarray(q))
        np.testing.assert_array_equal(np.abs(slope), [[0.0, 0.0]])


def test_sums_keep_the_gradient_of_their_normalizer():
    """5 / n: by n it is -5 / n^2, and the tensor given is as it was."""
    n, x = torch.tensor(2.0, requires_grad=True), torch.tensor([1.0, 2.0], requires_grad=True)
    al.mse_loss(x, torch.zeros(2), normalizer=n, reduction="sums").loss().backward()
    assert n.requires_grad
    assert n.grad.item() == -1.25
    assert x.grad.tolist() == [1.0, 2.0]
    both = al.grad(lambda x, n: al.mse_loss(x, np.zeros(2), normalizer=n, reduction="sums").loss(), (0, 1))
    slopes = both(np.array([1.0, 2.0]), np.array(2.0))
    np.testing.assert_allclose(slopes[0], [1.0, 2.0])
    np.testing.assert_allclose(slopes[1], -1.25)


def test_a_bad_label_is_refused_whatever_the_divisor():
    for loss, x, bad in (
        (al.nll_loss, np.zeros((1, 2)), [7]),
        (al.binary_cross_entropy, np.array([0.5]), [1.5]),
        (al.dice_loss, np.zeros((1, 2, 1)), [[7]]),
        (al.focal_loss, np.zeros((1, 2)), [7]),
    ):
        with pytest.raises(al.DomainError):
            loss(x, bad, normalizer=0)


def test_the_overlap_of_small_probabilities():
    """I = min(1e-10, 0.25) = 1e-10: 1 - 2e-10 / (1e-10 + 0.25), whose logarithm is that of 8e-10."""
    p, y = np.array([[1e-10]], np.float32), np.array([[0.25]], np.float32)
    options = {"axis": None, "activation": None, "smooth_nr": 0.0, "smooth_dr": 0.0, "log": True}
    exact = -np.log(2e-10 / (1e-10 + 0.25))
    for make in (np.asarray, torch.tensor, jnp.asarray):
        np.testing.assert_allclose(al.dice_loss(make(p), make(y), **options), exact, rtol=1e-6)


def test_chunks_count_under_a_mask():
    h, a, w = torch.ones(3, 2), torch.zeros(4, 2), torch.ones(3, requires_grad=True)
    loss = al.linear_cross_entropy(h, a, [0, 1, 2], chunk_size=1, where=True, sample_weight=w, normalizer="count")
    loss.backward()
    np.testing.assert_allclose(w.grad, np.full(3, np.log(4) / 3), rtol=1e-6)


@pytest.mark.parametrize("make", [torch.tensor, np.asarray], ids=["torch", "numpy"])
@pytest.mark.parametrize("labels", [[[-1, 2], [1, 2]], [[1, 2], [-1, 2]]])
def test_a_block_where_all_count_beside_one_where_not_all_do(make, labels):
    """One counts its numbers, the other sums up a mask: of what is left out, -1."""
    boxes = np.random.default_rng(0).random((2, 6, 4)) + np.array([0.0, 0.0, 1.0, 1.0])
    arrays = [make(each) for each in (boxes, np.zeros((2, 6, 3)), boxes[0], boxes[:, :2], np.array(labels))]
    wanted = al.multibox_loss(*arrays, normalizer="count")
    with al.block_sizes(block=2, parallel=2, threads=1):
        found = al.multibox_loss(*arrays, normalizer="count")
    assert float(found) == pytest.approx(float(wanted))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_no_images_have_no_least_region(reduction):
    x, y = da.zeros((0, 3, 4)), da.zeros((0, 4), dtype=int)
    found = al.generalized_dice_loss(x, y, reduction=reduction).compute()
    np.testing.assert_array_equal(found, np.zeros((0,)) if reduction == "none" else 0.0)
