"""Loss objects: frozen, equal by value, picklable, plain data; compositions; sums."""

import copy
import inspect
import json
import os
import pickle
import subprocess
import sys

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


# --- many numbers among the options ---------------------------------------------------------------------------------

MANY = np.random.default_rng(7).uniform(0.5, 2.0, 1000)
LOGITS = np.random.default_rng(8).normal(size=(4, 1000))
LABELS = np.array([0, 999, 3, 3])


def weighted(x, weight):
    """Cross-entropy of the labels by its formula, and its gradient with respect to x."""
    p = np.exp(x - x.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    w = np.asarray(weight)[LABELS]
    rows = np.arange(len(LABELS))
    value = -(w * np.log(p[rows, LABELS])).sum() / w.sum()
    p[rows, LABELS] -= 1
    return value, p * w[:, None] / w.sum()


VALUE, GRADIENT = weighted(LOGITS, MANY)


def test_many_numbers_have_a_short_repr():
    assert repr(al.CrossEntropyLoss(list(range(10)))) == "CrossEntropyLoss(weight=(0, 1, 2, 3, 4, 5, 6, 7, 8, 9))"
    assert repr(al.CrossEntropyLoss(list(range(11)))) == "CrossEntropyLoss(weight=<11 numbers: 0, 1, ..., 10>)"
    ramp = np.arange(1000) / 4
    assert repr(al.FocalLoss(alpha=ramp)) == "FocalLoss(alpha=<1000 numbers: 0.0, 0.25, ..., 249.75>)"
    cube = al.BCEWithLogitsLoss(pos_weight=ramp.reshape(10, 5, 20), reduction="sum")
    assert repr(cube) == "BCEWithLogitsLoss(pos_weight=<10 x 5 x 20 numbers: 0.0, 0.25, ..., 249.75>, reduction='sum')"
    assert repr(0.5 * al.NLLLoss(ramp)) == "0.5 * NLLLoss(weight=<1000 numbers: 0.0, 0.25, ..., 249.75>)"
    learned = torch.ones(1000, requires_grad=True)
    assert repr(al.DiceLoss(weight=learned)) == "DiceLoss(weight=<a Tensor of shape (1000,)>)"
    assert repr(al.MSELoss(normalizer=learned.sum())) == "MSELoss(normalizer=<a Tensor of shape ()>)"


def test_many_numbers_are_values():
    loss, same, other = (al.CrossEntropyLoss(each) for each in (MANY, MANY.tolist(), np.append(MANY[:-1], 0.1)))
    before = pickle.dumps(loss)
    for x in (LOGITS, LOGITS.astype("float32"), torch.tensor(LOGITS), jnp.asarray(LOGITS)):
        loss(x, LABELS)
    assert loss == same != other
    assert hash(loss) == hash(same)
    assert len({loss, same, other}) == 2
    assert pickle.dumps(loss) == before
    assert pickle.loads(before) == loss == copy.copy(loss) == copy.deepcopy(loss)
    assert loss.weight == tuple(MANY.tolist())
    assert al.from_config(json.loads(json.dumps(loss.to_config()))) == loss
    assert loss.replace(reduction="sum").weight == loss.weight


@pytest.mark.parametrize("make", [np.asarray, torch.tensor, jnp.asarray], ids=["numpy", "torch", "jax"])
def test_many_numbers_are_placed_once(make):
    loss = al.CrossEntropyLoss(MANY)
    x, ids = make(LOGITS), make(LABELS)
    assert float(loss(x, ids)) == pytest.approx(VALUE, rel=1e-14)
    (placed,) = loss._kept.values()
    again = placed["weight"]
    for call in (lambda: loss(x + 1, ids), lambda: (0.5 * loss)(x, ids), lambda: loss(x, ids, reduction="none")):
        call()
        assert loss._kept[next(iter(loss._kept))]["weight"] is again
    assert len(loss._kept) == 1
    half, single = loss(make(LOGITS.astype("float16")), ids), loss(make(LOGITS.astype("float32")), ids)
    assert len(loss._kept) == 3
    assert float(single) == pytest.approx(VALUE, rel=1e-6)
    assert float(half) == pytest.approx(VALUE, rel=2e-3)
    assert float(loss(x, ids)) == pytest.approx(VALUE, rel=1e-14), "not by the weights in float32"
    value, gradient = al.value_and_grad(loss)(x, ids)
    assert float(value) == pytest.approx(VALUE, rel=1e-14)
    np.testing.assert_allclose(np.asarray(gradient), GRADIENT, atol=1e-16)


def test_constants_of_every_kind_of_loss():
    """The same as those of the function, for every option that is an array."""
    rng = np.random.default_rng(3)
    x, ids, maps = rng.normal(size=(4, 12)), rng.integers(0, 12, 4), rng.integers(0, 2, (4, 12)).astype(float)
    matrix = rng.normal(size=(12, 5))
    vector = rng.uniform(0.5, 2.0, 12)
    for loss, arrays, options in (
        (al.CrossEntropyLoss, (x, ids), {"weight": vector}),
        (al.NLLLoss, (x, ids), {"weight": vector}),
        (al.FocalLoss, (x, ids), {"alpha": vector}),
        (al.LinearCrossEntropyLoss, (x[:, :5], matrix, ids), {"weight": vector}),
        (al.BCELoss, (maps * 0.5 + 0.2, maps), {"weight": vector}),
        (al.BCEWithLogitsLoss, (x, maps), {"weight": vector, "pos_weight": vector[::-1]}),
        (al.BCEWithLogitsLoss, (x, maps), {"weight": vector > 1}),
        (al.BCEWithLogitsLoss, (x, maps), {"pos_weight": np.arange(12)}),
        (al.DiceLoss, (x[..., None], ids[:, None]), {"weight": vector}),
        (al.DiceLoss, (x[..., None], ids[:, None]), {"weight": vector, "batch": True}),
    ):
        for make in (np.asarray, torch.tensor, jnp.asarray):
            given = [make(each) for each in arrays]
            wanted = float(loss.function(*given, **options))
            for _ in range(2):  # by a shorter way, as the option is an array of the library then
                assert float(loss(**options)(*given)) == pytest.approx(wanted, rel=1e-14)
            if "weight" in options:
                changed = {"weight": options["weight"] * 2.0}
                assert loss(**options)(*given, **changed) == loss.function(*given, **{**options, **changed})


def test_sums_of_many_numbers_merge_with_those_of_the_function():
    loss = al.CrossEntropyLoss(MANY)
    for make in (np.asarray, torch.tensor, jnp.asarray):
        x, ids = make(LOGITS), make(LABELS)
        loss(x, ids)
        parts = loss(x[:1], ids[:1], reduction="sums"), al.cross_entropy(x[1:], ids[1:], MANY, reduction="sums")
        assert float(sum(parts).loss()) == pytest.approx(VALUE, rel=1e-14)
        assert float(al.CrossEntropyLoss(MANY, reduction="sums")(x, ids).loss()) == pytest.approx(VALUE, rel=1e-14)


def first_calls():
    """Ways to call a loss for the first time from which nothing may be kept, or what is kept must be plain."""
    x, ids, jx = torch.tensor(LOGITS), torch.tensor(LABELS), jnp.asarray(LOGITS)

    def fake(loss):
        from torch._subclasses.fake_tensor import FakeTensorMode

        with FakeTensorMode() as mode:
            loss(mode.from_tensor(x), mode.from_tensor(ids))

    def inference(loss):
        with torch.inference_mode():
            loss(x, ids)

    def dual(loss):
        with torch.autograd.forward_ad.dual_level():
            loss(torch.autograd.forward_ad.make_dual(x, x), ids)

    def module(loss):
        return type("M", (torch.nn.Module,), {"forward": lambda self, x, ids: loss(x, ids)})()  # noqa: ARG005

    return {
        "inference": inference,
        "fake": fake,
        "dual": dual,
        "func.grad": lambda loss: torch.func.grad(loss)(x, ids),
        "vmap": lambda loss: torch.func.vmap(loss)(x[None], ids[None]),
        "jvp of grad": lambda loss: torch.func.jvp(lambda a: torch.func.grad(loss)(a, ids), (x,), (x,)),
        "compile": lambda loss: torch.compile(loss, fullgraph=True, backend="aot_eager")(x, ids),
        "make_fx": lambda loss: torch.fx.experimental.proxy_tensor.make_fx(loss, tracing_mode="fake")(x, ids),
        "make_fx, symbolic": lambda loss: torch.fx.experimental.proxy_tensor.make_fx(loss, tracing_mode="symbolic")(
            x, ids
        ),
        "export": lambda loss: torch.export.export(module(loss), (x, ids)),
        "export, strict": lambda loss: torch.export.export(module(loss), (x, ids), strict=True),
        "jit": lambda loss: jax.jit(loss)(jx, LABELS),
        "jit, closed over": lambda loss: jax.jit(lambda _: loss(jx, LABELS))(0.0),
        "jax.grad": lambda loss: jax.grad(loss)(jx, LABELS),
        "jax.vmap": lambda loss: jax.vmap(loss)(jx[None], LABELS[None]),
        "scan": lambda loss: jax.lax.scan(lambda c, a: (c + loss(a, LABELS), None), 0.0, jx[None]),
        "tape": lambda loss: al.grad(loss)(LOGITS, LABELS),
        "tape on tape": lambda loss: al.hvp(loss)(LOGITS, LOGITS, LABELS),
    }


@pytest.mark.parametrize("warm", [False, True], ids=["first", "after a plain call"])
@pytest.mark.parametrize("way", first_calls())
def test_nothing_of_a_trace_is_kept(way, warm):
    loss = al.CrossEntropyLoss(MANY)

    def check():
        x = torch.tensor(LOGITS, requires_grad=True)
        value = loss(x, torch.tensor(LABELS))
        value.backward()
        assert value.item() == pytest.approx(VALUE, rel=1e-14)
        np.testing.assert_allclose(x.grad, GRADIENT, atol=1e-16)
        for make in (np.asarray, jnp.asarray):
            value, gradient = al.value_and_grad(loss)(make(LOGITS), LABELS)
            assert float(value) == pytest.approx(VALUE, rel=1e-14)
            np.testing.assert_allclose(np.asarray(gradient), GRADIENT, atol=1e-16)
            assert float(loss(make(LOGITS), LABELS)) == pytest.approx(VALUE, rel=1e-14)

    if warm:
        check()
    with jax.checking_leaks():
        first_calls()[way](loss)
    check()


def test_a_static_argument_of_many_numbers_is_compiled_once():
    traces = []

    def work(loss, x):
        traces.append(1)
        return loss(x, LABELS)

    jitted = jax.jit(work, static_argnums=0)
    for loss in (al.CrossEntropyLoss(MANY), al.CrossEntropyLoss(MANY), al.CrossEntropyLoss(MANY.tolist())):
        loss(jnp.asarray(LOGITS), LABELS)
        assert float(jitted(loss, LOGITS)) == pytest.approx(VALUE, rel=1e-14)
    assert len(traces) == 1
    jitted(al.CrossEntropyLoss(MANY * 2), LOGITS)
    assert len(traces) == 2


def test_many_threads_share_a_loss():
    from concurrent.futures import ThreadPoolExecutor

    loss = al.CrossEntropyLoss(MANY)
    arrays = [make(LOGITS) for make in (np.asarray, torch.tensor, jnp.asarray)] * 10
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda x: float(loss(x, LABELS)), arrays))
    np.testing.assert_allclose(found, VALUE, rtol=1e-14)


def test_constants_follow_the_input_to_its_device():
    """Two devices of JAX, in a process of its own."""
    code = """
import jax, jax.numpy as jnp, numpy as np
import array_losses as al
one, two = jax.devices()
loss = al.CrossEntropyLoss(np.arange(1, 21))
x, ids = np.ones((2, 20), "float32"), np.array([3, 19])
for device in (one, two, one):
    value = loss(jax.device_put(x, device), jax.device_put(ids, device))
    assert value.devices() == {device}
    np.testing.assert_allclose(value, np.log(20), rtol=1e-6)
devices = [kept["weight"].devices() for kept in loss._kept.values()]
assert devices == [{one}, {two}], devices
mesh = jax.sharding.Mesh(np.array([one, two]), "d")
shards = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("d"))
value = loss(jax.device_put(x, shards), jax.device_put(ids, shards))
np.testing.assert_allclose(value, np.log(20), rtol=1e-6)
assert len(loss._kept) == 2
"""
    flags = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **flags}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: al.CrossEntropyLoss(["1", "2"]), al.DTypeError, '`weight` must be an array or numbers, got "1"'),
        (lambda: al.CrossEntropyLoss("12"), al.DTypeError, '`weight` must be an array or numbers, got "12"'),
        (lambda: al.CrossEntropyLoss([1.0, None]), al.DTypeError, "`weight` must be an array or numbers, got None"),
        (lambda: al.CrossEntropyLoss({"a": 1.0}), al.DTypeError, "`weight` must be an array or numbers, got a dict"),
        (lambda: al.CrossEntropyLoss([[1.0], [2.0, 3.0]]), al.ShapeError, "`weight` must be rectangular"),
        (lambda: al.CrossEntropyLoss([1.0, [2.0]]), al.ShapeError, "`weight` must be rectangular"),
        (lambda: al.FocalLoss(alpha=2j), al.DTypeError, "`alpha` must be an array or numbers, got a complex"),
        (lambda: al.BCEWithLogitsLoss(pos_weight=object()), al.DTypeError, "`pos_weight` must be an array or numbers"),
        (lambda: al.DiceLoss(weight=[{}]), al.DTypeError, "`weight` must be an array or numbers, got a dict"),
        (lambda: al.MSELoss(normalizer={}), al.DTypeError, '`normalizer` must be None, "weights", "count" or a number'),
        (lambda: al.MSELoss(normalizer=np.bool_(True)), al.DTypeError, '`normalizer` must be None, "weights", "count"'),
        (lambda: al.MSELoss(normalizer=[2.0]), al.OptionError, "`normalizer` must be a finite number >= 0, got a list"),
    ],
)
def test_bad_options_are_refused_when_the_object_is_made(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert message in str(caught.value)


def test_constants_of_two_devices_of_torch():
    loss = al.CrossEntropyLoss(MANY)
    for _ in range(2):
        there = loss(torch.tensor(LOGITS, device="meta"), torch.tensor(LABELS, device="meta"))
        assert there.device.type == "meta"
        assert float(loss(torch.tensor(LOGITS), torch.tensor(LABELS))) == pytest.approx(VALUE, rel=1e-14)
    assert [kept["weight"].device.type for kept in loss._kept.values()] == ["meta", "cpu"]
