"""Loss objects: frozen, equal by value, picklable, plain data; compositions; sums."""

import copy
import inspect
import json
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import array_losses as al

X = np.array([[0.5, -1.0, 2.0], [0.0, 1.0, -0.5], [2.0, 0.0, 1.0]])
IDS = np.array([0, 2, 1])
CLASSES = [record.cls for record in al.catalog()]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_objects_are_values(cls):
    loss = cls(reduction="sum")
    assert loss == cls(reduction="sum") != cls()
    assert hash(loss) == hash(cls(reduction="sum"))
    assert repr(loss) == f"{cls.__name__}(reduction='sum')"
    assert repr(cls()) == f"{cls.__name__}()"
    assert pickle.loads(pickle.dumps(loss)) == loss == copy.deepcopy(loss)
    assert al.from_config(json.loads(json.dumps(loss.to_config()))) == loss
    assert loss.replace(reduction="mean") == cls()
    with pytest.raises(AttributeError, match="frozen"):
        loss.reduction = "mean"
    with pytest.raises(TypeError):
        loss.options["reduction"] = "mean"
    assert "reduction" in inspect.signature(cls).parameters
    assert not {"input", "target", "where"} & set(inspect.signature(cls).parameters)
    with pytest.raises(AttributeError, match="no option `reducton`"):
        _ = loss.reducton


def test_objects_call_their_function():
    loss = al.CrossEntropyLoss([1.0, 2.0, 0.5], label_smoothing=0.1, ignore_index=1)
    expected = al.cross_entropy(X, IDS, [1.0, 2.0, 0.5], label_smoothing=0.1, ignore_index=1)
    assert loss(X, IDS) == expected
    assert loss(X, IDS, reduction="none").shape == (3,)
    assert loss(X, IDS, sample_weight=[1, 0, 1]) == al.cross_entropy(
        X, IDS, [1.0, 2.0, 0.5], label_smoothing=0.1, ignore_index=1, sample_weight=[1, 0, 1]
    )
    assert loss.label_smoothing == 0.1


def test_weights_in_host_memory_are_compared_by_value():
    ways = [
        al.CrossEntropyLoss(weight=make([1.0, 2.0, 3.0])) for make in (list, tuple, np.array, torch.tensor, jnp.array)
    ]
    assert len(set(ways)) == 1
    assert ways[0].to_config()["options"]["weight"] == [1.0, 2.0, 3.0]


def test_numpy_scalars_never_change_the_dtype():
    x = X.astype(np.float32)
    for found in (
        al.huber_loss(x, x, delta=np.float64(2.0)),
        al.FocalLoss(gamma=np.float64(1.5))(x, IDS),
        al.mse_loss(x, x.astype(np.float64), normalizer=np.float64(3)),
        al.mse_loss(x, x, sample_weight=np.float64(3)),
    ):
        assert found.dtype == np.float32


def test_compositions():
    loss = 0.7 * al.FocalLoss(gamma=1.0) + al.CrossEntropyLoss() * 0.3
    expected = 0.7 * al.focal_loss(X, IDS, gamma=1.0) + 0.3 * al.cross_entropy(X, IDS)
    np.testing.assert_allclose(loss(X, IDS), expected, rtol=1e-15)
    assert loss == 0.7 * al.FocalLoss(gamma=1.0) + 0.3 * al.CrossEntropyLoss()
    assert len({loss, 0.7 * al.FocalLoss(gamma=1.0) + 0.3 * al.CrossEntropyLoss()}) == 1
    assert pickle.loads(pickle.dumps(loss)) == loss
    assert al.from_config(json.loads(json.dumps(loss.to_config()))) == loss
    assert sum([al.MSELoss(), al.L1Loss()])(X, X) == 0
    np.testing.assert_allclose((2 * loss)(X, IDS), 2 * expected, rtol=1e-15)
    halves = loss(X[:2], IDS[:2], reduction="sums") + loss(X[2:], IDS[2:], reduction="sums")
    np.testing.assert_allclose(halves.loss(), expected, rtol=1e-14)
    assert repr(loss) == "0.7 * FocalLoss(gamma=1.0) + 0.3 * CrossEntropyLoss()"
    with pytest.raises(al.OptionError, match="different shapes"):
        (al.DiceLoss() + al.CrossEntropyLoss())(X[..., None], IDS[..., None], reduction="none")
    with pytest.raises(TypeError):
        _ = loss + 1


def test_a_file_of_losses(tmp_path):
    path = tmp_path / "losses.toml"
    path.write_text("""
[train]
loss = "FocalLoss"
options = {gamma = 1, alpha = [0.2, 0.3, 0.5]}

[mixed]
sum = [{scale = 0.5, loss = "DiceLoss"}, {scale = 2, loss = "CrossEntropyLoss", options = {ignore_index = 255}}]
""")
    losses = al.load(path)
    assert losses["train"] == al.FocalLoss(gamma=1.0, alpha=(0.2, 0.3, 0.5))
    assert losses["mixed"] == 0.5 * al.DiceLoss() + 2 * al.CrossEntropyLoss(ignore_index=255)


def test_sums_refuse_what_is_not_the_same():
    a = al.mse_loss(X, X, reduction="sums")
    for other in (
        al.l1_loss(X, X, reduction="sums"),
        al.mse_loss(X, X, reduction="sums", normalizer="count"),
        al.mse_loss(X.astype(np.float32), X, reduction="sums"),
    ):
        with pytest.raises(al.MergeError):
            _ = a + other
    with pytest.raises(TypeError):
        _ = a + 1.0
    with pytest.raises(al.OptionError, match="`reduction`"):
        a.loss("none")


@pytest.mark.parametrize("normalizer", [None, "weights", "count", 7.0, np.float64(7.0), np.array(7.0)])
@pytest.mark.parametrize("batch", [False, True])
def test_sums_of_dice_are_exact_with_every_constant(batch, normalizer):
    rng = np.random.default_rng(0)
    x, ids, weight = rng.normal(size=(6, 3, 5)), rng.integers(0, 3, (6, 5)), np.array([0.1, 0.7, 2.0])
    loss = al.DiceLoss(weight=weight, batch=batch, normalizer=normalizer, include_background=True)
    parts = [loss(x[i : i + 2], ids[i : i + 2], reduction="sums") for i in (0, 2, 4)]
    np.testing.assert_allclose(sum(parts).loss(), loss(x, ids), rtol=1e-14)
    np.testing.assert_allclose(sum(parts).loss("sum"), loss(x, ids, reduction="sum"), rtol=1e-14)
    assert pickle.loads(pickle.dumps(parts[0])).loss() == parts[0].loss()


def test_sums_are_pytrees():
    """Through jit, vmap with a collective, and torch's transforms; a plain addition of the leaves merges."""
    x, y = jnp.stack([jnp.asarray(X), jnp.asarray(X) + 1]), jnp.stack([jnp.asarray(IDS)] * 2)
    for loss, x_, target_ in (
        (al.CrossEntropyLoss([1.0, 2.0, 3.0]), x, y),
        (al.DiceLoss(batch=True, weight=[1.0, 2.0, 3.0]), x[..., None], y[..., None]),
        (al.MSELoss() + al.L1Loss(), x, x**2),
    ):
        whole = loss(x_.reshape(-1, *x_.shape[2:]), target_.reshape(-1, *target_.shape[2:]))
        each = jax.jit(jax.vmap(lambda a, b, loss=loss: loss(a, b, reduction="sums")))(x_, target_)
        merged = jax.tree.map(lambda leaf: leaf.sum(0), each)
        np.testing.assert_allclose(merged.loss(), whole, rtol=1e-13)
        collective = jax.vmap(
            lambda a, b, loss=loss: jax.lax.psum(loss(a, b, reduction="sums"), "devices").loss(), axis_name="devices"
        )(x_, target_)
        np.testing.assert_allclose(collective, np.full(2, whole), rtol=1e-13)
    compiled = torch.compile(al.mse_loss, fullgraph=True, backend="aot_eager")
    found = compiled(torch.tensor(X), torch.zeros(3, 3), reduction="sums")
    np.testing.assert_allclose(found.loss(), (X**2).mean(), rtol=1e-14)
    stacked = torch.func.vmap(lambda a: al.mse_loss(a, a * 0, reduction="sums"))(torch.tensor(X))
    assert stacked.parts[0].shape == (3,)


def test_gradient_accumulation_is_exact():
    """Micro-batches of different sizes give the gradient of the one batch."""
    x = torch.tensor(X, requires_grad=True)
    ids = torch.tensor([0, -100, 1])
    al.cross_entropy(x, ids).backward()
    y = torch.tensor(X, requires_grad=True)
    sums = al.cross_entropy(y[:1], ids[:1], reduction="sums") + al.cross_entropy(y[1:], ids[1:], reduction="sums")
    sums.loss().backward()
    torch.testing.assert_close(x.grad, y.grad, rtol=1e-14, atol=0)


def test_a_config_keeps_what_is_switched_off():
    for loss in (
        al.SigmoidFocalLoss(alpha=None),
        al.DiceLoss(activation=None),
        al.DiceLoss(axis=None, activation="sigmoid"),
        al.MSELoss(normalizer=np.float32(3)),
    ):
        assert al.from_config(json.loads(json.dumps(loss.to_config()))) == loss
    assert al.MSELoss(normalizer=np.float32(3)) == al.MSELoss(normalizer=3.0)


def test_what_is_given_at_the_call_rules():
    x, y, w = np.array([0.2, 0.7]), np.array([0, 1]), np.array([1.0, 3.0])
    assert al.BCELoss()(x, y, w) == al.binary_cross_entropy(x, y, w)
    weight = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    al.CrossEntropyLoss(weight=weight)(torch.tensor(X), torch.tensor(IDS)).backward()
    assert weight.grad is not None


def test_sums_of_other_weights_do_not_merge():
    def sums(**options):
        return al.cross_entropy(X, IDS, **options, reduction="sums")

    with pytest.raises(al.MergeError):
        _ = sums(weight=[1.0, 2.0, 3.0]) + sums(weight=[1.0, 2.0, 4.0])
    with pytest.raises(al.MergeError):
        _ = sums(normalizer=np.array(10.0)) + sums(normalizer=np.array(20.0))


def test_a_composition_goes_through_jit():
    loss = al.MSELoss() + al.L1Loss()
    np.testing.assert_allclose(jax.jit(loss)(jnp.asarray(X), jnp.asarray(X) + 1), 2.0)


def test_numpy_data_in_compiled_torch():
    x, ids = torch.tensor(X), IDS
    compiled = torch.compile(
        lambda a: al.cross_entropy(a, ids, np.array([1.0, 2.0, 3.0])), fullgraph=True, backend="aot_eager"
    )
    np.testing.assert_allclose(compiled(x), al.cross_entropy(X, IDS, [1.0, 2.0, 3.0]), rtol=1e-14)
