"""Continuous hyperparameters as 0-d arrays: learned temperatures, schedules under a compiler, in objects and `Sums`.

That their values and gradients are right, for every loss on every backend, is the conformance check of that name.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

import array_losses as al

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(6, 4)), np.array([0, 1, 2, 3, 0, 1])
IMAGES, CLASSES = rng.normal(size=(2, 3, 5)), rng.integers(0, 3, size=(2, 5))


def test_a_learned_temperature_falls():
    """Embeddings that are close to their own: the colder, the smaller the loss, and Adam finds that out."""
    x = torch.tensor(np.eye(4)[Y] + 0.1 * X)
    temperature = torch.nn.Parameter(torch.tensor(0.5, dtype=torch.float64))
    optimizer = torch.optim.Adam([temperature], lr=0.02)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        loss = al.ntxent_loss(x, torch.tensor(Y), temperature=temperature)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses == sorted(losses, reverse=True)
    assert 0 < temperature.item() < 0.2


def test_a_scheduled_gamma_compiles_once_in_jax():
    traces = []

    @jax.jit
    def step(x, gamma):
        traces.append(gamma)
        return jax.value_and_grad(lambda x: al.focal_loss(x, jnp.asarray(Y), gamma=gamma))(x)

    for gamma in (0.0, 0.5, 2.0):
        value, gradient = step(jnp.asarray(X), jnp.asarray(gamma))
        wanted = al.value_and_grad(al.focal_loss)(X, Y, gamma=gamma)
        assert_allclose(value, wanted[0], rtol=1e-6)
        assert_allclose(gradient, wanted[1], rtol=1e-5, atol=1e-7)
    assert len(traces) == 1


def test_a_scheduled_gamma_compiles_once_in_torch():
    from torch._dynamo.testing import CompileCounter

    count = CompileCounter()
    step = torch.compile(lambda x, y, gamma: al.focal_loss(x, y, gamma=gamma), fullgraph=True, backend=count)
    for gamma in (0.5, 1.0, 2.0):
        found = step(torch.tensor(X), torch.tensor(Y), torch.tensor(gamma, dtype=torch.float64))
        assert_allclose(found.numpy(), al.focal_loss(X, Y, gamma=gamma), rtol=1e-12)
    assert count.frame_count == 1


@pytest.mark.parametrize("batch", [False, True])
def test_sums_of_dice_with_a_learned_smooth_merge(batch):
    smooth = np.asarray(0.3)
    whole = al.dice_loss(IMAGES, CLASSES, smooth_nr=0.3, smooth_dr=0.3, batch=batch)
    parts = [
        al.dice_loss(IMAGES[i : i + 1], CLASSES[i : i + 1], smooth_nr=smooth, smooth_dr=smooth, batch=batch,
                     reduction="sums")
        for i in range(2)
    ]  # fmt: skip
    assert_allclose((parts[0] + parts[1]).loss(), whole, rtol=1e-12)


def test_the_derivative_by_a_bound_is_that_of_the_gradient():
    """Of Huber's gradient, delta where |d| > delta, the derivative by delta is the sign there and 0 elsewhere."""
    d = np.array([-2.0, -0.5, 0.1, 3.0])

    def by_delta(delta):
        return al.grad(lambda x: al.huber_loss(x, np.zeros(4), delta=delta, reduction="sum"))(d)

    x, delta = torch.tensor(d, requires_grad=True), torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    loss = al.huber_loss(x, torch.zeros(4), delta=delta, reduction="sum")
    (gradient,) = torch.autograd.grad(loss, x, create_graph=True)
    for i, wanted in enumerate((-1.0, 0.0, 0.0, 1.0)):
        assert torch.autograd.grad(gradient[i], delta, retain_graph=True)[0] == wanted
    assert by_delta(np.asarray(1.0)).tolist() == [-1.0, -0.5, 0.1, 1.0]


@pytest.mark.parametrize(
    ("loss", "array", "name"),
    [
        (al.focal_loss, Y, "gamma"),
        (al.smooth_l1_loss, X * 0, "beta"),
        (al.cross_entropy, Y, "label_smoothing"),
        (al.huber_loss, X * 0, "delta"),
    ],
)
def test_a_bad_one_is_nan_where_nobody_may_look(loss, array, name):
    def call(x, y, option):
        return loss(x, y, reduction="none", **{name: option})

    found = jax.jit(call)(jnp.asarray(X), jnp.asarray(array), jnp.asarray(-0.5))
    assert np.all(np.isnan(found))
    assert np.all(np.isfinite(jax.jit(call)(jnp.asarray(X), jnp.asarray(array), jnp.asarray(0.5))))


BAD = [
    (np.asarray(-1.0), al.OptionError, "a finite number >= 0, got -1.0"),
    (np.asarray(np.nan), al.OptionError, "a finite number >= 0, got nan"),
    (np.asarray(np.inf), al.OptionError, "a finite number >= 0, got inf"),
    (np.asarray(True), al.DTypeError, "a finite number >= 0, got bool"),
    (np.ones(1), al.DTypeError, "a finite number >= 0, or such a 0-d array, got a ndarray of shape (1,)"),
]


@pytest.mark.parametrize(("value", "error", "text"), BAD)
def test_a_bad_one_is_refused_in_the_words_of_a_number(value, error, text):
    with pytest.raises(error) as caught:
        al.focal_loss(X, Y, gamma=value)
    assert str(caught.value) == f"focal_loss: `gamma` must be {text}"


def test_one_of_another_library_is_refused():
    with pytest.raises(al.NamespaceError) as caught:
        al.focal_loss(X, Y, gamma=torch.tensor(2.0))
    assert str(caught.value) == (
        "focal_loss: `gamma` is a PyTorch tensor, `input` a NumPy array; convert it: gamma.numpy(force=True)"
    )


def test_discrete_ones_are_no_arrays():
    with pytest.raises(al.DTypeError, match="`ignore_index` must be an integer, got a ndarray of shape"):
        al.cross_entropy(X, Y, ignore_index=np.asarray(1))


def test_an_object_keeps_a_number_where_it_lies_in_host_memory():
    loss = al.FocalLoss(gamma=np.asarray(1.5))
    assert loss == al.FocalLoss(gamma=1.5)
    assert repr(loss) == "FocalLoss(gamma=1.5)"
    with pytest.raises(al.OptionError, match="FocalLoss: `gamma` must be a finite number >= 0"):
        al.FocalLoss(gamma=np.asarray(-1.0))


def test_an_object_keeps_a_parameter_as_it_is():
    gamma = torch.nn.Parameter(torch.tensor(1.5, dtype=torch.float64))
    loss = al.FocalLoss(gamma=gamma)
    found = loss(torch.tensor(X), torch.tensor(Y))
    assert_allclose(found.item(), al.focal_loss(X, Y, gamma=1.5), rtol=1e-12)
    found.backward()
    assert gamma.grad is not None
    assert repr(loss) == "FocalLoss(gamma=<a Parameter of shape ()>)"
    with pytest.raises(al.OptionError, match="lie in host memory"):
        loss.to_config()


def test_sums_of_dice_ce_keep_plain_factors():
    """A learned smooth merges; a learned factor does not, and says so."""
    given = {"smooth_nr": np.asarray(0.3), "reduction": "sums"}
    parts = [al.dice_ce_loss(IMAGES[i : i + 1], CLASSES[i : i + 1], **given) for i in range(2)]
    assert_allclose((parts[0] + parts[1]).loss(), al.dice_ce_loss(IMAGES, CLASSES, smooth_nr=0.3), rtol=1e-12)
    with pytest.raises(al.OptionError) as caught:
        al.dice_ce_loss(IMAGES, CLASSES, lambda_ce=np.asarray(0.5), reduction="sums")
    assert str(caught.value) == (
        'dice_ce_loss: `lambda_ce` must be a plain number for reduction="sums", got a ndarray of shape ()'
    )


def test_sums_with_other_arrays_do_not_merge():
    """Where they can be read they are compared as numbers."""
    one, other, plain = (
        al.focal_loss(X, Y, gamma=g, reduction="sums") for g in (np.asarray(1.0), np.asarray(5.0), 1.0)
    )
    with pytest.raises(al.errors.MergeError, match="gamma"):
        one + other
    assert_allclose((one + plain).loss(), al.focal_loss(X, Y, gamma=1.0), rtol=1e-12)


def test_infinity_is_nan_where_nobody_may_look():
    x = jnp.asarray(X)
    for call in (
        lambda gamma: al.focal_loss(x, jnp.asarray(Y), gamma=gamma),
        lambda delta: al.huber_loss(x, 0 * x, delta=delta),
    ):
        assert np.isnan(jax.jit(call)(jnp.inf))


def test_vmap_over_one_of_a_detection_loss():
    arrays = [torch.tensor(rng.normal(size=size)) for size in ((2, 5, 4), (2, 5, 3), (2, 5, 4))]
    arrays.append(torch.tensor(rng.integers(0, 3, (2, 5))))
    alphas = torch.tensor([0.5, 2.0], dtype=torch.float64)
    found = torch.func.vmap(lambda alpha: al.ssd_loss(*arrays, alpha=alpha))(alphas)
    assert_allclose(found, [al.ssd_loss(*arrays, alpha=float(each)) for each in alphas], rtol=1e-12)


@pytest.mark.parametrize("factor", [np.asarray(0.5), np.asarray(2)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_factor_that_is_an_array_keeps_the_dtype(factor, dtype):
    assert al.dice_ce_loss(IMAGES.astype(dtype), CLASSES, lambda_ce=factor).dtype == np.float32


def test_a_factor_of_0_leaves_a_part_out():
    x = np.where(CLASSES[:, None] == np.arange(3)[:, None], -np.inf, IMAGES)
    for zero in (0.0, np.asarray(0.0)):
        assert_allclose(al.dice_ce_loss(x, CLASSES, lambda_ce=zero), al.dice_loss(x, CLASSES), rtol=1e-12)


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"gamma": np.array([1.5])}, al.DTypeError, "`gamma` must be a finite number >= 0, or such a 0-d array"),
        ({"ignore_index": np.array([1, 2])}, al.DTypeError, "`ignore_index` must be an integer"),
    ],
)
def test_an_object_refuses_other_arrays(options, error, text):
    with pytest.raises(error, match=f"FocalLoss: {text}"):
        al.FocalLoss(**options)


@pytest.mark.parametrize("options", [{"reduction": "none"}, {"normalizer": 3.0}])
def test_an_object_refuses_what_no_call_may_use(options):
    (name,) = options
    with pytest.raises(al.OptionError, match=f"DiceCELoss: `{name}` must be"):
        al.DiceCELoss(**options)
