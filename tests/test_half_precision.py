"""Losses of float16 and bfloat16 are float32; their gradients are rounded once, in the dtype of their argument."""

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
import torch

import array_losses as al

RNG = np.random.default_rng(0)
X, IDS = RNG.normal(size=(6, 4)), RNG.integers(0, 4, 6)
P, Q = RNG.uniform(0.1, 0.9, (6, 4)), RNG.dirichlet(np.ones(4), 6)
CALLS = {
    "mse_loss": (X, P),
    "l1_loss": (X, P),
    "huber_loss": (X, P),
    "smooth_l1_loss": (X, P),
    "binary_cross_entropy": (P, P.T.reshape(6, 4)),
    "binary_cross_entropy_with_logits": (X, P),
    "sigmoid_focal_loss": (X, P),
    "cross_entropy": (X, IDS),
    "focal_loss": (X, IDS),
    "label_smoothing_loss": (X, IDS),
    "nll_loss": (X, IDS),
    "dice_loss": (X[..., None], IDS[:, None]),
}
MAKE = {
    "numpy": lambda x, dtype: x.astype(dtype if dtype == "float16" else ml_dtypes.bfloat16),
    "torch": lambda x, dtype: torch.tensor(x).to(getattr(torch, dtype)),
    "jax": lambda x, dtype: jnp.asarray(x, getattr(jnp, dtype)),
}


def numbers(array):
    return np.asarray(array.to(torch.float64) if isinstance(array, torch.Tensor) else array, dtype=np.float64)


def made(library, x, dtype):
    return MAKE[library](x, dtype) if x.dtype.kind == "f" else x


@pytest.mark.parametrize(
    ("library", "dtype"),
    [("numpy", "float16"), ("numpy", "bfloat16"), ("torch", "float16"), ("torch", "bfloat16"), ("jax", "bfloat16")],
)
@pytest.mark.parametrize("name", CALLS)
def test_every_reduction_is_float32(name, library, dtype):
    loss, arrays = getattr(al, name), [made(library, each, dtype) for each in CALLS[name]]
    exact = [numbers(each) if each.dtype != np.int64 else each for each in arrays]
    for reduction in ("mean", "sum", "none"):
        found = loss(*arrays, reduction=reduction)
        assert str(found.dtype).endswith("float32")
        np.testing.assert_allclose(numbers(found), loss(*exact, reduction=reduction), rtol=2e-6, atol=2e-6)
    sums = loss(*arrays, reduction="sums")
    assert str(sums.loss().dtype).endswith("float32")
    value, gradient = al.value_and_grad(loss)(*arrays)
    assert str(value.dtype).endswith("float32")
    assert gradient.dtype == arrays[0].dtype


@pytest.mark.parametrize("name", ["cross_entropy", "focal_loss", "binary_cross_entropy_with_logits", "mse_loss"])
def test_the_default_scale_of_a_gradient_scaler(name):
    """65536 overflows float16: the loss must not be one. Steps are those of float32 logits."""
    weight = torch.zeros(3, 4, requires_grad=True)
    scaler = torch.amp.GradScaler("cpu", init_scale=65536.0)
    with torch.autocast("cpu", dtype=torch.float16):
        logits = torch.ones(2, 3, dtype=torch.float16) @ weight.half()
        target = torch.tensor([0, 1]) if name in ("cross_entropy", "focal_loss") else torch.full((2, 4), 0.25)
        loss = getattr(al, name)(logits, target)
    assert loss.dtype == torch.float32
    scaler.scale(loss).backward()
    assert weight.grad.isfinite().all()
    assert weight.grad.abs().max() > 0
    exact = torch.zeros(3, 4, requires_grad=True)
    getattr(al, name)(torch.ones(2, 3) @ exact, target).backward()
    torch.testing.assert_close(weight.grad / 65536, exact.grad, rtol=2e-3, atol=1e-5)


def test_a_large_loss_by_hand():
    """300^2 = 90000 is beyond float16, and 36.125 is no bfloat16."""
    x = torch.tensor([300.0], dtype=torch.float16, requires_grad=True)
    loss = al.mse_loss(x, [0.0])
    assert loss.item() == 90_000
    loss.backward()
    assert x.grad.item() == 600
    assert al.l1_loss(jnp.asarray([36.0, 36.25], jnp.bfloat16), jnp.zeros(2)) == 36.125
    assert jax.jit(al.l1_loss)(jnp.asarray([36.0, 36.25], jnp.bfloat16), jnp.zeros(2)) == 36.125
    assert (0.5 * al.L1Loss() + al.MSELoss())(x.detach(), [0.0]) == 90_150
    assert al.mse_loss(np.full(1000, 64.0, np.float16), np.zeros(1000), reduction="sum") == 4_096_000
    assert torch.func.grad(lambda a: al.mse_loss(a, torch.zeros(1)))(x.detach()).dtype == torch.float16
    compiled = torch.compile(al.mse_loss, fullgraph=True, backend="aot_eager")
    assert compiled(x.detach(), torch.zeros(1)).item() == 90_000


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_in_blocks_the_gradient_is_rounded_once(dtype):
    x, y = torch.randn(700_000).to(dtype).requires_grad_(), torch.rand(700_000)
    exact = x.detach().double().requires_grad_()
    for loss in (al.mse_loss, al.binary_cross_entropy_with_logits):
        x.grad = exact.grad = None
        loss(x, y, reduction="sum").backward()
        loss(exact, y.double(), reduction="sum").backward()
        apart = (x.grad.double() - exact.grad).abs() / exact.grad.abs().clamp_min(1e-2)
        assert apart.max() <= torch.finfo(dtype).eps


def test_forward_and_backward_see_the_same_logits_under_autocast():
    hidden, head = torch.randn(6, 4), torch.randn(5, 4)
    target = torch.randint(5, (6,))
    for chunk in (2, None):
        h, w = hidden.clone().requires_grad_(), head.clone().requires_grad_()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = al.linear_cross_entropy(h, w, target, chunk_size=chunk, softcap=3.0)
        loss.backward()
        free_h, free_w = hidden.clone().requires_grad_(), head.clone().requires_grad_()
        plain = al.linear_cross_entropy(free_h, free_w, target, chunk_size=chunk, softcap=3.0)
        plain.backward()
        torch.testing.assert_close(loss, plain)
        torch.testing.assert_close(h.grad, free_h.grad)
        torch.testing.assert_close(w.grad, free_w.grad)
