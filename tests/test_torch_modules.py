"""Losses as PyTorch modules: what a module of torch's own can do, and sums over two processes."""

import copy
import doctest
import io

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from torch import nn

import array_losses as al
from array_losses.integrations import data_parallel
from array_losses.integrations import torch as bridge
from array_losses.integrations.torch import all_reduce, as_module, data_parallel_loss

from .processes import two_processes

WEIGHT = [0.5, 1.0, 2.0]
MIXED = 0.7 * al.CrossEntropyLoss(weight=WEIGHT) + 0.3 * al.FocalLoss(alpha=[1.0, 2.0, 1.0]) + al.CrossEntropyLoss()


@pytest.fixture
def batch():
    torch.manual_seed(0)
    return torch.randn(6, 3, requires_grad=True), torch.tensor([0, 1, 2, 2, 1, 0])


def saved(value, **options):
    """What comes back of what is saved."""
    file = io.BytesIO()
    torch.save(value, file)
    file.seek(0)
    return torch.load(file, **options)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (nn.CrossEntropyLoss(weight=torch.tensor(WEIGHT)), al.CrossEntropyLoss(weight=[1, 1, 1])),
        (nn.NLLLoss(weight=torch.tensor(WEIGHT)), al.NLLLoss(weight=[1, 1, 1])),
        (nn.BCEWithLogitsLoss(pos_weight=torch.tensor(3.0)), al.BCEWithLogitsLoss(pos_weight=1)),
        (nn.MSELoss(), al.MSELoss()),
    ],
)
def test_checkpoints_of_torch_load(theirs, ours, batch):
    module = as_module(ours)
    module.load_state_dict(theirs.state_dict())
    classes = isinstance(theirs, nn.CrossEntropyLoss | nn.NLLLoss)
    target = batch[1] if classes else torch.rand(6, 3)
    torch.testing.assert_close(module(batch[0], target), theirs(batch[0], target))
    assert module.state_dict().keys() == theirs.state_dict().keys()
    theirs.load_state_dict(module.state_dict())


def test_a_composition_keeps_the_arrays_of_its_terms(batch):
    members = nn.ModuleDict({"main": as_module(MIXED), "plain": as_module(al.CrossEntropyLoss())})
    names = ["main.CrossEntropyLoss.weight", "main.FocalLoss.alpha"]
    assert list(members.state_dict()) == names
    children = [name for name, _ in members["main"].named_children()]
    assert children == ["CrossEntropyLoss", "FocalLoss", "CrossEntropyLoss_2"]
    ones = [1.0, 1.0, 1.0]
    unweighted = 0.7 * al.CrossEntropyLoss(weight=ones) + 0.3 * al.FocalLoss(alpha=ones) + al.CrossEntropyLoss()
    other = nn.ModuleDict({"main": as_module(unweighted), "plain": nn.CrossEntropyLoss()})
    assert other["main"](*batch) != MIXED(*batch)
    other.load_state_dict(saved(members.state_dict(), weights_only=True))
    torch.testing.assert_close(other["main"](*batch), MIXED(*batch))
    assert other["main"].loss == MIXED
    torch.testing.assert_close(members["main"].FocalLoss(*batch), MIXED.terms()[1][1](*batch))


@pytest.mark.parametrize("loss", [al.CrossEntropyLoss(weight=WEIGHT), MIXED])
def test_a_module_is_saved_copied_and_moved(loss, batch):
    module = as_module(loss)
    for other in (saved(module, weights_only=False), copy.deepcopy(module)):
        assert other.loss == loss
        assert repr(other) == repr(module)
        assert other(*batch) == module(*batch)
    module.to(torch.bfloat16)
    assert {each.dtype for each in module.buffers()} == {torch.bfloat16}
    torch.testing.assert_close(module(*batch), loss(*batch))
    assert module.to("meta")(batch[0].to("meta"), batch[1].to("meta")).shape == ()


def test_options_at_the_call_and_a_buffer_that_is_set_later(batch):
    module = as_module(al.CrossEntropyLoss(label_smoothing=0.1))
    assert module.weight is None
    assert not module.state_dict()
    module.weight = torch.tensor(WEIGHT)
    want = al.cross_entropy(*batch, WEIGHT, label_smoothing=0.1, reduction="none")
    torch.testing.assert_close(module(input=batch[0], target=batch[1], reduction="none"), want)
    torch.testing.assert_close(module(*batch, torch.ones(3)), nn.functional.cross_entropy(*batch, label_smoothing=0.1))


def test_what_is_learned_is_a_parameter(batch):
    gamma = nn.Parameter(torch.tensor(2.0))
    module = as_module(al.FocalLoss(gamma=gamma))
    assert dict(module.named_parameters()) == {"gamma": gamma}
    module(*batch).backward()
    assert gamma.grad != 0
    with pytest.raises(al.OptionError, match="as_module: `gamma` must be a tensor that is learned itself"):
        as_module(al.FocalLoss(gamma=gamma.exp()))


def test_half_precision_under_autocast(batch):
    with torch.autocast("cpu", torch.bfloat16):
        logits = torch.nn.functional.linear(batch[0], torch.eye(3))
        assert logits.dtype == torch.bfloat16
        loss = as_module(MIXED)(logits, batch[1])
    assert loss.dtype == torch.float32
    loss.backward()
    assert batch[0].grad.dtype == torch.float32


@pytest.mark.parametrize("loss", [al.CrossEntropyLoss(weight=WEIGHT), MIXED])
def test_compiled_and_exported(loss, batch):
    module, leaf = as_module(loss), batch[0].detach().clone().requires_grad_()
    found = torch.compile(module, fullgraph=True, backend="aot_eager")(*batch)
    found.backward()
    wanted = loss(leaf, batch[1])
    wanted.backward()
    torch.testing.assert_close(found, wanted)
    torch.testing.assert_close(batch[0].grad, leaf.grad)
    n = torch.export.Dim("n", min=2)
    program = torch.export.export(module, (leaf.detach(), batch[1]), dynamic_shapes={"arrays": ({0: n}, {0: n})})
    assert {spec.target for spec in program.graph_signature.input_specs if spec.target} == {*module.state_dict()}
    exported = program.module()
    longer = (torch.cat([leaf, leaf]), torch.cat([batch[1], batch[1]]))
    torch.testing.assert_close(exported(*longer), loss(*longer))


def test_digits_are_learned_as_with_torchs_own():
    x, y = (torch.from_numpy(each) for each in load_digits(return_X_y=True))
    x = x.float() / 16
    accuracies = []
    for criterion in (nn.CrossEntropyLoss(label_smoothing=0.1), as_module(al.CrossEntropyLoss(label_smoothing=0.1))):
        torch.manual_seed(0)
        model = nn.Linear(64, 10)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
        for _ in range(60):
            optimizer.zero_grad()
            criterion(model(x[:1200]), y[:1200]).backward()
            optimizer.step()
        accuracies.append((model(x[1200:]).argmax(1) == y[1200:]).double().mean().item())
    assert accuracies[0] > 0.88
    assert abs(accuracies[0] - accuracies[1]) < 0.005


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (al.mse_loss, r"must be a loss object, got the function mse_loss; write MSELoss\(\)"),
        (al.MSELoss, r"must be a loss object, got the class MSELoss; write MSELoss\(\)"),
        (nn.MSELoss(), "must be a loss object, got a MSELoss"),
    ],
)
def test_what_is_no_loss_object_is_refused(given, message):
    with pytest.raises(al.DTypeError, match="as_module: `loss` " + message):
        as_module(given)


def test_wrong_calls_of_a_module(batch):
    with pytest.raises(al.ArgumentError, match="cross_entropy: unknown option `redution`; did you mean `reduction`"):
        as_module(al.CrossEntropyLoss())(*batch, redution="sum")
    with pytest.raises(al.ShapeError, match="cross_entropy: `weight` must have shape"):
        as_module(al.CrossEntropyLoss(weight=[1.0, 2.0]))(*batch)


@pytest.mark.parametrize("module", [bridge, data_parallel])
def test_the_examples_are_true(module):
    assert doctest.testmod(module).attempted > 4
    assert doctest.testmod(module).failed == 0


def test_one_process_alone(batch):
    sums = MIXED(*batch, reduction="sums")
    torch.testing.assert_close(all_reduce(sums).loss(), MIXED(*batch))
    assert not all_reduce(sums).loss().requires_grad
    leaf = batch[0].detach().clone().requires_grad_()
    data_parallel_loss(sums).backward()
    MIXED(leaf, batch[1]).backward()
    torch.testing.assert_close(batch[0].grad, leaf.grad)
    for wrong in (MIXED(*batch), al.mse_loss(np.ones(2), np.ones(2), reduction="sums"), None):
        with pytest.raises(al.NamespaceError, match="`sums` must be `Sums` of tensors"):
            all_reduce(wrong)


SCRIPT = """
import sys
import torch, torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
import array_losses as al
from array_losses.integrations.torch import all_reduce, data_parallel_loss

torch.set_num_threads(1)
rank, store = int(sys.argv[1]), sys.argv[2]
dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
torch.manual_seed(0)
x, y = torch.randn(9, 4), torch.tensor([0, 1, 2, -100, 2, 1, -100, -100, 0])
mine = slice(0, 3) if rank == 0 else slice(3, 9)  # of other sizes, one with most labels ignored
model, plain = torch.nn.Linear(4, 3), torch.nn.Linear(4, 3)
plain.load_state_dict(model.state_dict())
parallel = DistributedDataParallel(model)
LOSSES = (
    al.CrossEntropyLoss(weight=[1.0, 2.0, 4.0]),
    0.5 * al.DiceLoss(batch=True, ignore_index=-100) + al.FocalLoss(),
)
for loss in LOSSES:
    for each in (parallel, plain):
        each.zero_grad()
    sums = loss(parallel(x[mine]), y[mine], reduction="sums")
    before = [term.parts for term in getattr(sums, "terms", [sums])]
    found, wanted = data_parallel_loss(sums), loss(plain(x), y)
    found.backward()
    wanted.backward()
    torch.testing.assert_close(found, wanted)
    for one, other in zip(model.parameters(), plain.parameters()):
        torch.testing.assert_close(one.grad, other.grad)
    merged = all_reduce(sums)
    torch.testing.assert_close(merged.loss(), wanted.detach())
    torch.testing.assert_close(merged.loss("sum"), loss(plain(x), y, reduction="sums").loss("sum").detach())
    assert before == [term.parts for term in getattr(sums, "terms", [sums])]
    both = [torch.empty(()) for _ in range(2)]
    dist.all_gather(both, merged.loss())
    assert both[0] == both[1]
nothing = al.mse_loss(x[mine][: 3 * rank], x[mine][: 3 * rank] + 1, reduction="sums")  # none on rank 0
assert all_reduce(nothing).loss() == 1
try:
    all_reduce(al.huber_loss(x, x, delta=1.0 + rank, reduction="sums"))
except al.MergeError as error:
    print(error)
alone = dist.new_group([0])
try:
    all_reduce(nothing, alone)
    assert rank == 0
except al.OptionError as error:
    assert rank == 1 and "`group` must be one that this process belongs to" in str(error)
dist.destroy_process_group()
print("checked")
"""


def test_two_processes(tmp_path):
    assert (
        two_processes(SCRIPT, tmp_path)
        == ["all_reduce: the processes have sums of different losses or options\nchecked\n"] * 2
    )
