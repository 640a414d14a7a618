"""Extremes: huge and infinite logits, nothing to average, half precision: finite, right, with finite gradients."""

import math
from functools import partial

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
import torch

import array_losses as al

INF = float("inf")
MULTICLASS = (al.cross_entropy, al.label_smoothing_loss, al.focal_loss)
BINARY = (al.binary_cross_entropy_with_logits, al.sigmoid_focal_loss)
EMPTY = (al.mse_loss, al.l1_loss, al.smooth_l1_loss, al.huber_loss, al.binary_cross_entropy, *BINARY)


def gradients(loss, x, y, **options):
    """Value and gradient by torch and by JAX, which agree."""
    a = torch.tensor(x, requires_grad=True)
    value = loss(a, torch.tensor(y), **options)
    value.backward()
    other, gradient = jax.value_and_grad(lambda z: loss(z, jnp.asarray(y), **options))(jnp.asarray(x))
    np.testing.assert_allclose(value.detach().numpy(), other, rtol=1e-12)
    np.testing.assert_allclose(a.grad.numpy(), gradient, rtol=1e-10, atol=1e-300)
    assert np.all(np.isfinite(gradient))
    return float(other), np.asarray(gradient)


@pytest.mark.parametrize("loss", MULTICLASS, ids=lambda f: f.__name__)
def test_large_logits(loss):
    x = np.array([[1e4, -1e4, 0.0], [1e4, 0.0, -1e4]])
    value, _ = gradients(loss, x, np.array([0, 2]))
    assert np.isfinite(value)
    if loss is al.cross_entropy:
        assert value == 1e4


def test_excluded_classes():
    """-inf at a class that is not the target: as if the class were not there, for ids and for probabilities."""
    x, y = np.array([[1.0, -INF, 2.0]]), np.array([2])
    for loss in (al.cross_entropy, al.focal_loss):
        value, gradient = gradients(loss, x, y)
        np.testing.assert_allclose(value, loss(np.array([[1.0, 2.0]]), [1]), rtol=1e-14)
        assert gradient[0, 1] == 0
        value, _ = gradients(loss, x, np.array([[0.0, 0.0, 1.0]]))
        np.testing.assert_allclose(value, loss(np.array([[1.0, 2.0]]), [1]), rtol=1e-14)
    tangent = jax.jvp(lambda z: al.cross_entropy(z, y), (jnp.asarray(x),), (jnp.ones((1, 3)),))[1]
    assert tangent == 0


@pytest.mark.parametrize("loss", BINARY, ids=lambda f: f.__name__)
def test_certain_and_right(loss):
    value, gradient = gradients(loss, np.array([INF, -INF, 1e4, -1e4]), np.array([1.0, 0.0, 1.0, 0.0]))
    assert value == 0
    assert np.all(gradient == 0)
    value, _ = gradients(loss, np.array([-1e4, 1e4]), np.array([1.0, 0.0]))
    assert value == (1e4 if loss is BINARY[0] else 5e3)


def test_probabilities_of_0_and_1():
    value, gradient = gradients(al.binary_cross_entropy, np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0]))
    assert value == 50  # two of four cost 100
    assert np.all(gradient[2:] == 0)


@pytest.mark.parametrize("loss", [*MULTICLASS, al.nll_loss], ids=lambda f: f.__name__)
def test_nothing_to_average(loss):
    """All ignored, all masked, or no rows at all: 0, with a zero gradient, even of NaN."""
    x, y = np.full((2, 3), np.nan), np.array([-100, -100])
    assert gradients(loss, x, y)[0] == 0
    assert np.all(gradients(loss, x, y)[1] == 0)
    assert np.all(gradients(loss, x, np.array([0, 1]), where=np.zeros(2, bool))[1] == 0)
    assert gradients(loss, x[:0], y[:0])[0] == 0
    assert loss(x, y, reduction="sum") == 0


@pytest.mark.parametrize("loss", EMPTY, ids=lambda f: f.__name__)
def test_nothing_to_average_pointwise(loss):
    x = np.zeros((0, 3))
    assert gradients(loss, x, x)[0] == 0
    masked = np.full((2, 3), np.nan)
    value, gradient = gradients(loss, masked, masked, where=np.zeros((2, 3), bool))
    assert value == 0
    assert np.all(gradient == 0)
    value, gradient = gradients(loss, np.array([0.5, np.nan]), np.array([1.0, INF]), where=np.array([True, False]))
    assert value == pytest.approx(loss(np.array([0.5]), [1.0]), rel=1e-14)
    assert gradient[1] == 0


def test_nothing_to_average_in_dice_and_ssd():
    x = np.full((2, 3, 4), np.nan)
    assert gradients(al.dice_loss, x, np.full((2, 4), -100))[0] == 0
    assert gradients(al.dice_loss, x[:0], np.zeros((0, 4), int))[0] == 0
    boxes = np.zeros((2, 5, 4))
    assert al.ssd_loss(boxes, np.zeros((2, 5, 3)), boxes * np.nan, np.zeros((2, 5), int)) == 0


HALVES = {
    "numpy float16": (lambda a: a.astype(np.float16), np.float16),
    "numpy bfloat16": (lambda a: a.astype(ml_dtypes.bfloat16), ml_dtypes.bfloat16),
    "torch float16": (lambda a: torch.tensor(a).half(), torch.float16),
    "torch bfloat16": (lambda a: torch.tensor(a).bfloat16(), torch.bfloat16),
    "jax float16": (lambda a: jnp.asarray(a, jnp.float16), jnp.float16),
    "jax bfloat16": (lambda a: jnp.asarray(a, jnp.bfloat16), jnp.bfloat16),
}


@pytest.mark.parametrize("name", HALVES)
def test_half_precision_is_computed_in_float32(name):
    make, _ = HALVES[name]
    many = make(np.full(100_000, 1.0))
    zero = make(np.zeros(100_000))
    for loss in (al.mse_loss, al.l1_loss):
        found = loss(many, zero)
        assert str(found.dtype).endswith("float32")
        assert float(found) == 1.0
        weighted = loss(many, zero, sample_weight=make(np.full(100_000, 0.5)), reduction="sum", normalizer=1)
        assert float(weighted) == pytest.approx(50_000, rel=1e-6)
    far = al.mse_loss(make(np.full(2, 200.0)), make(np.zeros(2)), normalizer=2)
    assert float(far) == pytest.approx(40_000, rel=1e-6)
    logits = make(np.tile([[4.0, 0.0, -4.0]], (1000, 1)))
    ids = np.tile([0, 2], 500)
    expected = float(al.cross_entropy(np.tile([[4.0, 0.0, -4.0]], (1000, 1)), ids))
    assert float(al.cross_entropy(logits, ids)) == pytest.approx(expected, rel=1e-6)


def test_half_precision_gradients_are_finite():
    x = torch.full((100_000,), 100.0, dtype=torch.float16, requires_grad=True)
    al.mse_loss(x, torch.zeros_like(x)).backward()
    assert x.grad.dtype == torch.float16
    assert x.grad.isfinite().all()


def test_labels_are_never_cast_to_half():
    """Id 257 has no bfloat16: the loss is that of class 257, not of 256."""
    logits = np.zeros((1, 300))
    logits[0, 257] = 8.0
    half = torch.tensor(logits).bfloat16()
    for dtype in (torch.int16, torch.int32, torch.int64):
        assert float(al.cross_entropy(half, torch.tensor([257], dtype=dtype))) < 0.5


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
def test_every_integer_dtype_holds_labels(dtype):
    x, ids = np.array([[1.0, 2.0, 0.5]] * 2), np.array([2, 0], dtype)
    expected = al.cross_entropy(x, np.array([2, 0]))
    assert al.cross_entropy(x, ids) == expected
    np.testing.assert_allclose(al.cross_entropy(torch.tensor(x), torch.tensor(ids)), expected, rtol=1e-15)
    np.testing.assert_allclose(al.cross_entropy(jnp.asarray(x), jnp.asarray(ids)), expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("dtype", "bad"), [("uint64", 2**32 + 2), ("uint64", 2**64 - 100), ("uint32", 2**32 - 100), ("int64", 2**40)]
)
def test_a_label_too_large_for_an_index_is_bad(dtype, bad):
    ids = np.array([bad], dtype)
    for x in (np.zeros((1, 3)), torch.zeros(1, 3), jnp.zeros((1, 3))):
        with pytest.raises(al.DomainError):
            al.cross_entropy(x, ids)
    with jax.enable_x64(False), pytest.raises(al.DomainError):
        al.cross_entropy(jnp.zeros((1, 3)), ids)


def test_large_numbers_of_the_host_reach_jax_whole():
    with jax.enable_x64(False):
        x = jnp.zeros((2, 3))
        assert float(al.cross_entropy(x, [0, 1], normalizer=np.int64(2**40))) == pytest.approx(2 * np.log(3) / 2**40)
        assert float(al.mse_loss(jnp.zeros(1), [2**33])) == pytest.approx(2.0**66)


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_foreign_byte_order_and_kinds_of_numpy_arrays():
    x, ids = np.array([[1.0, 2.0, 0.5]]), np.array([2], ">i8")
    for make in (np.asarray, torch.tensor, jnp.asarray):
        assert float(al.cross_entropy(make(x), ids)) == pytest.approx(float(al.cross_entropy(x, [2])))
    for kind in (np.matrix, np.ma.masked_array):
        with pytest.raises(al.NamespaceError, match="plain array: write"):
            al.mse_loss(kind(x), x)
        with pytest.raises(al.NamespaceError, match="plain array: write"):
            al.mse_loss(x, kind(x))
    assert al.mse_loss(np.array([300.0], np.float16), [0.0]) == 90_000
    assert al.mse_loss(np.array([np.inf]), [0.0], normalizer=0) == 0
    assert al.cross_entropy(np.zeros((0, 3)), []) == 0


def test_hard_negatives_of_half_precision_are_counted_exactly():
    loss = torch.rand(8732).bfloat16()
    positive = torch.arange(8732) < 301
    assert int(al.hard_negative_mask(loss, positive).sum()) == 903


@pytest.mark.parametrize("make", [np.asarray, torch.tensor, jnp.asarray], ids=["numpy", "torch", "jax"])
@pytest.mark.parametrize("ratio", [0, 1, 1.5, 3, 100])
def test_hard_negatives_by_rank(make, ratio):
    """The hardest first, of equal ones the first: many are equal here, and some rows have no positive, or only such."""
    rng = np.random.default_rng(3)
    loss, positive = rng.integers(0, 4, (50, 9)) / 2, rng.random((50, 9)) < rng.choice([0, 0.2, 1], (50, 1))
    found = np.asarray(al.hard_negative_mask(make(loss), make(positive), ratio=ratio))
    for row, good, chosen in zip(loss, positive, found, strict=True):
        negatives = sorted(np.flatnonzero(~good), key=lambda i: (-row[i], i))
        assert set(np.flatnonzero(chosen)) == set(negatives[: math.ceil(ratio * good.sum())])


def test_weights_of_masked_rows_have_no_derivative():
    """Not even where the row holds NaN."""
    weight = torch.ones(3, dtype=torch.float64, requires_grad=True)
    x = torch.tensor([[0.5, -1.0, 2.0], [float("nan")] * 3], dtype=torch.float64)
    al.nll_loss(x, torch.tensor([1, -100]), weight=weight, reduction="sum").backward()
    assert weight.grad.tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize("make", [np.asarray, torch.asarray, jnp.asarray])
@pytest.mark.parametrize(
    ("loss", "error", "wanted"),
    [
        (al.L2Loss(), 2.4e19, 2.88e38),
        (al.BarronLoss(alpha=2.0), 2.4e19, 2.88e38),
        (al.BarronLoss(alpha=3.0), 8e12, 8e12**3 / 3),
    ],
)
def test_no_power_overflows_before_the_loss(loss, error, wanted, make):
    """In float32, whose largest number is 3.4e38."""
    errors = make(np.array([error, -error], dtype=np.float32))
    np.testing.assert_allclose(loss(errors, np.zeros(2, dtype=np.float32), reduction="none"), wanted, rtol=1e-6)


@pytest.mark.parametrize("make", [np.asarray, torch.asarray, jnp.asarray])
@pytest.mark.parametrize("lead", [1e38, -1e38])
def test_a_share_of_a_preference_is_finite_where_the_whole_is_not(lead, make):
    """In float32, whose largest number is 3.4e38: h is 4 times as large as this lead."""
    chosen, rejected = (make(np.array([max(each, 0.0)], dtype=np.float32)) for each in (lead, -lead))
    zero = make(np.zeros(1, dtype=np.float32))
    smoothing = 0.25 if lead > 0 else 0.75
    simpo = partial(al.simpo_loss, beta=4.0, gamma=2.0, label_smoothing=smoothing)
    value, slope = al.value_and_grad(simpo)(chosen, rejected)
    assert float(value) == pytest.approx(1e38, rel=1e-6)
    assert float(slope[0]) == (1 if lead > 0 else -1)
    found = al.dpo_loss(chosen, rejected, zero, zero, beta=4.0, label_smoothing=smoothing)
    assert float(found) == pytest.approx(1e38, rel=1e-6)
