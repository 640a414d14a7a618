"""CTC beside torch's own, whose derivative is that of a softmax whatever comes, and its sums and sizes."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from functorch.compile import make_boxed_func
from numpy.testing import assert_allclose
from torch._dynamo.backends.common import aot_autograd

import array_losses as al
from array_losses.backends.torch.alignment_ops import class_posteriors

rng = np.random.default_rng(0)
FRAMES, LABELS = np.array([9, 7, 8]), np.array([3, 1, 0])
Z, Y = rng.normal(size=(9, 3, 5)), rng.integers(1, 5, size=(3, 3))
REDUCTIONS = ("mean", "sum", "none")


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_equals_torch_through_a_softmax(reduction):
    """The derivative by the logits, by either way of taking the softmax."""
    lengths = torch.tensor(FRAMES), torch.tensor(LABELS)
    mine, other, theirs = (torch.tensor(Z, requires_grad=True) for _ in range(3))
    y = torch.tensor(Y)
    values = (
        al.ctc_loss(mine, y, *lengths, from_logits=True, reduction=reduction),
        al.ctc_loss(other.log_softmax(2), y, *lengths, reduction=reduction),
        F.ctc_loss(theirs.log_softmax(2), y, *lengths, reduction=reduction),
    )
    for each in values:
        each.sum().backward()
    for value, leaf in zip(values[:2], (mine, other), strict=True):
        assert_allclose(value.detach(), values[2].detach(), rtol=1e-12)
        assert_allclose(leaf.grad, theirs.grad, atol=1e-12)


def test_the_derivative_is_that_of_the_formula():
    """By log-probabilities: minus the posteriors. torch adds the probabilities, as if they came from a softmax."""
    x = Z - np.log(np.exp(Z).sum(axis=2, keepdims=True))
    assert al.check_gradient(al.ctc_loss, x, Y, FRAMES, LABELS, reduction="sum") is None
    gradient = al.grad(al.ctc_loss)(x, Y, FRAMES, LABELS, reduction="sum")
    there = np.arange(9)[:, None] < FRAMES
    assert_allclose(gradient.sum(axis=2), -1.0 * there, atol=1e-12)


@pytest.mark.parametrize("normalize", [True, False])
def test_sums_hold_both_totals(normalize):
    """The sum is of undivided losses, the mean of divided ones, however often they are merged."""
    x = Z - np.log(np.exp(Z).sum(axis=2, keepdims=True))
    parts = [
        al.ctc_loss(x[:, i : i + 1], Y[i : i + 1], FRAMES[i : i + 1], LABELS[i : i + 1], reduction="sums",
                    length_normalize=normalize)
        for i in range(3)
    ]  # fmt: skip
    merged = sum(parts)
    for reduction in ("mean", "sum"):
        wanted = al.ctc_loss(x, Y, FRAMES, LABELS, length_normalize=normalize, reduction=reduction)
        assert_allclose(merged.loss(reduction), wanted, rtol=1e-14)
    each = al.ctc_loss(x, Y, FRAMES, LABELS, reduction="none")
    assert_allclose(merged.loss(), (each / (np.maximum(LABELS, 1) if normalize else 1)).mean(), rtol=1e-14)


@pytest.mark.parametrize("normalizer", [2.0, np.asarray(2.0)])
def test_a_number_divides_the_divided_losses(normalizer):
    x = Z - np.log(np.exp(Z).sum(axis=2, keepdims=True))
    each = al.ctc_loss(x, Y, FRAMES, LABELS, reduction="none") / np.maximum(LABELS, 1)
    assert_allclose(al.ctc_loss(x, Y, FRAMES, LABELS, normalizer=normalizer), each.sum() / 2, rtol=1e-14)
    sums = al.ctc_loss(x, Y, FRAMES, LABELS, normalizer=normalizer, reduction="sums")
    assert_allclose(sums.loss(), each.sum() / 2, rtol=1e-14)
    assert_allclose((sums + sums).loss(), each.sum(), rtol=1e-14)
    assert_allclose(sums.loss("sum"), al.ctc_loss(x, Y, FRAMES, LABELS, reduction="sum"), rtol=1e-14)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.uint16, torch.uint64, torch.int16])
def test_integers_of_any_dtype(dtype):
    x = torch.tensor(Z).log_softmax(2)
    given = (torch.tensor(each).to(dtype) for each in (Y, FRAMES, LABELS))
    assert_allclose(al.ctc_loss(x, *given), al.ctc_loss(x.numpy(), Y, FRAMES, LABELS), rtol=1e-12)


def test_lists_of_nothing_hold_integers():
    assert al.ctc_loss(Z[:, :2], [[], []], [4, 4], [0, 0]) > 0
    assert al.ctc_loss(Z[:, :0], np.zeros((0, 2), dtype=int), [], []) == 0


def test_compiled_by_operators():
    """One for the likelihood and one for its derivative, not some for each frame."""
    x = rng.normal(size=(40, 3, 5))
    y, frames, labels = rng.integers(1, 5, (3, 4)), np.asarray([40, 17, 3]), np.asarray([4, 0, 4])
    graphs, found = [], []

    def read(graph, _):
        graphs.append(len(graph.graph.nodes))
        return make_boxed_func(graph.forward)

    compiled = torch.compile(al.ctc_loss, fullgraph=True, backend=aot_autograd(fw_compiler=read, bw_compiler=read))
    torch.compiler.reset()
    for loss in (al.ctc_loss, compiled):
        given = torch.tensor(x, requires_grad=True)
        value = loss(given, *map(torch.tensor, (y, frames, labels)), from_logits=True, zero_infinity=True)
        value.backward()
        found.append((value.detach(), given.grad))
    torch.testing.assert_close(found[0], found[1], rtol=1e-12, atol=1e-12)
    assert len(graphs) == 2
    assert max(graphs) < 150


def test_the_derivative_by_an_operator_lies_in_one_order_whatever_the_compiler_hands_it():
    frames = torch.tensor(rng.normal(size=(3, 6, 5))).log_softmax(2).transpose(0, 1)
    y, lengths, there = (
        torch.tensor([[1, 2], [3, 3], [4, 1]]),
        torch.tensor([2, 1, 2]),
        torch.ones(6, 3, dtype=torch.bool),
    )
    found = [class_posteriors(each, y, there, lengths, 0) for each in (frames, frames.contiguous())]
    assert [each.stride() for each in found] == [(15, 5, 1)] * 2
    torch.testing.assert_close(*found, rtol=0, atol=0)
    torch.library.opcheck(class_posteriors, (frames, y, there, lengths, 0))
