"""A loss is one operation of `torch.compile`, but where it has to be read."""

import copy
import functools

import jax.numpy as jnp
import numpy as np
import pytest
import torch
from functorch.compile import make_boxed_func
from torch import distributed as dist
from torch._dynamo.backends.common import aot_autograd
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import Shard, distribute_tensor

import array_losses as al
from array_losses.backends.leaf import LEAVES
from array_losses.backends.torch.operation import operation
from array_losses.families.function import family_of, make_loss

X, IDS = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5]]), torch.tensor([2, 0])
ONE = {
    "plain": lambda x, y: al.cross_entropy(x, y),
    "by name": lambda x, y: al.cross_entropy(input=x, target=y),
    "numbers and words": lambda x, y: al.cross_entropy(x, y, label_smoothing=0.1, reduction="sum", weight=None),
    "tensors": lambda x, y: al.cross_entropy(x, y, weight=x[0].abs(), sample_weight=x[:, 0]),
    "lists": lambda x, _: al.cross_entropy(x, [2, 0], weight=[1.0, 2.0, 3.0]),
    "NumPy": lambda x, y: al.cross_entropy(x, y, sample_weight=np.ones(2)),
    "an object": al.CrossEntropyLoss(label_smoothing=0.1),
    "a composite": al.DiceCELoss(),
}
READ = {
    "sums": lambda x, y: al.cross_entropy(x, y, reduction="sums").loss(),
    "sums beside NumPy": lambda x, _: al.hinge_loss(x, np.ones((2, 3)), reduction="sums").loss(),
    "a function": lambda x, y: al.fenchel_young_loss(x, y, max_fun=lambda z: z.logsumexp(-1)),
}


def operations(f, *arrays):
    """The operations that dynamo found in a function, and the result of the whole."""
    found = []

    def backend(graph, _):
        found.extend(node.target for node in graph.graph.nodes if node.op == "call_function")
        return graph.forward

    torch.compiler.reset()
    result = torch.compile(f, fullgraph=True, backend=backend)(*arrays)
    return found, result


@pytest.mark.parametrize("name", ONE)
def test_one_operation(name):
    found, result = operations(ONE[name], X, IDS)
    assert found.count(operation) == 1
    assert len(found) <= 4  # the others make its arguments
    torch.testing.assert_close(result, ONE[name](X, IDS))


@pytest.mark.parametrize("name", READ)
def test_what_has_to_be_read(name):
    found, result = operations(READ[name], X, IDS)
    assert len(found) > 4
    torch.testing.assert_close(result, READ[name](X, IDS))


@pytest.fixture
def head():
    """Rows, a linear map and ids, for three chunks of 2."""
    torch.manual_seed(0)
    return torch.randn(6, 2, requires_grad=True), torch.randn(3, 2, requires_grad=True), IDS.repeat(3)


def assert_differentiated(f, expected, *arrays):
    """The operators of the forward and the backward graph of a compiled function, whose gradients are as expected."""
    graphs = []

    def backend(graph, _):
        graphs.append([node for node in graph.graph.nodes if node.op == "call_function"])
        return make_boxed_func(graph)

    compiled = torch.compile(f, fullgraph=True, backend=aot_autograd(fw_compiler=backend, bw_compiler=backend))
    found, wanted = (torch.autograd.grad(3 * each(*arrays), arrays) for each in (compiled, expected))
    torch.testing.assert_close(found, wanted)
    return graphs


def products(graph):
    return [node.target for node in graph].count(torch.ops.aten.mm.default)


def test_chunks_are_an_operation_with_their_gradient(head):
    """No product is made twice: three a chunk, as without chunks."""
    *arrays, ids = head
    for options in ({}, {"reduction": "sum"}, {"ignore_index": 1}, {"weight": torch.tensor([1.0, 2.0, 3.0])}):

        def loss(x, w, options=options):
            return al.linear_cross_entropy(x, w, ids, chunk_size=2, **options)

        found, result = operations(loss, *arrays)
        assert found.count(operation) == 1
        torch.testing.assert_close(result, loss(*arrays))
        assert list(map(products, assert_differentiated(loss, loss, *arrays))) == [9, 0]


@pytest.mark.parametrize("normalizer", [None, 3.0])
def test_chunks_are_added_without_a_factor(head, normalizer):
    """Inductor (torch 2.13, CPU) makes one product of `add(y, x @ w, alpha=a)`, without a."""
    *arrays, _ = head

    def loss(x, w):
        return al.linear_cross_entropy(x, w, X.softmax(1).repeat(3, 1), chunk_size=2, normalizer=normalizer)

    forward, _ = assert_differentiated(loss, loss, *arrays)
    assert products(forward) == 9
    assert all(node.kwargs.get("alpha", 1) == 1 for node in forward)


def test_chunks_are_multiplied_in_their_own_precision_under_autocast(head):
    *arrays, ids = head

    def loss(x, w):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return al.linear_cross_entropy(x, w, ids, chunk_size=2)

    assert_differentiated(loss, lambda x, w: torch.nn.functional.cross_entropy(x @ w.T, ids), *arrays)


def test_chunks_of_sharded_rows_are_read(head):
    """A compiler takes DTensors apart, but not those of an operation."""
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    try:
        *plain, ids = head
        mesh = init_device_mesh("cpu", (1,))
        sharded = [distribute_tensor(each.detach(), mesh, [Shard(0)]).requires_grad_() for each in plain]
        loss = lambda x, w, y: al.linear_cross_entropy(x, w, y, chunk_size=2)  # noqa: E731
        compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
        found = torch.autograd.grad(compiled(*sharded, distribute_tensor(ids, mesh, [Shard(0)])), sharded)
        expected = torch.autograd.grad(loss(*plain, ids), plain)
        torch.testing.assert_close([each.full_tensor() for each in found], list(expected))
    finally:
        dist.destroy_process_group()


def test_chunks_with_no_gradient_beside_them_are_read(head):
    """Each is made again for its derivative, which a compiler does only for what it reads."""
    rows, weight, ids = head
    for options in ({"weight": torch.ones(3, requires_grad=True)}, {"reduction": "none"}):
        found, _ = operations(lambda x: al.linear_cross_entropy(x, weight, ids, chunk_size=2, **options), rows)  # noqa: B023
        assert found.count(torch.ops.higher_order.tag_activation_checkpoint) == 3


def test_a_composition_is_an_operation_a_term():
    loss = 0.5 * al.CrossEntropyLoss() + al.FocalLoss()
    assert operations(loss, X, IDS)[0].count(operation) == 2


def test_numbers_that_differ_between_calls():
    """Dynamo makes symbols of them."""
    compiled = torch.compile(al.cross_entropy, fullgraph=True, backend="aot_eager")
    for options in ({"label_smoothing": 0.1}, {"label_smoothing": 0.2}, {"label_smoothing": 0.3}):
        torch.testing.assert_close(compiled(X, IDS, **options), al.cross_entropy(X, IDS, **options))
    for ids in ([0, 1], [2, 1], [2, 2]):
        torch.testing.assert_close(compiled(X, ids), al.cross_entropy(X, ids))


def test_an_error_is_that_of_the_user():
    with pytest.raises(
        al.ShapeError, match=r"^mse_loss: `target` must have the shape of `input`, \(2, 3\), got \(2,\)"
    ):
        torch.compile(al.mse_loss, backend="aot_eager")(X, X[:, 0])
    with pytest.raises(al.OptionError, match="got None"):
        torch.compile(al.cross_entropy, backend="aot_eager")(X, IDS, reduction=None)


def test_sums_of_any_size():
    torch.compiler.reset()
    compiled = torch.compile(al.mse_loss, fullgraph=True, backend="aot_eager", dynamic=True)
    found = compiled(X, 2 * X, reduction="sums") + compiled(X[:1], X[:1], reduction="sums")
    torch.testing.assert_close(found.loss(), (X * X).sum() / 9)


@pytest.mark.filterwarnings("ignore:Dynamo detected a call to a `functools.lru_cache`")
@pytest.mark.parametrize("arrays", [(X, jnp.zeros((2, 3))), ([[0.5, 1.0]], X)], ids=["of JAX", "a list"])
def test_a_stranger_among_the_arrays_is_an_error_of_the_user(arrays):
    torch.compiler.reset()
    with pytest.raises(torch._dynamo.exc.Unsupported, match="NamespaceError"):
        torch.compile(al.l1_loss, fullgraph=True, backend="eager")(*arrays)


def test_a_bad_value_is_not_looked_at():
    x = X.clone().requires_grad_()
    compiled = torch.compile(al.cross_entropy, fullgraph=True, backend="aot_eager")
    (gradient,) = torch.autograd.grad(compiled(x, torch.tensor([2, 3]), reduction="none").sum(), x)
    assert torch.isnan(gradient).any(axis=1).tolist() == [False, True]


def test_losses_of_one_name_stay_apart():
    family = copy.copy(family_of(al.mse_loss))
    family.formula = functools.wraps(family.formula)(lambda input, target: (input - target) ** 4)
    other = make_loss(family)
    assert LEAVES[family.key] is family
    assert LEAVES[family_of(al.mse_loss).key] is family_of(al.mse_loss)
    both = torch.compile(lambda x, y: (al.mse_loss(x, y), other(x, y)), fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(both(X, 2 * X), ((X**2).mean(), (X**4).mean()))


@pytest.mark.parametrize("loss", [al.cross_entropy, al.nll_loss])
@pytest.mark.parametrize("classes", [1, 4, 5, 300])
def test_ignored_pixels_of_few_and_many_classes(loss, classes, rng):
    """Ids in few bytes, and derivatives by hand: equal to eager ones, and without what an ignored pixel holds."""
    torch.compiler.reset()
    ignored = 2 if classes == 4 else 255 if classes < 255 else -100
    x, ids = rng.normal(size=(2, classes, 3, 3)), rng.integers(0, classes, (2, 3, 3))
    ids[0, 1], ids[1, 2, 2] = ignored, 0
    x[0, :, 1, 0], x[0, :, 1, 1] = np.nan, np.inf
    if loss is al.nll_loss:
        x = -np.abs(x)
    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    found = []
    for f in (loss, compiled):
        given = torch.tensor(x, requires_grad=True)
        value = f(given, torch.tensor(ids), ignore_index=ignored)
        value.backward()
        with torch.no_grad():
            found.append((value.detach(), f(given, torch.tensor(ids), ignore_index=ignored), given.grad))
    for mine, theirs in zip(*found, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-12, atol=1e-12)
    assert torch.isfinite(found[1][2]).all()
    ids[1, 2, 2] = classes + 7
    assert torch.isnan(compiled(torch.tensor(np.nan_to_num(x, posinf=0)), torch.tensor(ids), ignore_index=ignored))
