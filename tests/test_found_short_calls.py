"""Short calls on torch that were once wrong: each as it was found, held against the general path or the truth."""

import numpy as np
import pytest
import torch

import array_losses as al

IDS = torch.tensor([0, 1, 2, 1])
MASK = torch.tensor([True, True, False, True])


@pytest.fixture
def x():
    torch.manual_seed(0)
    return torch.randn(4, 3, requires_grad=True)


def vector():
    return torch.tensor([0.5, -1.0, 2.0, 0.25], requires_grad=True)


IN_PLACE = {
    "sample_weight": (lambda x, w: al.mse_loss(x[:, 0], torch.ones(4), sample_weight=w), torch.ones(4)),
    "weight": (lambda x, w: al.huber_loss(x[:, 0], torch.ones(4), weight=w), torch.ones(4)),
    "pos_weight": (
        lambda x, w: al.binary_cross_entropy_with_logits(x[:, 0], torch.ones(4), pos_weight=w),
        torch.ones(4),
    ),
    "alpha": (lambda x, w: al.focal_loss(x, IDS, alpha=w), torch.ones(3)),
    "where": (lambda x, w: al.log_cosh_loss(x[:, 0], torch.ones(4), where=w), MASK),
}


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("name", IN_PLACE)
def test_what_is_written_to_after_the_forward_pass_is_seen(x, name, create_graph):
    call, array = IN_PLACE[name]
    array = array.clone()
    loss = call(x, array)
    array.logical_not_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        torch.autograd.grad(loss, x, create_graph=create_graph)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_second_derivative_of_binary_cross_entropy(dtype):
    p = torch.tensor([0.9999, 1 - 1e-6, 0.999, 1e-10, 0.25], dtype=dtype, requires_grad=True)
    loss = al.binary_cross_entropy(p, torch.ones_like(p), reduction="sum")
    (slope,) = torch.autograd.grad(loss, p, create_graph=True)
    (second,) = torch.autograd.grad(slope.sum(), p)
    torch.testing.assert_close(second, 1 / p.detach() ** 2)


BATCHED = {
    "focal": lambda x: al.focal_loss(x, IDS),
    "dice": lambda x: al.dice_loss(x.T[None], IDS[None]),
    "a mask": lambda x: al.mse_loss(x, torch.zeros(4, 3), where=MASK),
    "an ignored id": lambda x: al.poly_cross_entropy(x, IDS, ignore_index=1),
}


@pytest.mark.parametrize("name", BATCHED)
def test_batched_gradients(x, name):
    f = BATCHED[name]
    (one,) = torch.autograd.grad(f(x), x)
    (found,) = torch.autograd.grad(f(x), x, torch.tensor([1.0, 2.0]), is_grads_batched=True)
    torch.testing.assert_close(found, torch.stack([one, 2 * one]))
    hessian = torch.autograd.functional.hessian
    torch.testing.assert_close(hessian(f, x.detach(), vectorize=True), hessian(f, x.detach()))


@pytest.mark.parametrize("loss", [al.nll_loss, al.cross_entropy])
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_images_in_another_order(loss, reduction):
    z = torch.randn(2, 4, 5, 3, requires_grad=True)
    log_p, ids = z.log_softmax(-1).permute(0, 3, 1, 2), torch.randint(0, 3, (2, 4, 5))
    (found,) = torch.autograd.grad(loss(log_p, ids, reduction=reduction).sum(), z)
    (wanted,) = torch.autograd.grad(
        loss(z.log_softmax(-1).permute(0, 3, 1, 2).contiguous(), ids, reduction=reduction).sum(), z
    )
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize(
    "options",
    [
        {"weight": torch.tensor([0.1, 0.7])},
        {"sample_weight": torch.tensor(0.3).expand(1 << 17, 2), "normalizer": "weights"},
    ],
    ids=list,
)
def test_weights_that_are_repeated_lose_no_digits(options):
    x = torch.linspace(-1, 1, 1 << 18).reshape(-1, 2)
    double = {name: each.double() if isinstance(each, torch.Tensor) else each for name, each in options.items()}
    wanted = al.mse_loss(x.double(), torch.zeros_like(x).double(), **double)
    assert al.mse_loss(x, torch.zeros_like(x), **options).item() == pytest.approx(wanted.item(), rel=1e-6)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0])
def test_an_infinite_logit_of_weight_0_has_no_gradient(gamma):
    x, y, weight = np.array([-np.inf, 1.0]), np.array([1.0, 0.0]), np.array([0.0, 1.0])
    value, gradient = al.value_and_grad(al.sigmoid_focal_loss)(x, y, sample_weight=weight, gamma=gamma)
    alone, slope = al.value_and_grad(al.sigmoid_focal_loss)(x[1:], y[1:], gamma=gamma)
    assert value == pytest.approx(alone / 2)
    np.testing.assert_allclose(gradient, [0.0, slope[0] / 2])
    tensor = torch.tensor(x, requires_grad=True)
    al.sigmoid_focal_loss(tensor, torch.tensor(y), sample_weight=torch.tensor(weight), gamma=gamma).backward()
    np.testing.assert_allclose(tensor.grad.numpy(), gradient)


@pytest.mark.parametrize("name", ["weight", "sample_weight"])
def test_an_infinite_slope_of_weight_0(name):
    p = torch.tensor([1e-40, 0.5], requires_grad=True)
    al.binary_cross_entropy(p, torch.tensor([0.5, 1.0]), **{name: torch.tensor([0.0, 1.0])}).backward()
    assert p.grad.tolist() == [0.0, -1.0]


def test_smooth_l1_of_units_far_from_1():
    assert al.smooth_l1_loss(torch.tensor([1e20]), torch.zeros(1), beta=1e30).item() == pytest.approx(5e9)
    assert al.smooth_l1_loss(torch.tensor([1e-25]), torch.zeros(1), beta=1e-20).item() == pytest.approx(5e-31)


def test_tensors_of_inference_mode(x):
    with torch.inference_mode():
        target, weight = torch.ones(4), torch.ones(3)
    y = vector()
    al.mse_loss(y, target).backward()
    torch.testing.assert_close(y.grad, (y.detach() - 1) / 2)
    al.cross_entropy(x, IDS, weight=weight).backward()
    al.focal_loss(x, IDS, alpha=weight).backward()
    assert x.grad.isfinite().all()


@pytest.mark.parametrize("bad", [torch.inf, torch.nan])
def test_a_class_weight_that_counts_nowhere(x, bad):
    weight = torch.tensor([1.0, bad, 1.0])
    options = {"weight": weight, "ignore_index": 0, "reduction": "sum"}
    loss = al.cross_entropy(x, torch.zeros(4, dtype=torch.int64), label_smoothing=0.1, **options)
    loss.backward()
    assert loss.item() == 0
    assert not x.grad.any()


def test_an_ignored_id_beyond_64_bits(x):
    for loss in (al.cross_entropy, al.nll_loss, al.label_smoothing_loss):
        torch.testing.assert_close(loss(x, IDS, ignore_index=2**70), loss(x, IDS))


def test_tensors_that_are_to_be_negated():
    x = torch.imag(torch.tensor([1 - 2j, 3j, 0.5 - 1j]).conj())
    assert x.is_neg()
    found = al.mse_loss(x, torch.zeros(3), where=torch.tensor([True, False, True]), reduction="none")
    assert found.tolist() == [4.0, 0.0, 1.0]
